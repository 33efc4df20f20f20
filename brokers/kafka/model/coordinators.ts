/**
 * Which node looks after a group or a transactional id. Kafka keeps their state in the partitions of __consumer_offsets and
 * __transaction_state, and the leader of a key's partition coordinates it; here each partition has a leader, and no log.
 *
 * Groups and transactions are with the cluster, as if every replica of their partition had them at once: while one of those
 * nodes runs, they are served; while none does, they have no coordinator, and the first that is back has them again.
 * __consumer_offsets and __transaction_state are not among the topics that clients see: nothing can be read from them.
 */
import type { Clock } from '../../clock.ts'
import { Leadership, NO_LEADER } from './leadership.ts'
import type { Node } from './node.ts'

/** offsets.topic.num.partitions and transaction.state.log.num.partitions. */
const PARTITIONS = 50

export class Coordinators {
  readonly #partitions: readonly Leadership[]
  readonly #isLive: (nodeId: number) => boolean
  readonly #onMoved: (partition: number, nodeId: number) => void
  readonly #loadMs: number
  readonly #clock: Clock
  readonly #loadedAtMs = new Map<number, number>()

  constructor(
    nodes: readonly Node[],
    options: {
      readonly replicationFactor: number
      /** How long a new coordinator reads what it coordinates: 14 meanwhile. */
      readonly loadMs: number
      readonly clock: Clock
      isLive(nodeId: number): boolean
      onMoved(partition: number, nodeId: number): void
    },
  ) {
    const { replicationFactor, isLive } = options
    this.#isLive = isLive
    this.#loadMs = options.loadMs
    this.#clock = options.clock
    this.#onMoved = options.onMoved
    this.#partitions = Array.from({ length: PARTITIONS }, (_, index) => {
      const replicas = Array.from(
        { length: Math.min(replicationFactor, nodes.length) },
        (_, at) => (nodes[(index + at) % nodes.length] as Node).id,
      )
      return new Leadership(replicas, isLive)
    })
  }

  /** The partition that a key falls on, as Java's String.hashCode spreads them. */
  partitionOf(key: string): number {
    let hash = 0
    for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
    return (hash & 0x7fff_ffff) % PARTITIONS
  }

  /** The node that coordinates a key; -1 while none does. */
  nodeOf(key: string): number {
    return this.#partitions[this.partitionOf(key)]?.leaderId ?? NO_LEADER
  }

  /** Whether the key's coordinator is new and still reads. */
  isLoading(key: string): boolean {
    if (this.#loadMs === 0) return false
    return (this.#loadedAtMs.get(this.partitionOf(key)) ?? 0) > this.#clock.now()
  }

  /** A node is counted on no more. */
  lose(nodeId: number): void {
    for (const [index, leadership] of this.#partitions.entries()) {
      if (leadership.leaderId === nodeId) this.#elect(index, leadership)
      leadership.leave(nodeId)
    }
  }

  /** A node is back, with what it has and what it gets from the others. */
  regain(nodeId: number): void {
    for (const [index, leadership] of this.#partitions.entries()) {
      if (!leadership.replicas.includes(nodeId)) continue
      if (leadership.leaderId === NO_LEADER) this.#elect(index, leadership)
      // Its copy is made by the leader; without one it has nothing to catch up with.
      if (leadership.leaderId !== NO_LEADER) leadership.join(nodeId)
    }
  }

  /** Makes a node that keeps the key's partition, is in sync and live, its coordinator. Gives whether it can be. */
  move(key: string, nodeId: number): boolean {
    const index = this.partitionOf(key)
    const leadership = this.#partitions[index] as Leadership
    if (!leadership.isr.includes(nodeId) || !this.#isLive(nodeId)) return false
    if (leadership.lead(nodeId)) this.#moved(index, nodeId)
    return true
  }

  #elect(index: number, leadership: Leadership): void {
    if (leadership.elect({ isLive: this.#isLive, mayBeUnclean: false })) {
      this.#moved(index, leadership.leaderId)
    }
  }

  #moved(index: number, nodeId: number): void {
    this.#loadedAtMs.set(index, this.#clock.now() + this.#loadMs)
    this.#onMoved(index, nodeId)
  }
}
