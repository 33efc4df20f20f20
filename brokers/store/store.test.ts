/** All stores against their contract. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testFolder } from '../test-folder.ts'
import { openLogStore } from './log-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { keepsWhatWasCommitted, type StoreUnderTest } from './store.contract.ts'
import type { Store } from './store.ts'

let folder: string
let count = 0
beforeAll(() => {
  folder = testFolder('store')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Open = (dataDir: string) => Store

function underTest(open: Open, dataDir = join(folder, String(count++))): StoreUnderTest {
  const store = open(dataDir)
  return {
    store,
    crash() {
      store.close()
      return underTest(open, dataDir)
    },
    end() {
      store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const stores: readonly (readonly [string, Open])[] = [
  ['SQLite', (dataDir) => openSqliteStore({ dataDir, name: 'test', durability: 'os' })],
  ['the log', (dataDir) => openLogStore({ dataDir, name: 'test', durability: 'os' })],
  ['the log, synced', (dataDir) => openLogStore({ dataDir, name: 'test', durability: 'fsync' })],
  [
    'the log in small segments',
    (dataDir) => openLogStore({ dataDir, name: 'test', durability: 'os', segmentBytes: 500 }),
  ],
]

for (const [name, open] of stores) {
  describe(name, () => {
    keepsWhatWasCommitted(() => underTest(open))

    test('a second broker on the same folder is told so in one sentence', () => {
      const dataDir = join(folder, String(count++))
      const store = open(dataDir)
      expect(() => open(dataDir)).toThrow(
        /test\.sqlite is in use by another broker: stop that one, or give this one another dataDir$/,
      )
      store.close()
    })

    test.runIf(process.platform === 'linux')(
      'a folder where none can be made is named in one sentence',
      () => {
        expect(() => open('/proc/nowhere/data')).toThrow(
          /^dataDir \/proc\/nowhere\/data can't be written \(.*\): choose a folder that you may write to$/,
        )
      },
    )

    test("a folder that can't be written is named in one sentence", () => {
      const file = join(folder, `file-${count++}`)
      writeFileSync(file, '')
      expect(() => open(file)).toThrow(
        /^dataDir .*file-\d+ can't be written \(.*\): choose a folder that you may write to$/,
      )
    })
  })
}

describe('memory', () => {
  test('keeps small state and marks as long as it lives, and no records', () => {
    const store = createMemoryStore()
    store.put('a/1', Buffer.from('x'))
    store.put('b/1', Buffer.from('y'))
    store.mark(1, 5)
    store.mark(2, 6)
    store.mark(2, 0)
    store.append(1, 1, Buffer.from('h'), Buffer.from('b'))
    store.commit({ isAwaited: true })
    expect([...store.read('a/')]).toEqual([['a/1', Buffer.from('x')]])
    expect([...store.marks()]).toEqual([[1, 5]])
    expect([store.keepsRecords, [...store.recover()]]).toEqual([false, []])
    expect(() => store.fetch(1)).toThrow('there is no record 1')
  })
})
