/** A replica: what it knows follows from its log, so a copy of the log knows the same. */
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import { encodeMarker } from '../wire/marker.ts'
import { encodeBatch, readBatchHeader, setPlace } from '../wire/record-batch.ts'
import { MemoryRecordLog } from './record-log.ts'
import { Replica } from './replica.ts'

const batchAt = (baseOffset: number, fields: { producerId?: number; baseSequence?: number } = {}) =>
  encodeBatch([{ value: Buffer.from('a') }, { value: Buffer.from('b') }], {
    baseOffset,
    producerEpoch: 'producerId' in fields ? 0 : -1,
    ...fields,
  })

const newReplica = (nodeId = 0) => new Replica(nodeId, new MemoryRecordLog())

test('a copy of the batches recognises a batch that its leader has seen', () => {
  const follower = newReplica(1)
  const batch = batchAt(0, { producerId: 7, baseSequence: 0 })
  follower.append(batch)
  expect(follower.producers.check(readBatchHeader(batch))).toBe(0)
})

test('truncating drops every batch that reaches to the offset, and what comes next takes its place', () => {
  const { log } = newReplica()
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

/** One record of a transaction. */
function write(replica: Replica, producerId: number, baseSequence: number): void {
  replica.append(
    encodeBatch([{ value: Buffer.from('v') }], {
      baseOffset: replica.log.endOffset,
      producerId,
      producerEpoch: 0,
      baseSequence,
      attributes: 0b1_0000,
    }),
  )
}

function end(replica: Replica, producerId: number, isCommit: boolean): void {
  const marker = encodeMarker({ producerId, producerEpoch: 0, isCommit, coordinatorEpoch: 0 }, 0)
  setPlace(marker, { baseOffset: replica.log.endOffset, leaderEpoch: 0 })
  replica.append(marker)
}

function stableOf(replica: Replica, highWatermark = replica.log.endOffset): number {
  replica.highWatermark = highWatermark
  return replica.lastStableOffset
}

describe('the last stable offset', () => {
  test('is where the oldest open transaction begins', () => {
    const replica = newReplica()
    replica.append(batchAt(0))
    write(replica, 1, 0)
    write(replica, 2, 0)
    write(replica, 1, 1)
    expect(stableOf(replica)).toBe(2)
    end(replica, 1, true)
    expect(stableOf(replica)).toBe(3)
    end(replica, 2, false)
    expect(stableOf(replica)).toBe(7)
  })

  test('waits until the marker is on every in-sync replica', () => {
    const replica = newReplica()
    write(replica, 1, 0)
    end(replica, 1, true)
    expect(stableOf(replica, 0)).toBe(0)
    expect(stableOf(replica, 1)).toBe(0)
    expect(stableOf(replica, 2)).toBe(2)
  })

  test('is never below the start of the log', () => {
    const replica = newReplica()
    write(replica, 1, 0)
    write(replica, 1, 1)
    replica.deleteBefore(2)
    write(replica, 1, 2)
    expect(stableOf(replica)).toBe(2)
  })
})

test('aborted transactions are found where they have records or their marker', () => {
  const replica = newReplica()
  write(replica, 1, 0)
  write(replica, 2, 0)
  end(replica, 2, false)
  end(replica, 1, false)
  write(replica, 3, 0)
  end(replica, 3, true)
  const between = (from: number, upTo: number) =>
    replica.transactions.abortedBetween(from, upTo).map(({ producerId }) => producerId)
  expect(between(0, 6)).toEqual([2, 1])
  expect(between(0, 1)).toEqual([1])
  expect(between(3, 4)).toEqual([1])
  expect(between(4, 6)).toEqual([])
  replica.deleteBefore(3)
  expect(replica.snapshot().aborted.map(({ producerId }) => producerId)).toEqual([1])
})

describe('a replica of random transactions', () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed)

  /** Three producers, each with batches, commits and aborts in any order. */
  function filled(seed: number): Replica {
    const random = createRandom(seed)
    const replica = newReplica()
    const sequences = [0, 0, 0]
    for (let step = 0; step < 60; step++) {
      const producerId = random.below(3)
      if (random.below(3) === 0) end(replica, producerId, random.below(2) === 0)
      else write(replica, producerId, (sequences[producerId] as number)++)
    }
    return replica
  }

  const known = (replica: Replica) => ({ ...replica.snapshot(), stable: stableOf(replica) })

  test.each(seeds)('knows the same after a restart, with or without a snapshot (seed %s)', (seed) => {
    const replica = filled(seed)
    const before = known(replica)
    replica.restore(undefined)
    expect(known(replica)).toEqual(before)

    const copy = newReplica(1)
    const bytes = replica.log.read({ offset: 0, endOffset: 60, bytesMax: 1_000_000, evenOne: true })
    const half = bytes.slice(0, 30)
    for (const batch of half) copy.append(batch)
    const snapshot = structuredClone(copy.snapshot())
    for (const batch of bytes.slice(30)) copy.append(batch)
    copy.restore(snapshot)
    expect(known(copy)).toEqual(before)
  })

  test.each(seeds)('knows after truncation what it knew then (seed %s)', (seed) => {
    const replica = filled(seed)
    const copy = newReplica(1)
    const bytes = replica.log.read({ offset: 0, endOffset: 60, bytesMax: 1_000_000, evenOne: true })
    for (const batch of bytes.slice(0, 40)) copy.append(batch)
    replica.truncate(copy.log.endOffset)
    expect(known(replica)).toEqual(known(copy))
  })
})
