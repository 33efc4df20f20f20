/** An event store in SQLite: streams of numbered events. The numbers are kept by a unique key, or by nobody; so are ids of commands. */
import type { Database } from 'better-sqlite3'

export interface StoredEvent<Event> {
  readonly version: number
  readonly at: number
  readonly event: Event
}

export interface EventStore<Event> {
  /** Adds an event behind the version that the caller decided on. False when that place, or the command's id, is taken. */
  append(
    stream: string,
    decidedOn: number,
    event: Event,
    about?: { readonly at?: number; readonly commandId?: string | undefined },
  ): boolean
  /** Events of a stream behind a version, in the order of their versions. */
  load(stream: string, behind?: number): StoredEvent<Event>[]
}

/** @param keepsVersions without it, two events of one stream may have one version: nobody refuses */
export function openEventStore<Event>(
  database: Database,
  { keepsVersions = true }: { readonly keepsVersions?: boolean } = {},
): EventStore<Event> {
  database.exec(`CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
    command TEXT UNIQUE, body TEXT NOT NULL${keepsVersions ? ', UNIQUE (stream, version)' : ''}) STRICT`)
  const insert = database.prepare(
    'INSERT INTO event (stream, version, at, command, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const select = database.prepare(
    'SELECT version, at, body FROM event WHERE stream = ? AND version > ? ORDER BY version, position',
  )
  return {
    append: (stream, decidedOn, event, { at = 0, commandId } = {}) =>
      insert.run(stream, decidedOn + 1, at, commandId ?? null, JSON.stringify(event)).changes === 1,
    load(stream, behind = 0) {
      const rows = select.all(stream, behind) as { version: number; at: number; body: string }[]
      return rows.map(({ version, at, body }) => ({ version, at, event: JSON.parse(body) as Event }))
    },
  }
}
