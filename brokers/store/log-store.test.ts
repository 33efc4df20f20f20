/** What the log does with its files: torn ends, damage, removal by segment, writing again what still counts. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testFolder } from '../test-folder.ts'
import { LogStore } from './log-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { all, Model, steps, take } from './store.contract.ts'
import type { Store } from './store.ts'

let folder: string
beforeEach(() => {
  folder = testFolder('log-store')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SEGMENT_BYTES = 500
const small = { segmentBytes: SEGMENT_BYTES, rewrittenBytes: 120 } as const
const open = (dataDir: string, sizes: { segmentBytes?: number; rewrittenBytes?: number } = {}) =>
  new LogStore({ dataDir, name: 'test', durability: 'os', ...sizes }, createMemoryStore())

const logsIn = (dataDir: string) =>
  readdirSync(dataDir)
    .filter((file) => file.endsWith('.log'))
    .sort()

const bytesIn = (dataDir: string) =>
  logsIn(dataDir).reduce((sum, file) => sum + statSync(join(dataDir, file)).size, 0)

const head = Buffer.from('head')
const appendAll = (store: Store, ids: readonly number[], bytes = 50) => {
  for (const id of ids) store.append(1, id, head, Buffer.alloc(bytes, `b${id}.`))
  store.commit({ isAwaited: false })
}
const idsOf = (store: Store) => [...store.recover()].map(({ id }) => id)

/** A folder with five commits of two records each and one removal, and how long its file was after each. */
function fiveCommits(): { dataDir: string; file: string; ends: number[]; kept: unknown[] } {
  const dataDir = join(folder, 'whole')
  mkdirSync(dataDir)
  const store = open(dataDir)
  const [ends, kept]: [number[], unknown[]] = [[0], [[]]]
  for (let commit = 0; commit < 5; commit++) {
    if (commit === 3) store.remove(1)
    if (commit === 4) store.amend(2, Buffer.from('amended'))
    store.mark(1, commit + 1)
    appendAll(store, [commit * 2 + 1, commit * 2 + 2], 7)
    ends.push(bytesIn(dataDir))
    kept.push(all(store))
  }
  store.close()
  return { dataDir, file: logsIn(dataDir)[0] as string, ends, kept }
}

test('cut at any byte, it has what the last whole commit left, and goes on from there', {
  timeout: 30_000,
}, () => {
  const { dataDir, file, ends, kept } = fiveCommits()
  const size = ends.at(-1) as number
  for (let cut = 0; cut <= size; cut++) {
    const copy = join(folder, 'cut')
    mkdirSync(copy)
    copyFileSync(join(dataDir, file), join(copy, file))
    truncateSync(join(copy, file), cut)
    const commits = ends.findLastIndex((end) => end <= cut)

    const store = open(copy)
    expect(all(store)).toEqual(kept[commits])
    expect(store.marks().get(1)).toEqual(commits === 0 ? undefined : commits)
    appendAll(store, [100])
    store.close()
    const again = open(copy)
    expect(all(again).slice(0, -1)).toEqual(kept[commits])
    expect(idsOf(again).at(-1)).toBe(100)
    again.close()
    rmSync(copy, { recursive: true })
  }
})

test('with any byte of its end changed, or zeros behind it, it has what some whole commit before left', {
  timeout: 30_000,
}, () => {
  const { dataDir, file, ends, kept } = fiveCommits()
  const sound = readFileSync(join(dataDir, file))
  const damaged = [Buffer.concat([sound, Buffer.alloc(300)])]
  for (let at = ends[3] as number; at < sound.length; at++) {
    const bytes = Buffer.from(sound)
    bytes[at] = (bytes[at] as number) ^ 0x55
    damaged.push(bytes)
  }
  for (const [index, bytes] of damaged.entries()) {
    const copy = join(folder, 'changed')
    mkdirSync(copy)
    writeFileSync(join(copy, file), bytes)
    const store = open(copy)
    const at = (ends[3] as number) + index - 1
    const commits = index === 0 ? 5 : ends.findLastIndex((end) => end <= at)
    expect(all(store)).toEqual(kept[commits])
    store.close()
    rmSync(copy, { recursive: true })
  }
})

test('damage before its end is said in one sentence, and nothing is lost silently', () => {
  const store = open(folder, small)
  for (let id = 1; id <= 30; id++) appendAll(store, [id])
  store.close()
  const file = join(folder, logsIn(folder)[1] as string)
  const bytes = readFileSync(file)
  bytes[200] = (bytes[200] as number) ^ 1
  writeFileSync(file, bytes)
  expect(() => open(folder, small)).toThrow(
    /^\S+test-0000000002\.log is damaged at byte \d+: put back a copy of the folder, or empty it to start anew$/,
  )
})

