/** Everything that the nodes of a cluster know together: nodes, topics, groups, producer ids. */
import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import { refusal } from '../refusal.ts'
import { refuseAssignment, refuseAssignments } from './assignment.ts'
import type { BrokerConfig } from './broker-config.ts'
import { uuidFrom } from './group/group.ts'
import { Groups } from './group/groups.ts'
import type { Partition } from './partition.ts'
import { type Settings, settingsFrom } from './settings.ts'
import { collides, refuseTopicName, Topic } from './topic.ts'
import { TopicConfig } from './topic-config.ts'

export interface Node {
  readonly id: number
  readonly host: string
  /** Known once it listens. */
  port: number
}

export interface ClusterContext {
  /** For retention and transactions: it can be moved ahead. */
  readonly clock: Clock
  /** For sessions, rebalances and waiting fetches: it can't. */
  readonly realClock: Clock
  readonly random: Random
  readonly config: BrokerConfig
}

export interface TopicRequest {
  readonly name: string
  /** -1: the broker's default. */
  readonly numPartitions: number
  readonly replicationFactor: number
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
  /** Replicas by partition, if the client chooses them itself. */
  readonly assignments: readonly { readonly index: number; readonly brokerIds: readonly number[] }[]
}

export interface GrowRequest {
  /** How many partitions there are to be. */
  readonly count: number
  /** The replicas of each new partition, or null: the cluster chooses. */
  readonly assignments: readonly (readonly number[])[] | null
  readonly validateOnly: boolean
}

export class Cluster {
  readonly id: string
  readonly nodes: readonly Node[]
  readonly config: BrokerConfig
  readonly settings: Settings
  readonly clock: Clock
  readonly realClock: Clock
  readonly topics = new Map<string, Topic>()
  readonly groups: Groups
  readonly #random: Random
  #nextProducerId = 0
  #nextLeader = 0

  constructor(nodes: readonly Node[], context: ClusterContext) {
    this.nodes = nodes
    this.config = context.config
    this.settings = settingsFrom(context.config)
    this.clock = context.clock
    this.realClock = context.realClock
    this.#random = context.random
    this.id = context.random.name(22)
    this.groups = new Groups({
      clock: context.realClock,
      recordClock: context.clock,
      random: context.random,
      settings: this.settings,
    })
  }

  get controllerId(): number {
    return this.nodes[0]?.id ?? -1
  }

  /** The node that looks after a group: the one its name falls on, as Java's String.hashCode spreads them. */
  coordinatorOf(groupId: string): Node {
    let hash = 0
    for (let at = 0; at < groupId.length; at++) hash = (Math.imul(hash, 31) + groupId.charCodeAt(at)) | 0
    return this.nodes[(hash & 0x7fff_ffff) % this.nodes.length] as Node
  }

  newProducerId(): number {
    return this.#nextProducerId++
  }

  /** @throws Refusal */
  partition(topicName: string, index: number): Partition {
    const partition = this.topics.get(topicName)?.partitions[index]
    if (partition === undefined) {
      throw refusal('unknownTopicOrPartition', 'This server does not host this topic-partition.')
    }
    return partition
  }

  topicById(id: string): Topic | undefined {
    return [...this.topics.values()].find((topic) => topic.id === id)
  }

