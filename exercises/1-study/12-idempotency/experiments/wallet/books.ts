/** The wallet of the experiments: bookings, and the notes by which a consumer knows that it has processed a message. */
import type { Database } from 'better-sqlite3'

export interface Books {
  /** Adds a booking. The books themselves would take the same payment any number of times. */
  book(id: string): void
  /** Notes that a message has been processed. False when that was noted before. */
  note(key: string, atMs?: number): boolean
  isNoted(key: string): boolean
  /** Forgets the notes that are older. */
  forgetBefore(atMs: number): void
  /** Both or neither. */
  together(work: () => void): void
  /** How often each message was booked. */
  timesBooked(id: string): number
  readonly bookings: number
}

export function openBooks(database: Database): Books {
  database.exec(`
    CREATE TABLE booking (id TEXT NOT NULL) STRICT;
    CREATE TABLE note (key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT`)
  const insert = database.prepare('INSERT INTO booking VALUES (?)')
  const insertNote = database.prepare('INSERT INTO note VALUES (?, ?) ON CONFLICT DO NOTHING')
  const find = database.prepare('SELECT 1 FROM note WHERE key = ?')
  const forget = database.prepare('DELETE FROM note WHERE at < ?')
  const count = database.prepare('SELECT count(*) FROM booking WHERE id = ?').pluck()
  const countAll = database.prepare('SELECT count(*) FROM booking').pluck()
  return {
    book: (id) => void insert.run(id),
    note: (key, atMs = 0) => insertNote.run(key, atMs).changes === 1,
    isNoted: (key) => find.get(key) !== undefined,
    forgetBefore: (atMs) => void forget.run(atMs),
    together: (work) => database.transaction(work).immediate(),
    timesBooked: (id) => Number(count.get(id)),
    get bookings() {
      return Number(countAll.get())
    },
  }
}
