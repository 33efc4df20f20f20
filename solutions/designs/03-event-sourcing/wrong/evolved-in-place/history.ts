// mistake: a wallet is an object, so it may as well be changed where it is
// refused by: design-03.5
// says: its events say
/** What a wallet holds, and held at any version: from its events alone, or sooner from a snapshot and the events behind it. */
import type { Database } from 'better-sqlite3'
import { type Fact, read, write } from './events.ts'
import type { EventStore, StoredEvent } from './store.ts'

export interface Wallet {
  /** The version of its stream at which it was this; 0 before anything has happened. */
  readonly version: number
  readonly currency: string | undefined
  /** In the smallest unit of its currency. */
  readonly minor: bigint
}

/** A fact, and the id of the event that tells of it. */
export type NewFact = Fact & { readonly eventId: string }

export interface History {
  /** From the first event on, up to a version or to the end; looks at no snapshot. */
  replay(walletId: string, upToVersion?: number): Wallet
  /** The same, sooner. */
  load(walletId: string): Wallet
  /** Stores what has happened, decided on at `expectedVersion`, and takes a snapshot when one is due. Answers the wallet's version. */
  record(walletId: string, expectedVersion: number, facts: readonly NewFact[]): number
}

/**
 * After so many events a snapshot is due. It bounds what a load reads, and with it what a command waits for; most wallets
 * never come so far and never have one. DESIGN.md has the figures from which it was chosen.
 */
export const snapshotEvery = 100
/** Counts the shapes that a stored state has had. Whoever changes what `evolve` makes, or how it is written, counts on. */
const stateVersion = 1

const schema = `
CREATE TABLE IF NOT EXISTS snapshot (
  stream_id      TEXT PRIMARY KEY,
  version        INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  state          TEXT NOT NULL
) STRICT`

/** Before anything has happened. */
export const nothing: Wallet = { version: 0, currency: undefined, minor: 0n }

/** What a wallet is after one more thing has happened. Pure, and refuses nothing: what has happened has happened. */
export function evolve(wallet: Wallet, fact: Fact): Wallet {
  const version = wallet.version + 1
  switch (fact.kind) {
    case 'opened':
      return { ...wallet, version, currency: fact.currency }
    case 'deposited':
    case 'received':
    case 'corrected':
      return Object.assign(wallet, { version, minor: wallet.minor + fact.minor })
    case 'withdrawn':
    case 'sent':
      return { ...wallet, version, minor: wallet.minor - fact.minor }
    default:
      return fact satisfies never
  }
}

/** Makes the table of snapshots when it is missing. */
export function openHistory(database: Database, store: EventStore): History {
  database.exec(schema)
  const keep = database.prepare(
    `INSERT INTO snapshot VALUES (?, ?, ?, ?) ON CONFLICT (stream_id) DO UPDATE
     SET version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
     WHERE excluded.version > snapshot.version OR excluded.schema_version <> snapshot.schema_version`,
  )
  const latest = database
    .prepare('SELECT state FROM snapshot WHERE stream_id = ? AND schema_version = ?')
    .pluck()

  const snapshotOf = (walletId: string): Wallet => {
    // One of another shape is as good as none.
    const state = latest.get(walletId, stateVersion) as string | undefined
    if (state === undefined) return nothing
    const { version, currency, minor } = JSON.parse(state) as {
      version: number
      currency: string
      minor: string
    }
    return { version, currency, minor: BigInt(minor) }
  }
  const fold = (from: Wallet, events: readonly StoredEvent[]): Wallet =>
    events.reduce((wallet, event) => evolve(wallet, read(event)), from)

  function load(walletId: string): Wallet {
    const from = snapshotOf(walletId)
    return fold(from, store.read(walletId, from.version))
  }

  return {
    load,
    replay: (walletId, upToVersion) => fold(nothing, store.read(walletId, 0, upToVersion)),
    record(walletId, expectedVersion, facts) {
      const events = facts.map((fact) => ({ ...write(fact), eventId: fact.eventId }))
      const version = store.append(walletId, expectedVersion, events)
      if (Math.floor(version / snapshotEvery) > Math.floor(expectedVersion / snapshotEvery)) {
        // Behind the commit of the events, and not part of it: losing one costs a longer load and nothing else.
        const { currency, minor } = load(walletId)
        const state = JSON.stringify({ version, currency, minor: minor.toString() })
        keep.run(walletId, version, stateVersion, state)
      }
      return version
    },
  }
}
