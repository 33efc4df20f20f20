/** The coordinator: epochs and fencing, what a transaction may do in which state, timeouts, and going on after a restart. */
import { describe, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../../clock.ts'
import { Refusal } from '../../refusal.ts'
import type { ErrorName } from '../../wire/error-code.ts'
import { encodeBatch, isControl, readBatchHeader } from '../../wire/record-batch.ts'
import { BrokerConfig } from '../broker-config.ts'
import { Partition } from '../partition.ts'
import { settingsFrom } from '../settings.ts'
import { TopicConfig } from '../topic-config.ts'
import { type CoordinatorChange, TransactionCoordinator } from './coordinator.ts'
import type { Producer, Transaction } from './transaction.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const here = [{ topic: 't', partition: 0 }]

function setUp(config: Record<string, string> = {}) {
  const clock = createClock(frozenTime(1_000))
  const realClock = createClock(frozenTime(1_000))
  const partition = new Partition(0, [0], new TopicConfig([]))
  const ended: { partition: number; producerId: number; isCommit: boolean }[] = []
  const coordinator = new TransactionCoordinator({
    clock,
    realClock,
    settings: settingsFrom(new BrokerConfig(config)),
    partition: ({ topic }) => (topic === 't' ? partition : undefined),
    offsetsPartitionOf: () => 7,
    endOffsets: (offsetsPartition, outcome) => ended.push({ partition: offsetsPartition, ...outcome }),
  })
  const init = (expected?: Producer) => coordinator.init('x', { timeoutMs: MINUTE, expected })
  const produce = ({ producerId, producerEpoch }: Producer, baseSequence: number) =>
    partition.append(
      encodeBatch([{ value: Buffer.from('v') }], {
        producerId,
        producerEpoch,
        baseSequence,
        attributes: 0b1_0000,
      }),
      { acks: -1, nowMs: clock.now() },
    )
  return { clock, realClock, partition, ended, coordinator, init, produce }
}

function errorOf(act: () => unknown): ErrorName | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.errorName
    throw error
  }
}

const markersOf = (partition: Partition) =>
  partition.log
    .read({ offset: 0, endOffset: partition.log.endOffset, bytesMax: 1_000_000, evenOne: true })
    .map((bytes) => readBatchHeader(bytes))
    .filter(isControl)
    .map(({ baseOffset, producerEpoch }) => ({ baseOffset, producerEpoch }))

describe('a producer that starts', () => {
  test('gets an id and epoch 0; the next one the next epoch, which fences the first', () => {
    const { coordinator, init } = setUp()
    const first = init()
    expect(first).toEqual({ producerId: 0, producerEpoch: 0 })
    expect(init()).toEqual({ producerId: 0, producerEpoch: 1 })
    expect(errorOf(() => coordinator.addPartitions('x', first, here))).toBe('producerFenced')
    expect(errorOf(() => coordinator.end('x', first, true))).toBe('producerFenced')
  })

  test('has the open transaction of its predecessor aborted first, in an epoch that nobody gets', () => {
    const { coordinator, partition, init, produce } = setUp()
    const first = init()
    coordinator.addPartitions('x', first, here)
    produce(first, 0)
    expect(errorOf(() => init())).toBe('concurrentTransactions')
    expect(coordinator.get('x')).toMatchObject({ state: 'CompleteAbort', producerEpoch: 1 })
    expect(markersOf(partition)).toEqual([{ baseOffset: 1, producerEpoch: 1 }])
    expect(init()).toEqual({ producerId: 0, producerEpoch: 2 })
  })

  test('is answered the same when it asks again with what it had (KIP-360)', () => {
    const { init } = setUp()
    const had = init()
    expect(init(had).producerEpoch).toBe(1)
    expect(init(had).producerEpoch).toBe(1)
    expect(errorOf(() => init({ ...had, producerId: 7 }))).toBe('producerFenced')
    init()
    expect(errorOf(() => init(had))).toBe('producerFenced')
  })

  test.each([0, -1, 15 * MINUTE + 1])('may not ask for a timeout of %s ms', (timeoutMs) => {
    const { coordinator } = setUp()
    expect(errorOf(() => coordinator.init('x', { timeoutMs, expected: undefined }))).toBe(
      'invalidTransactionTimeout',
    )
  })

  test('gets a new id when the epochs of its own are used up', () => {
    const { coordinator, init } = setUp()
    const used = init()
    const { transactions, producerIdsBelow } = coordinator.snapshot()
    const old = { ...(transactions[0] as Transaction), producerEpoch: 0x7ffe }
    coordinator.restore({ producerIdsBelow, transactions: [old] })
    const next = init()
    expect(next).toEqual({ producerId: producerIdsBelow, producerEpoch: 0 })
    expect(errorOf(() => coordinator.addPartitions('x', used, here))).toBe('invalidProducerIdMapping')
  })
})

test('how long a transaction may last, and how long an id is known, are settings', () => {
  const { clock, coordinator } = setUp({
    'transaction.max.timeout.ms': '5000',
    'transactional.id.expiration.ms': String(DAY),
  })
  const init = (timeoutMs: number) => coordinator.init('x', { timeoutMs, expected: undefined })
  expect(errorOf(() => init(5_001))).toBe('invalidTransactionTimeout')
  expect(init(5_000).producerEpoch).toBe(0)
  clock.elapse(DAY)
  expect(coordinator.all()).toEqual([])
})

