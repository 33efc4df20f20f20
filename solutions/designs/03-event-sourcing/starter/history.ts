/** What a wallet holds, and held at any version: from its events alone, or sooner from a snapshot and the events behind it. */
import type { Database } from 'better-sqlite3'
import type { Fact } from './events.ts'
import type { EventStore } from './store.ts'

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

/** Makes what it needs for snapshots when that is missing. */
export function openHistory(_database: Database, _store: EventStore): History {
  // TODO design-03.1: replay, up to any version
  // TODO design-03.4: snapshots, by what they save
  throw new Error('TODO: tell what a wallet holds')
}
