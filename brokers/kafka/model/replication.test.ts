/** Copies of one partition: what followers copy, what they drop, who may lead, and how far consumers may read. */
import { describe, expect, test } from 'vitest'
import { Refusal } from '../refusal.ts'
import type { ErrorName } from '../wire/error-code.ts'
import { encodeBatch, readBatchHeader } from '../wire/record-batch.ts'
import { Partition } from './partition.ts'
import { Replication } from './replication.ts'
import { TopicConfig } from './topic-config.ts'

/** A partition on three nodes whose turns are taken by hand. */
function threeNodes(config: Record<string, string> = {}) {
  const silent = new Set<number>()
  const fenced = new Set<number>()
  const turns: (() => void)[] = []
  const replication = new Replication((act) => void turns.push(act))
  const isrs: string[] = []
  const partition = new Partition(0, [0, 1, 2], new TopicConfig(Object.entries(config)), {
    topicName: 't',
    context: {
      isRunning: (id) => !silent.has(id),
      isLive: (id) => !fenced.has(id),
      replicateSoon: (one) => replication.soon(one),
      onLeaderChange() {},
      onIsrChange: ({ isr }) => void isrs.push(isr.join()),
    },
  })
  const append = (value: string, acks: -1 | 1 = 1) =>
    partition.append(encodeBatch([{ value: Buffer.from(value) }]), { acks, nowMs: 0 })
  const lose = (id: number) => {
    silent.add(id)
    fenced.add(id)
    partition.lose(id)
  }
  const regain = (id: number) => {
    silent.delete(id)
    fenced.delete(id)
    partition.elect()
    replication.soon(partition)
    replication.finish()
  }
  return { partition, replication, turns, silent, isrs, append, lose, regain }
}

const ends = ({ copies }: Partition) => copies.map(({ log }) => log.endOffset)
const valuesOf = ({ copies }: Partition, nodeId: number) => {
  const log = copies.find((copy) => copy.nodeId === nodeId)?.log
  return log
    ?.read({
      offset: log.startOffset,
      endOffset: log.endOffset,
      bytesMax: Number.POSITIVE_INFINITY,
      evenOne: true,
    })
    .map((batch) => `${readBatchHeader(batch).leaderEpoch}:${batch.toString('latin1').at(-2)}`)
}
const refusalOf = (act: () => unknown): ErrorName | undefined => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.errorName
    throw error
  }
  return undefined
}

describe('followers', () => {
  test('copy in a later turn, and only then is the record one that consumers may read', () => {
    const { partition, turns, append } = threeNodes()
    const appended = append('a')
    expect(ends(partition)).toEqual([1, 0, 0])
    expect(partition.highWatermark).toBe(0)
    expect(partition.replicationOf(appended)).toBeUndefined()

    turns.shift()?.()

    expect(ends(partition)).toEqual([1, 1, 1])
    expect(partition.highWatermark).toBe(1)
    expect(partition.replicationOf(appended)).toBe('none')
  })

  test('hear of the high watermark one turn later, and then there is rest', () => {
    const { partition, turns, append } = threeNodes()
    append('a')
    turns.shift()?.()
    expect(partition.copies.map(({ highWatermark }) => highWatermark)).toEqual([1, 0, 0])
    turns.shift()?.()
    expect(partition.copies.map(({ highWatermark }) => highWatermark)).toEqual([1, 1, 1])
    expect(turns).toEqual([])
  })

  test('that are silent hold the high watermark up until they are out of sync', () => {
    const { partition, replication, silent, isrs, append } = threeNodes()
    silent.add(2)
    const appended = append('a', -1)
    replication.finish()
    expect(partition.highWatermark).toBe(0)

    expect(partition.dropLaggard(1)).toBe(false)
    expect(partition.dropLaggard(2)).toBe(true)

    expect(partition.replicationOf(appended)).toBe('none')
    silent.delete(2)
    replication.soon(partition)
    replication.finish()
    expect(isrs).toEqual(['0,1', '0,1,2'])
    expect(ends(partition)).toEqual([1, 1, 1])
  })

  test('move their start up with the leader, and start there if they have nothing that reaches it', () => {
    const { partition, replication, append, lose, regain } = threeNodes()
    append('a')
    replication.finish()
    lose(2)
    for (const value of ['b', 'c']) append(value)
    replication.finish()
    partition.deleteBefore(2)
    regain(2)
    expect(partition.copies.map(({ log }) => [log.startOffset, log.endOffset])).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ])
  })
})

