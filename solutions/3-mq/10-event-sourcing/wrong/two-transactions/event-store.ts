// mistake: stores the events, then their outbox rows: two transactions, one after the other
// refused by: mq-10.3
// says: was stored and never published

/** The event store: streams of events in SQLite, each version of a stream once, and with each event its row in the outbox. */

import type { Database } from 'better-sqlite3'
import { seal } from '#payments/envelope'
import { type IdSource, newId } from '#payments/ids'
import type { WrittenEvent } from './wallet.ts'

export interface StoredEvent extends WrittenEvent {
  readonly streamId: string
  /** Place in its stream, from 1 without gaps. */
  readonly version: number
  readonly eventId: string
}

/** An event that waits to be published: its envelope as it goes out, every time. */
export interface Unsent {
  readonly position: number
  readonly eventId: string
  readonly type: string
  readonly envelope: string
}

/** Somebody else has written to the stream: load it again, decide again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
}

export interface EventStore {
  /**
   * Adds events behind `expectedVersion`, the version that the caller has decided on (0: there is no stream yet). All or
   * none. Answers the version of the last one.
   * @throws VersionConflict when the stream has another version
   */
  append(streamId: string, expectedVersion: number, events: readonly WrittenEvent[]): number
  /** The events of a stream as they were written, in the order of their versions, from `afterVersion` + 1 on. */
  read(streamId: string, afterVersion?: number): readonly StoredEvent[]
  /** What waits to be published, in the order in which it was written. */
  unsent(limit: number): readonly Unsent[]
  markSent(position: number): void
}

// The primary key is what decides between two writers; everything else only tells them earlier.
const schema = `
CREATE TABLE IF NOT EXISTS event (
  stream_id TEXT NOT NULL,
  version   INTEGER NOT NULL CHECK (version > 0),
  event_id  TEXT NOT NULL UNIQUE,
  type      TEXT NOT NULL,
  data      TEXT NOT NULL,
  PRIMARY KEY (stream_id, version)
) STRICT;
CREATE TRIGGER IF NOT EXISTS event_refuses_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event has happened: append another one'); END;
CREATE TRIGGER IF NOT EXISTS event_refuses_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event has happened: append another one'); END;
CREATE TABLE IF NOT EXISTS outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE REFERENCES event (event_id),
  type     TEXT NOT NULL,
  envelope TEXT NOT NULL,
  sent_at  INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (position) WHERE sent_at IS NULL`

interface Row {
  stream_id: string
  version: number
  event_id: string
  type: string
  data: string
}

/** Makes the tables when they are missing. `ids` gives ids and times, such as a world. */
export function openEventStore(ids: IdSource, database: Database): EventStore {
  database.exec(schema)
  const newest = database.prepare(
    'SELECT coalesce(max(version), 0) AS version FROM event WHERE stream_id = ?',
  )
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)')
  const tell = database.prepare('INSERT INTO outbox (event_id, type, envelope) VALUES (?, ?, ?)')
  // Never by time: two events of one millisecond, or a clock that was set back, would change places.
  const tail = database.prepare('SELECT * FROM event WHERE stream_id = ? AND version > ? ORDER BY version')
  const waiting = database.prepare(
    'SELECT position, event_id AS eventId, type, envelope FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT ?',
  )
  const sent = database.prepare('UPDATE outbox SET sent_at = ? WHERE position = ?')

  const write = database.transaction(
    (streamId: string, expectedVersion: number, events: readonly WrittenEvent[]) => {
      const rows: [eventId: string, type: string, envelope: string][] = []
      const { version: found } = newest.get(streamId) as { version: number }
      if (found !== expectedVersion) {
        throw new VersionConflict(`${streamId} is at version ${found}, and not at ${expectedVersion}`)
      }
      let version = expectedVersion
      for (const { type, data } of events) {
        version += 1
        const eventId = newId(ids)
        insert.run(streamId, version, eventId, type, JSON.stringify(data))
        // Sealed once: whoever sends it again sends the same event.
        const envelope = seal(
          {
            id: eventId,
            source: '/wallets',
            type,
            subject: streamId,
            dataschema: `https://workbook.example/schemas/${type}.json`,
            partitionkey: streamId,
            aggregateversion: version,
            data,
          },
          ids,
        )
        rows.push([eventId, type, JSON.stringify(envelope)])
      }
      return { version, rows }
    },
  )
  const tellAll = database.transaction((rows: [string, string, string][]) => {
    for (const row of rows) tell.run(...row)
  })

  return {
    // IMMEDIATE takes the write lock before it reads: the second of two writers waits, and then finds the first one's version.
    append(streamId, expectedVersion, events) {
      const { version, rows } = write.immediate(streamId, expectedVersion, events)
      tellAll.immediate(rows)
      return version
    },
    read: (streamId, afterVersion = 0) =>
      (tail.all(streamId, afterVersion) as Row[]).map((row) => ({
        streamId: row.stream_id,
        version: row.version,
        eventId: row.event_id,
        type: row.type,
        data: JSON.parse(row.data) as unknown,
      })),
    unsent: (limit) => waiting.all(limit) as Unsent[],
    markSent: (position) => void sent.run(ids.clock.now(), position),
  }
}
