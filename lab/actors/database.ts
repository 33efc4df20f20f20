/**
 * A subject's SQLite databases: one file each in the folder of the run, which outlives the process that
 * opened it.
 */

import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'

/** How long a connection waits for another process's lock. */
const busyTimeoutMs = 5_000

const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/**
 * Opens `<folder>/<name>.sqlite`, creating it when it is missing. What was committed has reached the disk:
 * write-ahead log with `synchronous = FULL`, so that a SIGKILL loses nothing, nor does a power cut.
 */
export function openSqlite(folder: string, name: string): Database {
  if (!fileName.test(name)) {
    throw new TypeError(
      `"${name}" cannot name a database: letters, digits, dot, dash and underscore, 1 to 100 of them, no dot first`,
    )
  }
  mkdirSync(folder, { recursive: true })
  // Loaded here and not above: it is a native module, and most subjects never open a database.
  const Sqlite = createRequire(import.meta.url)('better-sqlite3') as typeof import('better-sqlite3')
  const database = new Sqlite(join(folder, `${name}.sqlite`), { timeout: busyTimeoutMs })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  return database
}
