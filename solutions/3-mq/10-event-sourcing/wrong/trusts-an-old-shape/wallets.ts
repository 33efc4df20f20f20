// mistake: loads whatever snapshot there is
// refused by: mq-10.8
// says: a snapshot of an older schema

/** The wallets: what each is, from its events or from a snapshot and the events behind it, and what a command makes of it. */

import type { Database } from 'better-sqlite3'
import type { EventStore, StoredEvent } from './event-store.ts'
import {
  decide,
  evolve,
  type Movement,
  noWallet,
  upcast,
  type Wallet,
  type WalletCommand,
  walletSchemaVersion,
} from './wallet.ts'

/** A wallet, and the version of its stream at which it was that. */
export interface Loaded {
  readonly wallet: Wallet
  readonly version: number
}

export interface Wallets {
  /** From the first event on, up to a version or to the end; looks at no snapshot. */
  replay(walletId: string, upToVersion?: number): Loaded
  /** The same, sooner: from the latest snapshot and the events behind it. */
  load(walletId: string): Loaded
  /** Does what the command asks for, and answers the version after it. @throws WalletRefused */
  handle(walletId: string, command: WalletCommand): number
}

/** After so many events the next snapshot is due. */
export const snapshotEvery = 20
/** How often a command is decided anew because somebody else was faster. */
const attemptsMax = 5

const schema = `
CREATE TABLE IF NOT EXISTS snapshot (
  stream_id      TEXT PRIMARY KEY,
  version        INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  state          TEXT NOT NULL
) STRICT`

/** Makes the table when it is missing. */
export function openWallets(database: Database, store: Pick<EventStore, 'append' | 'read'>): Wallets {
  database.exec(schema)
  // Two services may come with snapshots of one wallet: the later version stays.
  const keep = database.prepare(
    `INSERT INTO snapshot VALUES (?, ?, ?, ?) ON CONFLICT (stream_id) DO UPDATE
     SET version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
     WHERE excluded.version > snapshot.version OR excluded.schema_version > snapshot.schema_version`,
  )
  const latest = database.prepare('SELECT version, state FROM snapshot WHERE stream_id = ?')

  function load(walletId: string): Loaded {
    const kept = latest.get(walletId) as { version: number; state: string } | undefined
    const from =
      kept === undefined
        ? { wallet: noWallet, version: 0 }
        : { wallet: fromJson(kept.state), version: kept.version }
    return foldOnto(from, store.read(walletId, from.version))
  }

  function attempt(walletId: string, command: WalletCommand): number {
    const before = load(walletId)
    const events = decide(before.wallet, command)
    if (events.length === 0) return before.version
    const version = store.append(walletId, before.version, events)
    if (Math.floor(version / snapshotEvery) > Math.floor(before.version / snapshotEvery)) {
      // Not in the transaction of the events: it is a cache, and whoever loses it only reads more.
      keep.run(walletId, version, walletSchemaVersion, toJson(events.reduce(evolve, before.wallet)))
    }
    return version
  }

  return {
    load,
    replay: (walletId, upToVersion = Number.POSITIVE_INFINITY) =>
      foldOnto(
        { wallet: noWallet, version: 0 },
        store.read(walletId).filter(({ version }) => version <= upToVersion),
      ),
    handle(walletId, command) {
      for (let left = attemptsMax - 1; ; left -= 1) {
        try {
          return attempt(walletId, command)
        } catch (error) {
          // Decided on a wallet that is not there any more: what was affordable may not be so now.
          if (left === 0 || !(error instanceof Error) || error.name !== 'VersionConflict') throw error
        }
      }
    },
  }
}

function foldOnto(from: Loaded, events: readonly StoredEvent[]): Loaded {
  return events.reduce<Loaded>(
    ({ wallet }, event) => ({ wallet: evolve(wallet, upcast(event)), version: event.version }),
    from,
  )
}

function toJson(wallet: Wallet): string {
  return JSON.stringify(wallet, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

function fromJson(text: string): Wallet {
  const read = JSON.parse(text) as Omit<Wallet, 'posted' | 'movements'> & {
    posted: string
    movements: Record<string, { is: Movement['is']; minor: string }>
  }
  const movements = Object.entries(read.movements).map(
    ([reference, { is, minor }]) => [reference, { is, minor: BigInt(minor) }] as const,
  )
  return {
    owner: read.owner,
    currency: read.currency,
    posted: BigInt(read.posted),
    movements: Object.fromEntries(movements),
  }
}
