/** Compaction, in both logs: what stays, what goes, and when. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../../clock.ts'
import {
  BATCH_HEADER_BYTES,
  encodeBatch,
  isControl,
  LENGTH_END,
  readBatchHeader,
  recordsOf,
  seal,
} from '../../wire/record-batch.ts'
import { deleteHorizonOf } from '../../wire/rewritten-batch.ts'
import { MemoryRecordLog, type RecordLog, SegmentRecordLog } from '../record-log.ts'
import { Disk } from './disk.ts'
import { smallSegments } from './record-log.contract.ts'
import type { LogSettings } from './settings.ts'

const root = mkdtempSync(join(tmpdir(), 'kafka-cleaner-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const DAY = 86_400_000
const NOW = 10 * DAY
type Fields = Parameters<typeof encodeBatch>[1]
type Open = (settings: LogSettings) => RecordLog

/** Appends `key=value` records; `key=` is a tombstone. */
function put(log: RecordLog, texts: readonly string[], fields: Fields = {}): void {
  const records = texts.map((text) => {
    const [key = '', value = ''] = text.split('=')
    return { key: Buffer.from(key), value: value === '' ? null : Buffer.from(value) }
  })
  append(log, encodeBatch(records, { baseOffset: log.endOffset, baseTimestamp: 1000, ...fields }))
}

const append = (log: RecordLog, batch: Buffer) => log.append(batch, readBatchHeader(batch))

function marker(log: RecordLog, producerId: number, type: 'abort' | 'commit'): void {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  const attributes = 0b11_0000
  append(
    log,
    encodeBatch([{ key, value: Buffer.alloc(6) }], {
      baseOffset: log.endOffset,
      attributes,
      producerId,
      producerEpoch: 0,
    }),
  )
}

function clean(
  log: RecordLog,
  options: { nowMs?: number; isForced?: boolean; lastStableOffset?: number; active?: readonly number[] } = {},
): boolean {
  const { nowMs = NOW, isForced = true, lastStableOffset = log.endOffset, active = [] } = options
  const cleaning = log.cleaning({
    nowMs,
    isForced,
    lastStableOffset,
    isActiveProducer: (id) => active.includes(id),
  })
  if (cleaning === undefined) return false
  for (const _ of cleaning);
  return true
}

/** What a consumer of all records reads, with offsets. */
function contents(log: RecordLog): string[] {
  return [...log.walk(0)].flatMap((batch) => {
    const header = readBatchHeader(batch)
    if (isControl(header)) return [`${header.baseOffset} marker`]
    return recordsOf(batch).map(
      ({ key, value, offsetDelta }) => `${header.baseOffset + offsetDelta} ${key}=${value ?? ''}`,
    )
  })
}

const compacted = (config: Record<string, string> = {}) =>
  smallSegments({ 'cleanup.policy': 'compact', ...config }, 1e6)

const logs: Record<string, Open> = {
  'in memory': (settings) => new MemoryRecordLog(() => settings),
  'on disk': (settings) => {
    const disk = new Disk({
      durability: 'os',
      clock: createClock(frozenTime()),
      memoryBytesMax: 0,
      onChange: () => {},
    })
    return new SegmentRecordLog({ disk, folder: mkdtempSync(join(root, 'log-')), settings: () => settings })
  },
}

