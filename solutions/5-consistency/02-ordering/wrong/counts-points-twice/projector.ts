// mistake: thinks that what needs no order needs no memory either
// refused by: consistency-02.6
// says: have arrived, and the wallet has

/** The projector: it gives each event its effect at the moment that its strategy allows, however the events arrive. */
import type { Database } from 'better-sqlite3'
import { type LogEvent, WalletBook } from '#payments/wallet-log'
import { strategies } from './strategies.ts'

export interface Projector {
  /**
   * An event has arrived: it takes effect, or waits, or was here before. When this returns it may be acknowledged, so what
   * waits is in the database.
   * @throws WalletUnavailable when the wallet is out of service; then nothing has changed
   */
  take(event: LogEvent): void
}

// What has arrived, of all strategies: an event that is in order waits for its turn among all of them. `waits` is cleared when it
// took effect. Rows below the progress could be thrown away, but for the ids by which a late duplicate is known.
const schema = `
CREATE TABLE IF NOT EXISTS arrived (
  wallet_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  waits     TEXT,
  PRIMARY KEY (wallet_id, sequence)
) STRICT;
CREATE TABLE IF NOT EXISTS progress (wallet_id TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) STRICT`

export function projector(database: Database): Projector {
  database.exec(schema)
  const book = new WalletBook(database)
  const arrive = database.prepare('INSERT INTO arrived VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const newest = database
    .prepare('SELECT max(sequence) FROM arrived WHERE wallet_id = ? AND kind = ? AND sequence <> ?')
    .pluck()
  const find = database.prepare('SELECT waits FROM arrived WHERE wallet_id = ? AND sequence = ?')
  const clear = database.prepare('UPDATE arrived SET waits = NULL WHERE wallet_id = ? AND sequence = ?')
  const last = database.prepare('SELECT last_sequence FROM progress WHERE wallet_id = ?').pluck()
  const advance = database.prepare(
    'INSERT INTO progress VALUES (?, ?) ON CONFLICT (wallet_id) DO UPDATE SET last_sequence = excluded.last_sequence',
  )

  function takeNow(event: LogEvent): void {
    const { wallet_id, sequence, kind } = event
    const strategy = strategies[kind]
    const waits = strategy === 'in order' ? JSON.stringify(event) : null
    if (strategy === 'any order') book.apply(event)
    // The number is the identity: whoever comes with a known one was here.
    if (arrive.run(wallet_id, sequence, kind, waits).changes === 0) return
    if (strategy === 'newest wins' && sequence > Number(newest.get(wallet_id, kind, sequence) ?? 0))
      book.apply(event)
    release(wallet_id)
  }

  /** Goes on as far as everything has arrived, and applies what has waited for that. */
  function release(walletId: string): void {
    let next = Number(last.get(walletId) ?? 0) + 1
    for (let row = find.get(walletId, next); row !== undefined; row = find.get(walletId, next)) {
      const { waits } = row as { waits: string | null }
      if (waits !== null) {
        book.apply(JSON.parse(waits) as LogEvent)
        clear.run(walletId, next)
      }
      next += 1
    }
    advance.run(walletId, next - 1)
  }

  // Effect and memory in one: if the book refuses, this event was never here. IMMEDIATE, since it looks before it writes.
  const transaction = database.transaction(takeNow)
  return { take: (event) => transaction.immediate(event) }
}