  /** @throws Refusal */
  createTopic(request: TopicRequest, options: { validateOnly: boolean }): Topic {
    const { name, configs } = request
    refuseTopicName(name)
    if (this.topics.has(name)) throw refusal('topicAlreadyExists', `Topic '${name}' already exists.`)
    const likeIt = [...this.topics.keys()].find((other) => collides(other, name))
    if (likeIt !== undefined)
      throw refusal('invalidTopic', `Topic '${name}' collides with existing topic: ${likeIt}`)
    const config = new TopicConfig(
      configs.map((one) => [one.name, one.value] as const),
      this.config,
    )
    const topic = new Topic(name, uuidFrom(this.#random), config)
    for (const replicas of this.#placement(request)) topic.addPartition(replicas)
    if (!options.validateOnly) this.topics.set(name, topic)
    return topic
  }

  /** @throws Refusal */
  deleteTopic(name: string): Topic {
    const topic = this.topics.get(name)
    if (topic === undefined) {
      throw refusal('unknownTopicOrPartition', 'This server does not host this topic-partition.')
    }
    this.topics.delete(name)
    this.groups.forgetTopic(name)
    topic.close()
    return topic
  }

  /**
   * Gives a topic more partitions, on nodes of the client's choice if `assignments` are given.
   * @throws Refusal if there are more already
   */
  growTopic(name: string, request: GrowRequest): void {
    const topic = this.topics.get(name)
    if (topic === undefined) {
      throw refusal('unknownTopicOrPartition', '')
    }
    const has = topic.partitions.length
    const { count, assignments } = request
    if (count === has) throw refusal('invalidPartitions', `Topic already has ${has} partition(s).`)
    if (count < has) {
      throw refusal(
        'invalidPartitions',
        `The topic ${name} currently has ${has} partition(s); ${count} would not be an increase.`,
      )
    }
    if (assignments !== null) refuseAssignments(assignments, { count: count - has, nodes: this.nodes })
    if (request.validateOnly) return
    for (let index = has; index < count; index++) {
      topic.addPartition(assignments?.[index - has] ?? this.#nextReplicas(topic.replicationFactor))
    }
  }

  close(): void {
    this.groups.close()
    for (const topic of this.topics.values()) topic.close()
  }

  /** The replicas of each partition. @throws Refusal */
  #placement(request: TopicRequest): (readonly number[])[] {
    const { assignments, numPartitions, replicationFactor } = request
    if (assignments.length > 0) return this.#chosenPlacement(request)
    const { settings } = this
    const count = numPartitions === -1 ? settings.numPartitions : numPartitions
    const factor = replicationFactor === -1 ? settings.defaultReplicationFactor : replicationFactor
    if (count <= 0)
      throw refusal('invalidPartitions', 'Number of partitions was set to an invalid non-positive value.')
    if (factor <= 0)
      throw refusal(
        'invalidReplicationFactor',
        'Replication factor must be larger than 0, or -1 to use the default value.',
      )
    if (factor > this.nodes.length) {
      throw refusal(
        'invalidReplicationFactor',
        `Unable to replicate the partition ${factor} time(s): The target replication factor of ${factor} cannot be reached because only ${this.nodes.length} broker(s) are registered or some brokers have all their log directories cordoned.`,
      )
    }
    return Array.from({ length: count }, () => this.#nextReplicas(factor))
  }

  #chosenPlacement({ assignments, numPartitions, replicationFactor }: TopicRequest): (readonly number[])[] {
    for (const [name, value] of [
      ['replication factor', replicationFactor],
      ['num partitions', numPartitions],
    ] as const) {
      if (value === -1) continue
      throw refusal(
        'invalidRequest',
        `A manual partition assignment was specified, but ${name} was not set to -1.`,
      )
    }
    const sorted = [...assignments].sort((a, b) => a.index - b.index)
    for (const [at, { index, brokerIds }] of sorted.entries()) {
      if (sorted[at - 1]?.index === index)
        throw refusal(
          'invalidReplicaAssignment',
          `Found multiple manual partition assignments for partition ${index}`,
        )
      if (index !== at)
        throw refusal(
          'invalidReplicaAssignment',
          'partitions should be a consecutive 0-based integer sequence',
        )
      refuseAssignment(brokerIds, this.nodes)
    }
    return sorted.map(({ brokerIds }) => brokerIds)
  }

  #nextReplicas(factor: number): number[] {
    const first = this.#nextLeader++
    return Array.from(
      { length: factor },
      (_, at) => this.nodes[(first + at) % this.nodes.length]?.id as number,
    )
  }
}
