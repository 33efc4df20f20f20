// mistake: a version that is taken is replaced by the newer event
// refused by: design-03.2
// says: both appended
/** The event store: one table of events, in which each version of a stream exists once and nothing is ever changed. */
import type { Database } from 'better-sqlite3'
import { problems, type WrittenEvent } from './events.ts'

export interface StoredEvent extends WrittenEvent {
  readonly streamId: string
  /** Place in its stream, from 1 without gaps. */
  readonly version: number
  readonly eventId: string
  /** Place among all events, ascending; not without gaps. */
  readonly position: number
}

/** An event to be stored. `eventId` says which one it is, whoever stores it again. */
export interface NewEvent extends WrittenEvent {
  readonly eventId: string
}

/** Somebody else has written to the stream: load it again, decide again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
}

export interface EventStore {
  /**
   * Adds events behind `expectedVersion` (0: there is no stream yet). All or none. Answers the version of the last one.
   * @throws VersionConflict when the stream has another version
   * @throws Error when an event must not be stored
   */
  append(streamId: string, expectedVersion: number, events: readonly NewEvent[]): number
  /** The events of a stream as they were written, by version, from `afterVersion` + 1 to `upToVersion`. */
  read(streamId: string, afterVersion?: number, upToVersion?: number): readonly StoredEvent[]
  /** Events of all streams in the order in which they were stored, behind a position. */
  readAll(afterPosition: number, limit: number): readonly StoredEvent[]
}

/** Where things stand, for whoever looks at the tables from outside. */
export const tables = {
  event: {
    table: 'event',
    stream: 'stream_id',
    version: 'version',
    eventId: 'event_id',
    position: 'position',
  },
  snapshot: { table: 'snapshot', stream: 'stream_id', schemaVersion: 'schema_version', state: 'state' },
} as const

// The unique pair decides between two writers, whatever the code before it believed. The triggers are for people with a console.
const schema = `
CREATE TABLE IF NOT EXISTS event (
  position  INTEGER PRIMARY KEY AUTOINCREMENT,
  stream_id TEXT NOT NULL,
  version   INTEGER NOT NULL CHECK (version > 0),
  event_id  TEXT NOT NULL UNIQUE,
  type      TEXT NOT NULL,
  data      TEXT NOT NULL CHECK (json_valid(data)),
  UNIQUE (stream_id, version)
) STRICT;
CREATE TRIGGER IF NOT EXISTS event_refuses_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event has happened: append another one'); END;
CREATE TRIGGER IF NOT EXISTS event_refuses_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event has happened: append another one'); END`

interface Row {
  readonly position: number
  readonly stream_id: string
  readonly version: number
  readonly event_id: string
  readonly type: string
  readonly data: string
}

/** Makes the table when it is missing. */
export function openStore(database: Database): EventStore {
  database.exec(schema)
  const newest = database.prepare('SELECT coalesce(max(version), 0) FROM event WHERE stream_id = ?').pluck()
  const insert = database.prepare(
    'INSERT OR REPLACE INTO event (stream_id, version, event_id, type, data) VALUES (?, ?, ?, ?, ?)',
  )
  // By version, never by time: clocks are set back, versions are not.
  const some = database.prepare(
    'SELECT * FROM event WHERE stream_id = ? AND version > ? AND version <= ? ORDER BY version',
  )
  const all = database.prepare('SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ?')

  const write = database.transaction(
    (streamId: string, expected: number, events: readonly NewEvent[]): number => {
      const found = Number(newest.get(streamId))
      if (found < expected)
        throw new VersionConflict(`${streamId} is at version ${found}, and not at ${expected}`)
      let version = expected
      for (const event of events) {
        const wrong = problems(event)
        if (wrong.length > 0) throw new Error(`this event must not be stored: ${wrong.join('; ')}`)
        version += 1
        insert.run(streamId, version, event.eventId, event.type, JSON.stringify(event.data))
      }
      return version
    },
  )

  return {
    // IMMEDIATE takes the write lock before it looks: the second of two writers finds what the first one wrote.
    append: (streamId, expectedVersion, events) => write.immediate(streamId, expectedVersion, events),
    read: (streamId, afterVersion = 0, upToVersion = Number.MAX_SAFE_INTEGER) =>
      (some.all(streamId, afterVersion, upToVersion) as Row[]).map(fromRow),
    readAll: (afterPosition, limit) => (all.all(afterPosition, limit) as Row[]).map(fromRow),
  }
}

function fromRow(row: Row): StoredEvent {
  return {
    streamId: row.stream_id,
    version: row.version,
    eventId: row.event_id,
    position: row.position,
    type: row.type,
    data: JSON.parse(row.data) as unknown,
  }
}