describe('a high watermark', () => {
  test('stands still while fewer than min.insync.replicas are in sync (KIP-966)', () => {
    const { partition, replication, append, lose, regain } = threeNodes({ 'min.insync.replicas': '2' })
    lose(1)
    lose(2)
    expect(refusalOf(() => append('a', -1))).toBe('notEnoughReplicas')
    append('a', 1)
    replication.finish()
    expect(partition.highWatermark).toBe(0)
    regain(2)
    expect(partition.highWatermark).toBe(1)
  })

  test('is not known to a new leader before its followers are where its epoch began (KIP-207)', () => {
    const { partition, turns, append, lose } = threeNodes()
    append('a')
    turns.shift()?.()
    // The followers have the record and have not heard that everybody has it.
    lose(0)
    expect(partition.leaderId).toBe(1)
    expect(partition.highWatermark).toBe(1)
    expect(partition.isHighWatermarkKnown).toBe(true)

    const other = threeNodes()
    other.append('a')
    other.turns.shift()?.()
    other.silent.add(2)
    other.append('b')
    other.turns.shift()?.()
    other.lose(0)
    expect(ends(other.partition)).toEqual([2, 2, 1])
    expect(other.partition.isHighWatermarkKnown).toBe(false)
  })
})

describe('a leader that comes back', () => {
  test('drops what its successor never had, and keeps the rest', () => {
    const { partition, replication, silent, append, lose, regain } = threeNodes()
    append('a')
    replication.finish()
    for (const id of [1, 2]) silent.add(id)
    append('x')
    append('y')
    lose(0)
    for (const id of [1, 2]) silent.delete(id)
    append('b')
    replication.finish()

    regain(0)

    for (const id of [0, 1, 2]) expect(valuesOf(partition, id)).toEqual(['0:a', '1:b'])
    expect(partition.isr).toEqual([0, 1, 2])
  })

  test('drops a tail of its own that is longer than what its successors wrote (KIP-279)', () => {
    const { partition, replication, silent, append, lose, regain } = threeNodes({
      'unclean.leader.election.enable': 'true',
    })
    append('a')
    replication.finish()
    // 0 alone has x, y, z of epoch 0; 1 alone has p of epoch 1; 2 leads epoch 2.
    for (const id of [1, 2]) silent.add(id)
    for (const value of ['x', 'y', 'z']) append(value)
    lose(0)
    silent.delete(1)
    append('p')
    lose(1)
    silent.delete(2)
    append('q')
    expect(partition.leaderEpoch).toBe(2)

    regain(1)
    regain(0)

    for (const id of [0, 1, 2]) expect(valuesOf(partition, id)).toEqual(['0:a', '2:q'])
  })

  test('that wrote nothing in its epoch follows, too', () => {
    const { partition, replication, append, lose, regain } = threeNodes()
    append('a')
    replication.finish()
    for (const id of [0, 1, 2, 0, 1]) {
      lose(id)
      regain(id)
    }
    append('b')
    replication.finish()
    for (const id of [0, 1, 2]) expect(valuesOf(partition, id)).toHaveLength(2)
  })

  test('does not remember producers of what it dropped', () => {
    const { partition, replication, silent, lose, regain } = threeNodes()
    const batch = (baseSequence: number) =>
      encodeBatch([{ value: Buffer.from('a') }], { producerId: 7, producerEpoch: 0, baseSequence })
    const send = (baseSequence: number) => partition.append(batch(baseSequence), { acks: 1, nowMs: 0 })
    send(0)
    replication.finish()
    for (const id of [1, 2]) silent.add(id)
    send(1)
    lose(0)
    for (const id of [1, 2]) silent.delete(id)
    regain(0)
    partition.lead(0)

    // It is no repetition: nobody has it any more.
    expect(send(1).baseOffset).toBe(1)
    expect(ends(partition)[0]).toBe(2)
  })

  test('tells whoever waits for it that it leads no more', () => {
    const { partition, silent, append, lose } = threeNodes()
    for (const id of [1, 2]) silent.add(id)
    const appended = append('x', -1)
    let isWoken = false
    partition.wait(() => {
      isWoken = true
    })
    lose(0)
    expect(isWoken).toBe(true)
    expect(partition.replicationOf(appended)).toBe('notLeaderOrFollower')
  })
})

describe('an election', () => {
  test('takes the first replica in sync; the last one in sync stays so when it goes', () => {
    const { partition, lose, regain } = threeNodes()
    lose(0)
    expect([partition.leaderId, partition.leaderEpoch]).toEqual([1, 1])
    lose(1)
    lose(2)
    expect([partition.leaderId, partition.isr]).toEqual([-1, [2]])
    regain(0)
    expect(partition.leaderId).toBe(-1)
    expect(refusalOf(() => partition.log)).toBe('leaderNotAvailable')
    regain(2)
    expect([partition.leaderId, partition.isr]).toEqual([2, [0, 2]])
  })

  test('by hand takes nobody who is not in sync', () => {
    const { partition, lose } = threeNodes()
    lose(1)
    expect(refusalOf(() => partition.lead(1))).toBe('eligibleLeadersNotAvailable')
    expect(refusalOf(() => partition.lead(7))).toBe('invalidRequest')
    partition.lead(2)
    expect([partition.leaderId, partition.leaderEpoch]).toEqual([2, 1])
  })
})
