/**
 * Thousands of random steps over one partition on three nodes: appends, turns of replication, nodes that freeze, fall out of
 * sync, die and come back. Whatever happens, what consumers could read stays what it was, what was acknowledged with
 * acks=all stays, and at rest all copies are the same.
 */
import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../random.ts'
import { Refusal } from '../refusal.ts'
import { encodeBatch, recordsOf } from '../wire/record-batch.ts'
import { type Appended, Partition } from './partition.ts'
import type { Replica } from './replica.ts'
import { Replication } from './replication.ts'
import { TopicConfig } from './topic-config.ts'

const SEEDS = 100
const STEPS = 150
const NODES = [0, 1, 2]

class History {
  readonly partition: Partition
  readonly #replication = new Replication(() => {})
  readonly #silent = new Set<number>()
  readonly #fenced = new Set<number>()
  readonly #random: Random
  readonly #waiting: { appended: Appended; value: string }[] = []
  /** By offset: what consumers could have read, and what producers were told is safe. */
  readonly readable = new Map<number, string>()
  readonly acknowledged = new Map<number, string>()
  #values = 0

  constructor(seed: number, config: Record<string, string>) {
    this.#random = createRandom(seed)
    this.partition = new Partition(0, NODES, new TopicConfig(Object.entries(config)), {
      topicName: 't',
      context: {
        isRunning: (id) => !this.#silent.has(id),
        isLive: (id) => !this.#fenced.has(id),
        replicateSoon: (one) => this.#replication.soon(one),
        onLeaderChange() {},
        onIsrChange() {},
      },
    })
  }

  step(): void {
    const node = this.#random.below(NODES.length)
    switch (this.#random.below(8)) {
      case 0:
      case 1:
      case 2:
        this.#append(this.#random.below(2) === 0 ? -1 : 1)
        break
      case 3:
        this.#replication.turn()
        break
      case 4:
        this.#silent.add(node)
        break
      case 5:
        if (this.#silent.has(node) && this.#leads()) this.partition.dropLaggard(node)
        break
      case 6:
        this.#silent.add(node)
        this.#fenced.add(node)
        this.partition.lose(node)
        break
      default:
        this.#regain(node)
    }
    this.#look()
  }

  /** Everybody is back and has everything. */
  rest(): void {
    for (const node of NODES) this.#regain(node)
    this.#replication.finish()
    this.#look()
  }

  #append(acks: -1 | 1): void {
    if (!this.#leads()) return
    const value = `value ${this.#values++}`
    try {
      const batch = encodeBatch([{ value: Buffer.from(value) }])
      const appended = this.partition.append(batch, { acks, nowMs: 0 })
      if (acks === -1) this.#waiting.push({ appended, value })
    } catch (error) {
      // min.insync.replicas
      if (!(error instanceof Refusal)) throw error
    }
  }

  #regain(node: number): void {
    this.#silent.delete(node)
    this.#fenced.delete(node)
    this.partition.elect()
    this.#replication.soon(this.partition)
  }

  #leads(): boolean {
    return this.partition.leaderId !== -1 && !this.#silent.has(this.partition.leaderId)
  }

  /** What a consumer reads now, and which producers are answered now. */
  #look(): void {
    if (!this.#leads()) return
    for (const [offset, value] of valuesOf(this.partition.leader, this.partition.highWatermark)) {
      const before = this.readable.get(offset) ?? value
      expect([offset, value]).toEqual([offset, before])
      this.readable.set(offset, value)
    }
    for (const { appended, value } of this.#waiting) {
      if (this.partition.replicationOf(appended) === 'none') this.acknowledged.set(appended.baseOffset, value)
    }
  }
}

function valuesOf({ log }: Replica, endOffset = log.endOffset): Map<number, string> {
  const batches = log.read({ offset: 0, endOffset, bytesMax: Number.POSITIVE_INFINITY, evenOne: true })
  return new Map(
    batches.flatMap((batch) => recordsOf(batch)).map(({ value }, offset) => [offset, String(value)]),
  )
}

test.each([{}, { 'min.insync.replicas': '2' }])('with %j nothing safe is lost', (config) => {
  let acknowledged = 0
  let leaders = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const history = new History(seed, config)
    for (let step = 0; step < STEPS; step++) history.step()
    history.rest()

    const [first, ...others] = history.partition.copies.map((copy) => valuesOf(copy))
    for (const other of others) expect(other, `seed ${seed}`).toEqual(first)
    for (const safe of [history.readable, history.acknowledged]) {
      for (const [offset, value] of safe) expect(first?.get(offset), `seed ${seed}`).toBe(value)
    }
    expect(history.partition.isr).toEqual(NODES)
    acknowledged += history.acknowledged.size
    leaders += history.partition.leaderEpoch
  }
  // It has seen something: acknowledged records and changes of the leader.
  expect(Math.min(acknowledged, leaders)).toBeGreaterThan(SEEDS)
})

test('an unclean leader is found out: what was safe is lost', () => {
  const lost = Array.from({ length: SEEDS }, (_, seed) => {
    const history = new History(seed, { 'unclean.leader.election.enable': 'true' })
    try {
      for (let step = 0; step < STEPS; step++) history.step()
      history.rest()
    } catch {
      // A consumer read another value at the same offset.
      return 1
    }
    const values = valuesOf(history.partition.leader)
    return [...history.acknowledged].filter(([offset, value]) => values.get(offset) !== value).length
  })
  expect(lost.filter((count) => count > 0).length).toBeGreaterThan(0)
})
