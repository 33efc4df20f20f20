/** Which statements count as commits, and when they are announced. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announceCommits } from './commits.ts'
import { openSqlite } from './database.ts'

let folder: string
let database: Database
/** Another connection's view of the table at each announcement. */
let heard: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commits-'))
  const other = openSqlite(folder, 'ledger')
  other.exec('CREATE TABLE entries (id INTEGER)')
  const seen = other.prepare('SELECT count(*) FROM entries').pluck()
  heard = []
  database = announceCommits(openSqlite(folder, 'ledger'), 'ledger', ({ name, side, fields }) => {
    heard.push(`${side} ${name} ${fields.database}: ${seen.get()}`)
  })
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const insert = 'INSERT INTO entries VALUES (1)'
const once = ['before commit ledger: 0', 'after commit ledger: 1']

describe('a commit is announced before anybody can see it, and once everybody can', () => {
  it.each<[string, (database: Database) => void]>([
    ['a statement outside a transaction', (db) => void db.prepare(insert).run()],
    ['a statement that returns rows', (db) => void db.prepare(`${insert} RETURNING id`).get()],
    ['exec', (db) => void db.exec(insert)],
    ['transaction()', (db) => db.transaction(() => db.prepare(insert).run())()],
    ['transaction().immediate', (db) => db.transaction(() => db.prepare(insert).run()).immediate()],
    [
      'a transaction inside a transaction',
      (db) => {
        const inner = db.transaction(() => db.prepare(insert).run())
        db.transaction(() => inner())()
      },
    ],
    [
      'BEGIN and COMMIT as statements',
      (db) => {
        db.prepare('BEGIN').run()
        db.prepare(insert).run()
        db.prepare('COMMIT').run()
      },
    ],
    ['BEGIN and COMMIT in exec', (db) => void db.exec('BEGIN').exec(insert).exec('COMMIT')],
  ])('%s', (_name, commit) => {
    commit(database)
    expect(heard).toEqual(once)
  })
})

describe('nothing is announced', () => {
  it.each<[string, (database: Database) => void]>([
    ['for reading', (db) => void db.prepare('SELECT * FROM entries').all()],
    ['for a transaction that only reads', (db) => db.transaction(() => db.prepare('SELECT 1').get())()],
    [
      'for a transaction that is rolled back',
      (db) => {
        const failing = db.transaction(() => {
          db.prepare(insert).run()
          throw new Error('no')
        })
        expect(failing).toThrow('no')
      },
    ],
  ])('%s', (_name, act) => {
    act(database)
    expect(heard).toEqual([])
  })
})

it('keeps what a transaction function has and gives', () => {
  const add = database.transaction((id: number) => database.prepare('SELECT ? AS id').pluck().get(id))

  expect([add(3), add.deferred(4), add.exclusive(5)]).toEqual([3, 4, 5])
  expect(Object.keys(add)).toContain('database')
  expect(structuredClone({ ...database }), 'a subject may hand it on').toBeDefined()
})