describe.each(Object.entries(logs))('a log %s', (_, open) => {
  test('keeps the latest record of each key at its offset, and leaves what is written to alone', () => {
    const log = open(compacted())
    put(log, ['a=1', 'b=1', 'a=2'])
    put(log, ['c=1', 'b=2'])
    log.roll()
    put(log, ['a=3'])
    expect(clean(log)).toBe(true)
    expect(contents(log)).toEqual(['2 a=2', '3 c=1', '4 b=2', '5 a=3'])
    expect([log.startOffset, log.endOffset]).toEqual([0, 6])
    log.roll()
    clean(log)
    expect(contents(log)).toEqual(['3 c=1', '4 b=2', '5 a=3'])
  })

  test('can be read from within a gap, and searched by time across it', () => {
    const log = open(compacted())
    for (let time = 1; time <= 20; time++)
      put(log, [`${time % 2 === 0 ? 'same' : time}=v`], { baseTimestamp: time * 10 })
    log.roll()
    clean(log)
    const from = (offset: number) =>
      log
        .read({ offset, endOffset: 20, bytesMax: 1, evenOne: true })
        .map((batch) => readBatchHeader(batch).baseOffset)
    expect([from(1), from(3), from(17)]).toEqual([[2], [4], [18]])
    expect(log.findTime(35)).toEqual({ offset: 4, timestamp: 50 })
    expect(log.findLatestTime()).toEqual({ offset: 19, timestamp: 200 })
  })

  test('keeps a tombstone for delete.retention.ms from the cleaning that first met it', () => {
    const log = open(compacted({ 'delete.retention.ms': '1000' }))
    put(log, ['a=1', 'a=', 'b=1'])
    log.roll()
    clean(log)
    expect(contents(log)).toEqual(['1 a=', '2 b=1'])
    const [batch] = [...log.walk(0)] as [Buffer]
    expect(deleteHorizonOf(readBatchHeader(batch))).toBe(NOW + 1000)
    // The base of its times is another one, the times are not.
    expect(log.findTime(0)).toEqual({ offset: 1, timestamp: 1000 })
    clean(log, { nowMs: NOW + 999 })
    expect(contents(log)).toEqual(['1 a=', '2 b=1'])
    clean(log, { nowMs: NOW + 1000 })
    expect(contents(log)).toEqual(['2 b=1'])
  })

  test.each([
    ['gzip', 1, gzipSync],
    ['zstd', 4, zstdCompressSync],
  ] as const)('writes a batch in %s again in %s', (_name, attributes, compress) => {
    const log = open(compacted())
    put(log, ['a=1'])
    const plain = encodeBatch(
      [
        { key: Buffer.from('a'), value: Buffer.from('2') },
        { key: Buffer.from('b'), value: Buffer.from('1') },
      ],
      { baseOffset: 1, attributes },
    )
    const packed = Buffer.concat([
      plain.subarray(0, BATCH_HEADER_BYTES),
      compress(plain.subarray(BATCH_HEADER_BYTES)),
    ])
    packed.writeInt32BE(packed.length - LENGTH_END, 8)
    seal(packed)
    append(log, packed)
    put(log, ['b=2'])
    log.roll()
    clean(log)
    expect(contents(log)).toEqual(['1 a=2', '3 b=2'])
    expect([...log.walk(0)].map((batch) => readBatchHeader(batch).attributes)).toEqual([attributes, 0])
  })

  test('keeps a batch whose compression it can not undo as it is', () => {
    const log = open(compacted())
    put(log, ['a=1'])
    const opaque = encodeBatch([{ key: Buffer.from('a'), value: Buffer.from('2') }], {
      baseOffset: 1,
      attributes: 3,
    })
    append(log, opaque)
    log.roll()
    clean(log)
    expect([...log.walk(0)].map((batch) => readBatchHeader(batch).baseOffset)).toEqual([0, 1])
  })

  test('drops what was aborted, and the marker once its records are gone and delete.retention.ms have passed', () => {
    const log = open(compacted({ 'delete.retention.ms': '1000' }))
    const transactional = (producerId: number, baseSequence: number) => ({
      attributes: 0b1_0000,
      producerId,
      producerEpoch: 0,
      baseSequence,
    })
    put(log, ['a=committed'], transactional(1, 0))
    marker(log, 1, 'commit')
    put(log, ['a=aborted', 'b=aborted'], transactional(2, 0))
    marker(log, 2, 'abort')
    log.roll()
    put(log, ['z=1'])
    clean(log)
    expect(contents(log)).toEqual(['0 a=committed', '1 marker', '4 marker', '5 z=1'])
    clean(log)
    expect(contents(log)).toContain('4 marker')
    clean(log, { nowMs: NOW + 1000 })
    expect(contents(log)).toEqual(['0 a=committed', '1 marker', '5 z=1'])
  })

  test('leaves what lies behind the last stable offset alone', () => {
    const log = open(compacted())
    put(log, ['a=1', 'a=2'])
    log.roll()
    expect(clean(log, { lastStableOffset: 1 })).toBe(false)
    expect(contents(log)).toEqual(['0 a=1', '1 a=2'])
  })

  test('keeps the last batch of a producer that is known, empty, so that its sequence stays known', () => {
    const log = open(compacted())
    const idempotent = (producerId: number, baseSequence: number) => ({
      producerId,
      producerEpoch: 3,
      baseSequence,
    })
    put(log, ['a=1', 'b=1'], idempotent(7, 5))
    put(log, ['a=1', 'b=1'], idempotent(8, 0))
    put(log, ['a=2', 'b=2'])
    log.roll()
    clean(log, { active: [7] })
    expect(contents(log)).toEqual(['4 a=2', '5 b=2'])
    const [kept] = [...log.walk(0)] as [Buffer]
    expect(readBatchHeader(kept)).toMatchObject({
      baseOffset: 0,
      lastOffsetDelta: 1,
      count: 0,
      producerId: 7,
      producerEpoch: 3,
      baseSequence: 5,
    })
  })

  test('waits for min.cleanable.dirty.ratio, or for max.compaction.lag.ms', () => {
    const log = open(compacted({ 'min.cleanable.dirty.ratio': '0.6', 'max.compaction.lag.ms': String(DAY) }))
    const putSegment = (time: number) => {
      put(log, [`k${log.endOffset}=v`], { baseTimestamp: time })
      log.roll()
    }
    putSegment(NOW)
    putSegment(NOW)
    expect(clean(log, { isForced: false })).toBe(true)
    putSegment(NOW)
    expect(clean(log, { isForced: false })).toBe(false)
    expect(clean(log, { isForced: false, nowMs: NOW + DAY })).toBe(false)
    expect(clean(log, { isForced: false, nowMs: NOW + DAY + 1 })).toBe(true)
  })

  test('leaves what is younger than min.compaction.lag.ms alone', () => {
    const log = open(compacted({ 'min.compaction.lag.ms': '1000' }))
    put(log, ['a=1', 'a=2'], { baseTimestamp: NOW - 1000 })
    log.roll()
    put(log, ['a=3', 'a=4'], { baseTimestamp: NOW - 999 })
    log.roll()
    clean(log)
    expect(contents(log)).toEqual(['1 a=2', '2 a=3', '3 a=4'])
  })

  test('stops when the log is shortened under it, and loses nothing', () => {
    const log = open(compacted())
    for (let count = 0; count < 10; count++) put(log, ['a=1'])
    log.roll()
    const cleaning = log.cleaning({
      nowMs: NOW,
      isForced: true,
      lastStableOffset: 10,
      isActiveProducer: () => false,
    })
    for (let step = 0; step < 15; step++) cleaning?.next()
    log.truncate(4)
    for (const _step of cleaning ?? []);
    expect(contents(log)).toHaveLength(4)
  })

  test('with compact,delete old segments go, too', () => {
    const log = open(compacted({ 'cleanup.policy': 'compact,delete', 'retention.ms': '1000' }))
    put(log, ['a=1', 'a=2'], { baseTimestamp: 1 })
    log.roll()
    put(log, ['b=1'], { baseTimestamp: NOW })
    clean(log)
    expect(contents(log)).toEqual(['1 a=2', '2 b=1'])
    expect(log.applyRetention({ nowMs: NOW, highWatermark: 3 })).toBe(1)
    expect([contents(log), log.startOffset]).toEqual([['2 b=1'], 2])
  })
})