describe('a transaction', () => {
  test('ends once, and its end may be asked for again, not the other one', () => {
    const { coordinator, partition, init, produce } = setUp()
    const producer = init()
    expect(errorOf(() => coordinator.end('x', producer, true))).toBe('invalidTxnState')
    coordinator.addPartitions('x', producer, here)
    produce(producer, 0)
    coordinator.end('x', producer, true)
    coordinator.end('x', producer, true)
    expect(errorOf(() => coordinator.end('x', producer, false))).toBe('invalidTxnState')
    expect(markersOf(partition)).toEqual([{ baseOffset: 1, producerEpoch: 0 }])
  })

  test('covers the partitions that were added, until it ends', () => {
    const { coordinator, init } = setUp()
    const producer = init()
    const verify = () => coordinator.verify('x', producer, here[0] as (typeof here)[0])
    expect(errorOf(verify)).toBe('invalidTxnState')
    coordinator.addPartitions('x', producer, here)
    expect(errorOf(verify)).toBeUndefined()
    coordinator.end('x', producer, false)
    expect(errorOf(verify)).toBe('invalidTxnState')
    coordinator.addOffsets('x', producer, 'g')
    expect(errorOf(verify)).toBe('invalidTxnState')
    expect(errorOf(() => coordinator.verifyOffsets('x', producer, 'g'))).toBeUndefined()
  })

  test('tells its group how it ended', () => {
    const { coordinator, ended, init } = setUp()
    const producer = init()
    coordinator.addOffsets('x', producer, 'g')
    coordinator.end('x', producer, true)
    expect(ended).toEqual([{ partition: 7, producerId: producer.producerId, isCommit: true }])
  })

  test('is aborted when its time is up, and its producer may start again with what it had', () => {
    const { clock, coordinator, partition, init, produce } = setUp()
    const producer = init()
    coordinator.addPartitions('x', producer, here)
    produce(producer, 0)
    clock.elapse(MINUTE - 1)
    expect(coordinator.get('x')?.state).toBe('Ongoing')
    clock.elapse(1)
    expect(coordinator.get('x')).toMatchObject({ state: 'CompleteAbort', producerEpoch: 1 })
    expect(partition.lastStableOffset).toBe(2)
    expect(errorOf(() => coordinator.end('x', producer, true))).toBe('producerFenced')
    expect(errorOf(() => produce(producer, 1))).toBe('invalidProducerEpoch')
    expect(init(producer)).toEqual({ producerId: 0, producerEpoch: 1 })
  })

  test('does not end at the time of an earlier one', () => {
    const { clock, coordinator, init } = setUp()
    const producer = init()
    coordinator.addPartitions('x', producer, here)
    coordinator.end('x', producer, true)
    clock.elapse(MINUTE / 2)
    coordinator.addPartitions('x', producer, here)
    clock.elapse(MINUTE / 2)
    expect(coordinator.get('x')?.state).toBe('Ongoing')
  })

  test('ends without the partitions of a topic that was deleted', () => {
    const { coordinator, init } = setUp()
    const producer = init()
    coordinator.addPartitions('x', producer, [{ topic: 'gone', partition: 0 }])
    coordinator.end('x', producer, true)
    expect(coordinator.get('x')?.state).toBe('CompleteCommit')
  })
})

test('a transactional id that nobody used for a week is forgotten', () => {
  const { clock, coordinator, init } = setUp()
  const producer = init()
  clock.elapse(7 * DAY - 1)
  expect(coordinator.all()).toHaveLength(1)
  clock.elapse(1)
  expect(errorOf(() => coordinator.addPartitions('x', producer, here))).toBe('invalidProducerIdMapping')
  expect(coordinator.all()).toEqual([])
})

describe('a coordinator that is restored', () => {
  test('knows from its changes alone what its snapshot says', () => {
    const { coordinator, init } = setUp()
    const changes: CoordinatorChange[] = []
    coordinator.onChange((change) => changes.push(change))
    const producer = init()
    coordinator.addPartitions('x', producer, here)
    coordinator.end('x', producer, true)
    coordinator.init('y', { timeoutMs: MINUTE, expected: undefined })
    const kept = new Map<string, Transaction>()
    let producerIdsBelow = 0
    for (const change of changes) {
      if ('transaction' in change) kept.set(change.transaction.transactionalId, change.transaction)
      else if ('producerIdsBelow' in change) producerIdsBelow = change.producerIdsBelow
    }
    expect(coordinator.snapshot()).toEqual({ producerIdsBelow, transactions: [...kept.values()] })
    expect(structuredClone(coordinator.snapshot())).toEqual(coordinator.snapshot())
  })

  test('gives out no id twice', () => {
    const { coordinator } = setUp()
    const ids = [coordinator.newProducerId(), coordinator.newProducerId()]
    coordinator.restore(coordinator.snapshot())
    ids.push(coordinator.newProducerId())
    expect(new Set(ids).size).toBe(3)
  })

  test('lets an open transaction go on and time out', () => {
    const { clock, coordinator, init } = setUp()
    const producer = init()
    coordinator.addPartitions('x', producer, here)
    coordinator.restore(structuredClone(coordinator.snapshot()))
    coordinator.addPartitions('x', producer, here)
    clock.elapse(MINUTE)
    expect(coordinator.get('x')?.state).toBe('CompleteAbort')
  })

  test('completes what was decided', () => {
    const { coordinator, partition, init, produce } = setUp()
    const producer = init()
    coordinator.addPartitions('x', producer, here)
    produce(producer, 0)
    const { transactions, producerIdsBelow } = coordinator.snapshot()
    const decided = { ...(transactions[0] as Transaction), state: 'PrepareCommit' as const }
    coordinator.restore({ producerIdsBelow, transactions: [decided] })
    expect(coordinator.get('x')?.state).toBe('CompleteCommit')
    expect(partition.lastStableOffset).toBe(2)
  })
})
