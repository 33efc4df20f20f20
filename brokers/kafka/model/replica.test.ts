/** A replica: what it knows follows from its log, so a copy of the log knows the same. */
import { expect, test } from 'vitest'
import { encodeBatch, readBatchHeader } from '../wire/record-batch.ts'
import { MemoryRecordLog } from './record-log.ts'
import { Replica } from './replica.ts'

const batchAt = (baseOffset: number, fields: { producerId?: number; baseSequence?: number } = {}) =>
  encodeBatch([{ value: Buffer.from('a') }, { value: Buffer.from('b') }], {
    baseOffset,
    producerEpoch: 'producerId' in fields ? 0 : -1,
    ...fields,
  })

test('a copy of the batches recognises a batch that its leader has seen', () => {
  const follower = new Replica(1, new MemoryRecordLog())
  const batch = batchAt(0, { producerId: 7, baseSequence: 0 })
  follower.append(batch)
  expect(follower.producers.check(readBatchHeader(batch))).toBe(0)
})

test('truncating drops every batch that reaches to the offset, and what comes next takes its place', () => {
  const { log } = new Replica(0, new MemoryRecordLog())
  for (const offset of [0, 2, 4]) log.append(batchAt(offset), readBatchHeader(batchAt(offset)))
  const bytes = log.bytes
  log.truncate(3)
  expect(log.endOffset).toBe(2)
  expect(log.bytes).toBe(bytes / 3)
  log.truncate(10)
  expect(log.endOffset).toBe(2)
  log.append(batchAt(2), readBatchHeader(batchAt(2)))
  expect(log.endOffset).toBe(4)
})
