/** Both logs keep the contract; what only the one on disk can meet: crashes, torn tails, damage, memory that is bounded. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../../clock.ts'
import type { Durability } from '../../../store/store.ts'
import { testFolder } from '../../../test-folder.ts'
import { encodeBatch, readBatchHeader } from '../../wire/record-batch.ts'
import { MemoryRecordLog, SegmentRecordLog } from '../record-log.ts'
import { Disk } from './disk.ts'
import { append, behavesLikeAnArray, type LogUnderTest, smallSegments, spans } from './record-log.contract.ts'
import type { LogSettings } from './settings.ts'

const root = testFolder('kafka-log')
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Options {
  readonly durability?: Durability
  readonly memoryBytesMax?: number
  readonly folder?: string
}

function onDisk(settings: LogSettings, options: Options = {}): LogUnderTest & { folder: string } {
  const { durability = 'os', memoryBytesMax = 1000 } = options
  const folder = options.folder ?? mkdtempSync(join(root, 'log-'))
  const disk = new Disk({ durability, clock: createClock(frozenTime()), memoryBytesMax, onChange: () => {} })
  const log = new SegmentRecordLog({ disk, folder, settings: () => settings })
  return {
    log,
    folder,
    commit: () => disk.commit(),
    async reopen(how) {
      if (how === 'closed') log.close()
      await disk.close()
      return onDisk(settings, { ...options, folder })
    },
    async end() {
      await disk.close()
      rmSync(folder, { recursive: true })
    },
  }
}

describe('in memory', () => {
  behavesLikeAnArray((settings) => {
    const under: LogUnderTest = {
      log: new MemoryRecordLog(() => settings),
      commit: () => {},
      reopen: async () => under,
      end: async () => {},
    }
    return under
  })
})

describe('on disk', () => behavesLikeAnArray((settings) => onDisk(settings)))
describe('on disk, synced', () => behavesLikeAnArray((settings) => onDisk(settings, { durability: 'fsync' })))
describe('on disk, everything from the file', () =>
  behavesLikeAnArray((settings) => onDisk(settings, { memoryBytesMax: 0 })))

const lastLog = (folder: string) =>
  join(
    folder,
    readdirSync(folder)
      .filter((file) => file.endsWith('.log'))
      .sort()
      .at(-1) as string,
  )

test('a torn batch at the end is cut off, wherever it is torn', async () => {
  const under = onDisk(smallSegments({}, 1e6))
  append(under.log, [1])
  append(under.log, [2])
  under.commit()
  const file = lastLog(under.folder)
  const whole = readFileSync(file)
  const [first = 0] = [whole.readInt32BE(8) + 12]
  for (let bytes = first; bytes < whole.length; bytes += 7) {
    writeFileSync(file, whole.subarray(0, bytes))
    const again = onDisk(smallSegments({}, 1e6), { folder: under.folder })
    expect([again.log.endOffset, statSync(file).size]).toEqual([1, first])
    append(again.log, [3])
    again.commit()
    expect(spans(again.log.walk(0))).toEqual([
      [0, 0],
      [1, 1],
    ])
  }
  await under.end()
})

test('zeros or noise behind the last batch are cut off', async () => {
  const under = onDisk(smallSegments({}, 1e6))
  append(under.log, [1])
  under.commit()
  const file = lastLog(under.folder)
  const { size } = statSync(file)
  for (const rest of [Buffer.alloc(5000), Buffer.alloc(300, 2), Buffer.alloc(100, 255)]) {
    appendFileSync(file, rest)
    expect(onDisk(smallSegments({}, 1e6), { folder: under.folder }).log.endOffset).toBe(1)
    expect(statSync(file).size).toBe(size)
  }
  await under.end()
})

test('damage that has sound batches behind it is told in one sentence, and nothing is cut', async () => {
  const under = onDisk(smallSegments({}, 1e6))
  for (let batch = 0; batch < 5; batch++) append(under.log, [batch])
  under.commit()
  const file = lastLog(under.folder)
  const bytes = readFileSync(file)
  bytes[150] = (bytes[150] as number) ^ 1
  writeFileSync(file, bytes)
  expect(() => onDisk(smallSegments({}, 1e6), { folder: under.folder })).toThrow(
    `${file} is damaged at byte 88: put back a copy of the folder, or empty it to start anew`,
  )
  expect(readFileSync(file)).toEqual(bytes)
  await under.end()
})

test('a shortened segment in the middle is told, too', async () => {
  const under = onDisk(smallSegments())
  for (let batch = 0; batch < 30; batch++) append(under.log, [batch])
  under.commit()
  const first = join(under.folder, `${'0'.repeat(20)}.log`)
  truncateSync(first, statSync(first).size - 10)
  expect(() => onDisk(smallSegments(), { folder: under.folder })).toThrow(`${first} is damaged at byte`)
  await under.end()
})

test('indexes that are gone, or do not fit, are made anew', async () => {
  const under = onDisk(smallSegments({}, 1500), { memoryBytesMax: 0 })
  for (let batch = 0; batch < 60; batch++) append(under.log, [batch * 10])
  under.commit()
  const indexes = readdirSync(under.folder).filter((file) => file.endsWith('index'))
  expect(indexes.length).toBeGreaterThan(1)
  rmSync(join(under.folder, indexes[0] as string))
  writeFileSync(join(under.folder, indexes[2] as string), Buffer.alloc(80, 9))
  const again = onDisk(smallSegments({}, 1500), { folder: under.folder, memoryBytesMax: 0 })
  expect(spans(again.log.walk(0))).toHaveLength(60)
  expect(again.log.findTime(455)).toEqual({ offset: 46, timestamp: 460 })
  await under.end()
})

test('a closed log leaves an index from which the next start goes on', async () => {
  const under = onDisk(smallSegments({}, 1e6))
  for (let batch = 0; batch < 20; batch++) append(under.log, [batch])
  const again = await under.reopen('closed')
  expect(readdirSync(under.folder).sort()).toEqual(
    ['.index', '.log', '.timeindex'].map((end) => `${'0'.repeat(20)}${end}`),
  )
  expect(again.log.findLatestTime()).toEqual({ offset: 19, timestamp: 19 })
  await again.end()
})

test('a crash in the middle of a cleaning leaves either the old segments or the new one', async () => {
  const under = onDisk(smallSegments({ 'cleanup.policy': 'compact' }))
  for (let batch = 0; batch < 20; batch++) append(under.log, [batch])
  under.commit()
  const logs = readdirSync(under.folder)
    .filter((file) => file.endsWith('.log'))
    .sort()
  // The draft was renamed, and the crash came before the old ones were removed: it has the place of the first two.
  const draft = readFileSync(join(under.folder, logs[0] as string)).subarray(0, 88)
  const end = Number((logs[1] as string).slice(0, 20)) + 1
  writeFileSync(join(under.folder, `${'0'.repeat(20)}.${String(end).padStart(20, '0')}.swap`), draft)
  const again = onDisk(smallSegments(), { folder: under.folder })
  const third = Number((logs[2] as string).slice(0, 20))
  expect(spans(again.log.walk(0))[0]).toEqual([0, 0])
  expect(spans(again.log.walk(0))[1]?.[0]).toBe(third)
  await under.end()
})

test('what was deleted stays for file.delete.delay.ms under another name', async () => {
  const clock = createClock(frozenTime())
  const disk = new Disk({ durability: 'os', clock, memoryBytesMax: 0, onChange: () => {} })
  const folder = mkdtempSync(join(root, 'log-'))
  const settings = { ...smallSegments(), fileDeleteDelayMs: 60_000 }
  const log = new SegmentRecordLog({ disk, folder, settings: () => settings })
  for (let batch = 0; batch < 20; batch++) append(log, [batch])
  log.deleteBefore(15)
  const deleted = () => readdirSync(folder).filter((file) => file.endsWith('.log.deleted')).length
  expect(deleted()).toBeGreaterThan(0)
  clock.elapse(60_000)
  expect(deleted()).toBe(0)
  await disk.close()
})

test('a cleaned log is the same after a restart', async () => {
  const under = onDisk(smallSegments({ 'cleanup.policy': 'compact' }))
  for (let batch = 0; batch < 40; batch++) {
    const record = { key: Buffer.from(`k${batch % 3}`), value: Buffer.from(`${batch}`) }
    const bytes = encodeBatch([record], { baseOffset: batch, baseTimestamp: batch })
    under.log.append(bytes, readBatchHeader(bytes))
  }
  const options = { nowMs: 0, isForced: true, lastStableOffset: 40, isActiveProducer: () => false }
  for (const _ of under.log.cleaning(options) ?? []);
  const cleaned = spans(under.log.walk(0))
  expect(cleaned.length).toBeLessThan(20)
  under.commit()
  for (const how of ['killed', 'closed'] as const) {
    const again = await under.reopen(how)
    expect(spans(again.log.walk(0))).toEqual(cleaned)
    expect(again.log.findTime(5)?.offset).toBe(cleaned[0]?.[0])
  }
  await under.end()
})

test('what is kept beside the log is found again, unless the log is shorter than it', async () => {
  const under = onDisk(smallSegments())
  under.log.keepBeside(() => Buffer.from(`up to ${under.log.endOffset}`))
  for (let batch = 0; batch < 20; batch++) append(under.log, [batch])
  const again = await under.reopen('closed')
  expect(String(again.log.kept()?.bytes)).toBe('up to 20')
  again.log.truncate(18)
  expect(again.log.kept()?.offset).toBeLessThan(19)
  await again.end()
})

test('the latest batches are read from memory, and no more of them than is allowed', async () => {
  const under = onDisk(smallSegments({}, 1e6), { memoryBytesMax: 500 })
  for (let batch = 0; batch < 50; batch++) append(under.log, [batch])
  under.commit()
  truncateSync(lastLog(under.folder), 0)
  const read = (offset: number) =>
    spans(under.log.read({ offset, endOffset: 50, bytesMax: 1e6, evenOne: true }))
  expect(read(45)).toHaveLength(5)
  expect(() => read(10)).toThrow('damaged')
  await under.end()
})

test('what a log that is gone had in memory makes room for others, however many come and go', () => {
  const disk = new Disk({
    durability: 'os',
    clock: createClock(frozenTime()),
    memoryBytesMax: 10_000,
    onChange: () => {},
  })
  const folder = mkdtempSync(join(root, 'many-'))
  for (let at = 0; at < 60; at++) {
    const log = new SegmentRecordLog({ disk, folder: join(folder, `log-${at}`) })
    for (let count = 0; count < 50; count++) append(log, [count])
    expect(log.bytes).toBeLessThan(10_000)
    expect(disk.recentBytes).toBe(log.bytes)
    if (at % 2 === 0) log.truncate(0)
    log.remove()
    expect(disk.recentBytes).toBe(0)
  }
})
