/**
 * The store on SQLite: one file, a write-ahead log beside it, one transaction per commit (spikes.md section 2).
 * The file is locked while it is open, so two brokers never share one.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { Durability, Store, StoredRecord } from './store.ts'

/** Pages in the write-ahead log before they are moved into the database: larger means rarer and longer pauses. */
const CHECKPOINT_PAGES = 1000

/**
 * Opens or creates `<dataDir>/<name>.sqlite`.
 * @throws Error in one sentence with what to do, if the folder can't be written or another process has the file open.
 */
export function openSqliteStore(options: { dataDir: string; name: string; durability: Durability }): Store {
  const file = join(options.dataDir, `${options.name}.sqlite`)
  const database = openDatabase(options.dataDir, file)
  const put = database.prepare(
    'insert into state (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  )
  const drop = database.prepare('delete from state where key = ?')
  const append = database.prepare('insert into record (id, log, head, body) values (?, ?, ?, ?)')
  const amend = database.prepare('update record set head = ? where id = ?')
  const remove = database.prepare('delete from record where id = ?')
  const setMark = database.prepare(
    'insert into mark (log, number) values (?, ?) on conflict (log) do update set number = excluded.number',
  )
  const dropMark = database.prepare('delete from mark where log = ?')
  const fetch = database.prepare('select id, log, head, body from record where id = ?')
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')

  // Changes gather here, so that a record which is gone again by the end of the turn never reaches the disk, and the mode
  // of the commit, which can't be changed inside a transaction, is known before it begins.
  const state = new Map<string, Uint8Array | undefined>()
  const appended = new Map<number, StoredRecord>()
  const amended = new Map<number, Buffer>()
  const removed: number[] = []
  const marked = new Map<number, number>()
  let synchronous = ''

  // better-sqlite3 is built with NORMAL as the default for a write-ahead log: FULL must be asked for on every open.
  function setSynchronous(mode: 'FULL' | 'OFF'): void {
    if (synchronous === mode) return
    database.pragma(`synchronous = ${mode}`)
    synchronous = mode
  }
  setSynchronous(options.durability === 'fsync' ? 'FULL' : 'OFF')

  function writeAll(): void {
    for (const record of appended.values()) append.run(record.id, record.log, record.head, record.body)
    for (const [id, head] of amended) amend.run(head, id)
    for (const id of removed) remove.run(id)
    for (const [log, number] of marked) {
      if (number === 0) dropMark.run(log)
      else setMark.run(log, number)
    }
    for (const [key, value] of state) {
      if (value === undefined) drop.run(key)
      else put.run(key, value)
    }
  }

  function clear(): void {
    state.clear()
    appended.clear()
    amended.clear()
    removed.length = 0
    marked.clear()
  }

  return {
    keepsRecords: true,
    put: (key, value) => void state.set(key, value),
    delete: (key) => void state.set(key, undefined),
    append: (log, id, head, body) => void appended.set(id, { id, log, head, body }),
    amend(id, head) {
      const record = appended.get(id)
      if (record === undefined) amended.set(id, head)
      else appended.set(id, { ...record, head })
    },
    remove(id) {
      if (appended.delete(id)) return
      amended.delete(id)
      removed.push(id)
    },
    mark: (log, number) => void marked.set(log, number),
    commit({ isAwaited }) {
      if (appended.size + amended.size + removed.length + marked.size + state.size === 0) return
      if (options.durability === 'fsync') setSynchronous(isAwaited ? 'FULL' : 'OFF')
      try {
        begin.run()
        writeAll()
        commit.run()
      } catch (cause) {
        if (database.inTransaction) database.exec('rollback')
        throw new Error(`could not write to ${file}: ${(cause as Error).message}`, { cause })
      } finally {
        clear()
      }
    },
    read(prefix) {
      const rows = database
        .prepare('select key, value from state where key >= ? and key < ?')
        .all(prefix, `${prefix}\u{10ffff}`) as { key: string; value: Buffer }[]
      return new Map(rows.map((row) => [row.key, row.value]))
    },
    marks() {
      const rows = database.prepare('select log, number from mark').all() as { log: number; number: number }[]
      return new Map(rows.map((row) => [row.log, row.number]))
    },
    fetch(id) {
      const record = appended.get(id) ?? (fetch.get(id) as StoredRecord | undefined)
      if (record === undefined || removed.includes(id)) throw new Error(`there is no record ${id}`)
      const head = amended.get(id)
      return head === undefined ? record : { ...record, head }
    },
    recover() {
      return database
        .prepare('select id, log, head, body from record order by id')
        .iterate() as Iterable<StoredRecord>
    },
    close() {
      database.close()
    },
  }
}

/** With those above it. Node's own `recursive` never ends where a system takes no folders at all, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

function openDatabase(dataDir: string, file: string): Database.Database {
  try {
    makeFolder(resolve(dataDir))
    const database = new Database(file, { timeout: 0 })
    database.pragma('locking_mode = EXCLUSIVE')
    database.pragma('journal_mode = WAL')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    database.exec(
      'create table if not exists state (key text primary key, value blob not null) without rowid',
    )
    database.exec(
      'create table if not exists record (id integer primary key, log integer not null, head blob not null, body blob not null)',
    )
    database.exec('create table if not exists mark (log integer primary key, number integer not null)')
    return database
  } catch (cause) {
    throw new Error(explain(dataDir, file, cause as Error & { code?: string }), { cause })
  }
}

function explain(dataDir: string, file: string, cause: Error & { code?: string }): string {
  if (cause.code?.startsWith('SQLITE_BUSY')) {
    return `${file} is in use by another broker: stop that one, or give this one another dataDir`
  }
  return `dataDir ${dataDir} can't be written (${cause.message}): choose a folder that you may write to`
}
