// way: has no outbox of what is still to be told, but a table of what was: an event that is not in there waits

/** The event store: streams of events in SQLite, each version of a stream once, and with each event its row in the outbox. */

import type { Database } from 'better-sqlite3'
import { type IdSource, newId } from '#payments/ids'
import type { WrittenEvent } from './wallet.ts'

export interface StoredEvent extends WrittenEvent {
  readonly streamId: string
  /** Place in its stream, from 1 without gaps. */
  readonly version: number
  readonly eventId: string
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
}

/** Makes the tables when they are missing. `ids` gives ids and times, such as a world. */
export function openEventStore(ids: IdSource, database: Database): EventStore {
  database.exec(`
CREATE TABLE IF NOT EXISTS event (
  position  INTEGER PRIMARY KEY AUTOINCREMENT,
  stream_id TEXT NOT NULL,
  version   INTEGER NOT NULL,
  event_id  TEXT NOT NULL UNIQUE,
  type      TEXT NOT NULL,
  data      TEXT NOT NULL,
  at        INTEGER NOT NULL,
  UNIQUE (stream_id, version)
) STRICT;
-- The outbox turned round: what is not in here is still to be told.
CREATE TABLE IF NOT EXISTS told (event_id TEXT PRIMARY KEY) STRICT;`)
  const last = database.prepare('SELECT coalesce(max(version), 0) FROM event WHERE stream_id = ?').pluck()
  const insert = database.prepare(
    'INSERT INTO event (stream_id, version, event_id, type, data, at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const select = database.prepare(
    'SELECT version, event_id, type, data FROM event WHERE stream_id = ? AND version > ? ORDER BY version',
  )
  const append = database.transaction(
    (streamId: string, expected: number, events: readonly WrittenEvent[]): number => {
      const current = last.get(streamId) as number
      if (current !== expected) throw new VersionConflict(`${streamId} is at ${current}, not at ${expected}`)
      events.forEach(({ type, data }, at) => {
        insert.run(
          streamId,
          expected + at + 1,
          newId(ids),
          type,
          JSON.stringify(data),
          Math.floor(ids.clock.now()),
        )
      })
      return expected + events.length
    },
  )
  return {
    append: (streamId, expected, events) => append.immediate(streamId, expected, events),
    read(streamId, afterVersion = 0) {
      const rows = select.all(streamId, afterVersion) as {
        version: number
        event_id: string
        type: string
        data: string
      }[]
      return rows.map(({ version, event_id, type, data }) => ({
        streamId,
        version,
        eventId: event_id,
        type,
        data: JSON.parse(data) as unknown,
      }))
    },
  }
}