test('a segment is deleted when its records are gone, so a queue that is worked off keeps its size', () => {
  const store = open(folder, small)
  for (let id = 1; id <= 2000; id++) {
    appendAll(store, [id])
    if (id > 20) store.remove(id - 20)
  }
  store.commit({ isAwaited: false })
  expect(bytesIn(folder)).toBeLessThan(20 * 90 + 5 * SEGMENT_BYTES)
  expect(idsOf(store)).toEqual(Array.from({ length: 20 }, (_, index) => 1981 + index))
  store.close()
})

test('old records that hold up dead ones are written again, whole and in order', () => {
  const sizes = { segmentBytes: 2000, rewrittenBytes: 300 }
  let store = open(folder, sizes)
  const stay = new Set<number>()
  for (let id = 1; id <= 3000; id++) {
    appendAll(store, [id], id % 500 === 0 ? 5000 : 200)
    if (id % 50 === 0) stay.add(id)
    else if (id % 2 === 0) store.amend(id, Buffer.from('amended'))
    const old = id - 10
    if (old > 0 && !stay.has(old)) store.remove(old)
    if (id === 1500) store.amend(100, Buffer.from('amended'))
  }
  for (let id = 2991; id <= 3000; id++) if (!stay.has(id)) store.remove(id)
  store.commit({ isAwaited: false })
  // What was appended is six times as much.
  const live = 54 * 240 + 6 * 5040
  expect(bytesIn(folder)).toBeLessThan(3 * live)
  for (let start = 0; start < 2; start++) {
    expect(idsOf(store)).toEqual([...stay])
    expect(String(store.fetch(100).head)).toBe('amended')
    expect(store.fetch(500).body).toEqual(Buffer.alloc(5000, 'b500.'))
    store.close()
    store = open(folder, sizes)
  }
  store.close()
})

test('a crash between a commit and the deletions after it brings nothing back, for any history', {
  timeout: 30_000,
}, () => {
  let count = 0
  let deletions = 0
  fc.assert(
    fc.property(steps, (history) => {
      const dataDir = join(folder, String(count++))
      mkdirSync(dataDir)
      let store = open(dataDir, small)
      let id = 0
      const model = new Model()
      for (const step of history) {
        if (step.do === 'crash') continue
        take(step, store, model, () => ++id)
        if (step.do !== 'commit') continue
        const before = new Map(logsIn(dataDir).map((file) => [file, readFileSync(join(dataDir, file))]))
        store.commit({ isAwaited: false })
        const after = new Set(logsIn(dataDir))
        const deleted = [...before].filter(([file]) => !after.has(file))
        if (deleted.length === 0) continue
        deletions++
        store.close()
        const copy = `${dataDir}-copy`
        cpSync(dataDir, copy, { recursive: true })
        for (const [file, bytes] of deleted) writeFileSync(join(copy, file), bytes)
        const again = open(copy, small)
        expect(all(again)).toEqual(model.all())
        again.close()
        rmSync(copy, { recursive: true })
        store = open(dataDir, small)
        expect(all(store)).toEqual(model.all())
      }
      store.close()
      rmSync(dataDir, { recursive: true })
    }),
    { numRuns: 100 },
  )
  expect(deletions).toBeGreaterThan(100)
})

test('synced, it writes zeros ahead, which are no part of what is read or left', () => {
  const options = { dataDir: folder, name: 'test', durability: 'fsync' } as const
  const store = new LogStore(options, createMemoryStore())
  for (let id = 1; id <= 300; id++) {
    store.append(1, id, head, Buffer.alloc(1000, `b${id}.`))
    store.commit({ isAwaited: true })
    // Reading ahead must not keep the zeros that the next record replaces.
    expect(store.fetch(id).body).toEqual(Buffer.alloc(1000, `b${id}.`))
  }
  expect(bytesIn(folder)).toBeGreaterThan(300 * 1029)
  cpSync(folder, `${folder}-killed`, { recursive: true })
  store.close()
  expect(bytesIn(folder)).toBe(300 * (25 + head.length + 1000))

  const killed = new LogStore({ ...options, dataDir: `${folder}-killed` }, createMemoryStore())
  expect(idsOf(killed)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
  killed.close()
  rmSync(`${folder}-killed`, { recursive: true })
})

test('reads in any order, from the middle of what it has read ahead and from many segments', () => {
  const store = open(folder, { segmentBytes: 300_000 })
  const ids = Array.from({ length: 3000 }, (_, index) => index + 1)
  for (let from = 0; from < ids.length; from += 100) appendAll(store, ids.slice(from, from + 100), 1000)
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: fc.integer({ min: 1, max: 2900 }), run: fc.nat(90) })),
      (reads) => {
        for (const { from, run } of reads) {
          for (let id = from; id <= from + run; id++) {
            const body = store.fetch(id).body
            if (!body.equals(Buffer.alloc(1000, `b${id}.`))) throw new Error(`record ${id} reads wrong`)
          }
        }
      },
    ),
    { numRuns: 50 },
  )
  store.close()
})
