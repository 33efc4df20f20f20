/** The event store: one table of events, in which each version of a stream exists once and nothing is ever changed. */
import type { Database } from 'better-sqlite3'
import type { WrittenEvent } from './events.ts'

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

const schema = `
-- TODO design-03.2: the tables, so that of two writers only one gets a version
`

/** Makes the tables when they are missing. */
export function openStore(database: Database): EventStore {
  database.exec(schema)
  // TODO design-03.1: streams of events, from which every balance follows
  throw new Error('TODO: open the event store')
}
