/** The event store: streams of events in SQLite, each version of a stream once, and with each event its row in the outbox. */

import type { Database } from 'better-sqlite3'
import type { IdSource } from '#payments/ids'
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
  // TODO mq-10.1: the table event (stream_id TEXT, version INTEGER, event_id TEXT, type TEXT, data TEXT, and what you like).
  //   Two services write at a time. What keeps both of them from taking one version?
  // TODO mq-10.3: the event and its row in an outbox are one transaction; ids with newId(ids) of #payments/ids, envelopes
  //   with seal() of #payments/envelope. Rows of event are never changed.
  // TODO mq-10.4: read() answers what was written, in the order of the versions.
  throw new Error('TODO: append and read')
}
