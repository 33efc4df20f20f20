// mistake: the place is noted when a rebuild is through
// refused by: design-03.5
// says: after a rebuild that was interrupted
/** What is derived from all events: a table of balances that can be rebuilt at any time, and receipts that must never go out again. */
import type { Database } from 'better-sqlite3'
import { read } from './events.ts'
import { evolve, nothing } from './history.ts'
import type { EventStore, StoredEvent } from './store.ts'

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

const pageSize = 500

const schema = `
CREATE TABLE IF NOT EXISTS wallet_balance (wallet_id TEXT PRIMARY KEY, minor INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT`

/** Makes the tables when they are missing. */
export function openProjector(database: Database, store: EventStore, outside: Outside): Projector {
  database.exec(schema)
  const at = database.prepare('SELECT position FROM checkpoint WHERE name = ?').pluck()
  const move = database.prepare(
    'INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  )
  const add = database.prepare(
    'INSERT INTO wallet_balance VALUES (?, ?) ON CONFLICT (wallet_id) DO UPDATE SET minor = minor + excluded.minor',
  )
  const rows = database.prepare('SELECT wallet_id, minor FROM wallet_balance').safeIntegers()
  const clear = database.prepare('DELETE FROM wallet_balance')
  const positionOf = (name: string) => Number(at.get(name) ?? 0)

  // A page and the place behind it in one commit: after a crash each event counts once.
  const takePage = database.transaction((page: readonly StoredEvent[]) => {
    for (const event of page) add.run(event.streamId, change(event))
  })
  const startOver = database.transaction(() => {
    clear.run()
    move.run('balances', 0)
  })

  function project(): number {
    let count = 0
    let position = positionOf('balances')
    for (;;) {
      const page = store.readAll(position, pageSize)
      if (page.length === 0) {
        move.run('balances', position)
        return count
      }
      takePage(page)
      position = page.at(-1)?.position ?? position
      count += page.length
    }
  }

  /** Has a place of its own, which a rebuild never moves back. */
  function tell(): void {
    for (;;) {
      const page = store.readAll(positionOf('receipts'), pageSize)
      if (page.length === 0) return
      for (const event of page) {
        if (takesMoney(event)) outside.sendReceipt(event.eventId)
        // Behind the sending: a crash in between sends it again, under the same id, and never not at all.
        move.run('receipts', event.position)
      }
    }
  }

  return {
    catchUp() {
      const count = project()
      tell()
      return count
    },
    rebuild() {
      startOver()
      return project()
    },
    balances: () =>
      new Map(
        (rows.all() as { wallet_id: string; minor: bigint }[]).map(({ wallet_id, minor }) => [
          wallet_id,
          minor,
        ]),
      ),
  }
}

const change = (event: StoredEvent): bigint => evolve(nothing, read(event)).minor

function takesMoney(event: StoredEvent): boolean {
  const { kind } = read(event)
  return kind === 'withdrawn' || kind === 'sent'
}
