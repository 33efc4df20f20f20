/** What is derived from all events: a table of balances that can be rebuilt at any time, and receipts that must never go out again. */
import type { Database } from 'better-sqlite3'
import type { EventStore } from './store.ts'

/** What lies outside: it can't be taken back. */
export interface Outside {
  /** Tells a customer that money has left the wallet. `eventId` lets the other side recognise a repeat. */
  sendReceipt(eventId: string): void
}

export interface Projector {
  /** Takes in what is new: balances, and a receipt for each withdrawal and each transfer sent. Answers how many events. */
  catchUp(): number
  /** Makes the table of balances again, from the first event on. Nothing outside hears of it. */
  rebuild(): number
  /** The balances as they are in the table, by wallet, in the smallest unit. */
  balances(): ReadonlyMap<string, bigint>
}

/** Makes its tables when they are missing. */
export function openProjector(_database: Database, _store: EventStore, _outside: Outside): Projector {
  // TODO design-03.5: what can be made again, and what must never be done again
  throw new Error('TODO: derive balances and receipts')
}
