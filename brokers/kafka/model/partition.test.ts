/** A partition: offsets, what a read gives, idempotent producers, times. */
import { describe, expect, test } from 'vitest'
import { Refusal } from '../refusal.ts'
import type { ErrorName } from '../wire/error-code.ts'
import { type BatchHeader, encodeBatch, readBatchHeader } from '../wire/record-batch.ts'
import { Partition } from './partition.ts'
import { TopicConfig } from './topic-config.ts'

const newPartition = (config: Record<string, string> = {}) =>
  new Partition(0, [0], new TopicConfig(Object.entries(config)))

function append(
  partition: Partition,
  count = 1,
  fields: Partial<BatchHeader> = {},
  options = { acks: -1, nowMs: 5_000 },
): number | ErrorName {
  try {
    const records = Array.from({ length: count }, () => ({ value: Buffer.alloc(100) }))
    return partition.append(encodeBatch(records, fields), options).baseOffset
  } catch (error) {
    if (error instanceof Refusal) return error.errorName
    throw error
  }
}
const offsetsOf = (batches: readonly Buffer[]) => batches.map((batch) => readBatchHeader(batch).baseOffset)

describe('the log', () => {
  test('counts records, and reads whole batches from the one that holds the offset', () => {
    const partition = newPartition()
    expect([append(partition, 3), append(partition, 2), append(partition)]).toEqual([0, 3, 5])
    const read = (offset: number, bytesMax = 10_000, endOffset = 6) =>
      offsetsOf(partition.log.read({ offset, endOffset, bytesMax, evenOne: true }))
    expect(read(0)).toEqual([0, 3, 5])
    expect(read(2)).toEqual([0, 3, 5])
    expect(read(4)).toEqual([3, 5])
    expect(read(6)).toEqual([])
    expect(read(0, 10_000, 5)).toEqual([0, 3])
  })

  test('gives a first batch above the limit, and no second', () => {
    const partition = newPartition()
    append(partition)
    append(partition)
    const limits = { offset: 0, endOffset: 2, bytesMax: 10 }
    expect(offsetsOf(partition.log.read({ ...limits, evenOne: true }))).toEqual([0])
    expect(offsetsOf(partition.log.read({ ...limits, evenOne: false }))).toEqual([])
  })

  test('forgets batches that lie before its new start as a whole', () => {
    const partition = newPartition()
    append(partition, 3)
    append(partition, 3)
    const before = partition.log.bytes
    expect(partition.deleteBefore(2)).toBe(2)
    expect(partition.log.bytes).toBe(before)
    expect(partition.deleteBefore(-1)).toBe(6)
    expect(partition.log.bytes).toBe(0)
    expect(append(partition)).toBe(6)
    expect(() => partition.deleteBefore(8)).toThrow(Refusal)
  })

  test('finds the first record at a time, and the latest one', () => {
    const partition = newPartition()
    for (const baseTimestamp of [1_000, 3_000, 2_000]) append(partition, 1, { baseTimestamp })
    expect(partition.log.findTime(1_500)).toEqual({ offset: 1, timestamp: 3_000 })
    expect(partition.log.findTime(3_001)).toBeUndefined()
    expect(partition.log.findLatestTime()).toEqual({ offset: 1, timestamp: 3_000 })
  })

  test('takes its own time with LogAppendTime', () => {
    const partition = newPartition({ 'message.timestamp.type': 'LogAppendTime' })
    append(partition, 1, { baseTimestamp: 1 })
    expect(partition.log.findTime(5_000)?.offset).toBe(0)
  })
})

describe('an idempotent producer', () => {
  const batch = (baseSequence: number, producerEpoch = 0) => ({ producerId: 7, producerEpoch, baseSequence })

  test('gets the offset that a repeated batch has', () => {
    const partition = newPartition()
    expect(append(partition, 2, batch(0))).toBe(0)
    expect(append(partition, 2, batch(2))).toBe(2)
    expect(append(partition, 2, batch(0))).toBe(0)
    expect(partition.log.endOffset).toBe(4)
  })

  test('may leave no gap', () => {
    const partition = newPartition()
    append(partition, 2, batch(0))
    expect(append(partition, 1, batch(3))).toBe('outOfOrderSequence')
    expect(append(partition, 1, batch(1))).toBe('outOfOrderSequence')
  })

  test('is recognised for five batches back, not for six', () => {
    const partition = newPartition()
    for (let sequence = 0; sequence < 6; sequence++) append(partition, 1, batch(sequence))
    expect(append(partition, 1, batch(1))).toBe(1)
    expect(append(partition, 1, batch(0))).toBe('outOfOrderSequence')
  })

  test('begins a new epoch at 0, and the old one is fenced', () => {
    const partition = newPartition()
    append(partition, 1, batch(0))
    expect(append(partition, 1, batch(1, 1))).toBe('outOfOrderSequence')
    expect(append(partition, 1, batch(0, 1))).toBe(1)
    expect(append(partition, 1, batch(1, 0))).toBe('invalidProducerEpoch')
  })

  test('begins anywhere where it is unknown, and again at 0 behind 2^31 - 1', () => {
    const partition = newPartition()
    expect(append(partition, 2, batch(0x7fff_fffe))).toBe(0)
    expect(append(partition, 1, batch(0))).toBe(2)
  })
})

test('refuses a batch above max.message.bytes', () => {
  expect(append(newPartition({ 'max.message.bytes': '100' }))).toBe('messageTooLarge')
})

test('asks for no more in-sync replicas than there are replicas', () => {
  expect(append(newPartition({ 'min.insync.replicas': '2' }))).toBe(0)
})