describe.each(Object.entries(logs))('retention of a log %s', (_, open) => {
  const filled = (config: Record<string, string>) => {
    const log = open(smallSegments(config, 1e6))
    for (let segment = 1; segment <= 5; segment++) {
      put(log, ['a=1', 'b=1'], { baseTimestamp: segment * 1000 })
      if (segment < 5) log.roll()
    }
    return log
  }

  test('by time: segments whose latest record is older go, the one that is written to as well', () => {
    const log = filled({ 'retention.ms': '3000' })
    expect(log.applyRetention({ nowMs: 5999, highWatermark: 10 })).toBe(2)
    expect([log.startOffset, log.endOffset]).toEqual([4, 10])
    expect(log.applyRetention({ nowMs: 99_999, highWatermark: 10 })).toBe(3)
    expect([log.startOffset, log.endOffset, log.bytes]).toEqual([10, 10, 0])
    put(log, ['c=1'])
    expect(contents(log)).toEqual(['10 c=1'])
  })

  test('by size: as many of the oldest as lie beyond retention.bytes', () => {
    const log = filled({ 'retention.ms': '-1' })
    const bytes = log.bytes / 5
    const small = filled({ 'retention.ms': '-1', 'retention.bytes': String(bytes * 3 - 1) })
    expect(log.applyRetention({ nowMs: 99_999, highWatermark: 10 })).toBe(0)
    expect(small.applyRetention({ nowMs: 99_999, highWatermark: 10 })).toBe(2)
  })

  test('nothing at the high watermark or behind it goes', () => {
    const log = filled({ 'retention.ms': '1' })
    expect(log.applyRetention({ nowMs: 99_999, highWatermark: 5 })).toBe(2)
  })
})
