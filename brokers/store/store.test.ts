/** What the SQLite store keeps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqliteStore } from './sqlite-store.ts'
import type { Store } from './store.ts'

let folder: string
let opened: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  opened = []
})
afterEach(() => {
  for (const store of opened) store.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): Store {
  const store = openSqliteStore({ dataDir: folder, name: 'test', durability: 'fsync' })
  opened.push(store)
  return store
}

function reopen(store: Store): Store {
  store.close()
  opened.splice(opened.indexOf(store), 1)
  return open()
}

const all = (store: Store) =>
  [...store.recover()].map(({ id, log, head, body }) => [id, log, String(head), String(body)])

test('keeps what was committed, in order of id, and drops what was not', () => {
  const store = open()
  store.append(7, 2, Buffer.from('h2'), Buffer.from('b2'))
  store.append(7, 1, Buffer.from('h1'), Buffer.from('b1'))
  store.put('key', Buffer.from('value'))
  store.commit({ isAwaited: true })
  store.append(7, 3, Buffer.from('h3'), Buffer.from('b3'))

  const again = reopen(store)

  expect(all(again)).toEqual([
    [1, 7, 'h1', 'b1'],
    [2, 7, 'h2', 'b2'],
  ])
  expect([...again.read('k')]).toEqual([['key', Buffer.from('value')]])
})

test('a record that is appended and removed within a turn never reaches the disk', () => {
  const store = open()
  store.append(1, 1, Buffer.from('h'), Buffer.from('b'))
  store.remove(1)
  store.commit({ isAwaited: true })
  expect(all(store)).toEqual([])
})

test('amends heads of records that are on the disk and of those that are not yet', () => {
  const store = open()
  store.append(1, 1, Buffer.from('old'), Buffer.from('b1'))
  store.commit({ isAwaited: false })
  store.append(1, 2, Buffer.from('old'), Buffer.from('b2'))
  store.amend(1, Buffer.from('new'))
  store.amend(2, Buffer.from('new'))
  store.commit({ isAwaited: true })
  expect(all(store)).toEqual([
    [1, 1, 'new', 'b1'],
    [2, 1, 'new', 'b2'],
  ])
})

test('removes and deletes', () => {
  const store = open()
  store.append(1, 1, Buffer.from('h'), Buffer.from('b'))
  store.put('a/1', Buffer.from('x'))
  store.commit({ isAwaited: true })
  store.remove(1)
  store.delete('a/1')
  store.commit({ isAwaited: true })
  const again = reopen(store)
  expect([all(again), again.read('a/').size]).toEqual([[], 0])
})

test('a second broker on the same folder is told so in one sentence', () => {
  open()
  expect(() => open()).toThrow(
    /test\.sqlite is in use by another broker: stop that one, or give this one another dataDir$/,
  )
})

test("a folder that can't be written is named in one sentence", () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => openSqliteStore({ dataDir: file, name: 'test', durability: 'os' })).toThrow(
    /^dataDir .*file can't be written \(.*\): choose a folder that you may write to$/,
  )
})
