/** Everything that the nodes of a cluster know together: nodes, topics, groups, producer ids. */
import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import { refusal } from '../refusal.ts'
import { Group, uuidFrom } from './group/group.ts'
import type { CommittedOffset, KeepOffset } from './group/offsets.ts'
import { type Logs, memoryLogs } from './logs.ts'
import { Maintenance } from './maintenance.ts'
import type { Partition } from './partition.ts'
import { forgetful, type SmallState } from './small-state.ts'
import { refuseTopicName, Topic } from './topic.ts'
import { TopicConfig } from './topic-config.ts'

export interface Node {
  readonly id: number
  readonly host: string
  /** Known once it listens. */
  port: number
}

/** What the broker is set to. */
export interface Settings {
  readonly autoCreateTopics: boolean
  readonly numPartitions: number
  readonly defaultReplicationFactor: number
  readonly initialRebalanceDelayMs: number
}

export interface ClusterContext {
  /** For retention and transactions: it can be moved ahead. */
  readonly clock: Clock
  /** For sessions, rebalances and waiting fetches: it can't. */
  readonly realClock: Clock
  readonly random: Random
  readonly settings: Settings
  /** What outlives the cluster; left out: everything is in memory. */
  readonly state?: SmallState
  readonly logs?: Logs
}

/** A topic as it is kept. */
interface KeptTopic {
  readonly id: string
  readonly configs: readonly (readonly [name: string, value: string])[]
  readonly partitions: readonly {
    readonly replicas: readonly number[]
    readonly leaderId: number
    readonly leaderEpoch: number
    readonly isr: readonly number[]
  }[]
}

/** As Kafka's controller does it, so that not every id has to be kept. */
const PRODUCER_IDS_AT_ONCE = 1000

export interface TopicRequest {
  readonly name: string
  /** -1: the broker's default. */
  readonly numPartitions: number
  readonly replicationFactor: number
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
  /** Replicas by partition, if the client chooses them itself. */
  readonly assignments: readonly { readonly index: number; readonly brokerIds: readonly number[] }[]
}

export class Cluster {
  readonly id: string
  readonly nodes: readonly Node[]
  readonly settings: Settings
  readonly clock: Clock
  readonly realClock: Clock
  readonly topics = new Map<string, Topic>()
  readonly groups = new Map<string, Group>()
  readonly maintenance: Maintenance
  readonly #random: Random
  readonly #state: SmallState
  readonly #logs: Logs
  #nextProducerId = 0
  #producerIdsKept = 0
  #nextLeader = 0

  constructor(nodes: readonly Node[], context: ClusterContext) {
    this.nodes = nodes
    this.settings = context.settings
    this.clock = context.clock
    this.realClock = context.realClock
    this.#random = context.random
    this.#state = context.state ?? forgetful
    this.#logs = context.logs ?? memoryLogs
    this.id = this.#state.all<string>('cluster-id').get('') ?? context.random.name(22)
    this.#recover()
    this.maintenance = new Maintenance(() => this.topics.values(), { clock: this.clock })
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
    if (this.#nextProducerId === this.#producerIdsKept) {
      this.#producerIdsKept += PRODUCER_IDS_AT_ONCE
      this.#state.put('producer-ids', this.#producerIdsKept)
    }
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
    const config = new TopicConfig(configs.map((one) => [one.name, one.value] as const))
    const topic = new Topic(name, uuidFrom(this.#random), config)
    const placement = this.#placement(request)
    for (const replicas of placement)
      topic.addPartition(replicas, options.validateOnly ? memoryLogs : this.#logs)
    if (options.validateOnly) return topic
    this.topics.set(name, topic)
    this.#keepTopic(topic)
    return topic
  }

  /** @throws Refusal */
  deleteTopic(name: string): Topic {
    const topic = this.topics.get(name)
    if (topic === undefined) {
      throw refusal('unknownTopicOrPartition', 'This server does not host this topic-partition.')
    }
    this.topics.delete(name)
    for (const group of this.groups.values()) group.offsets.forgetTopic(name)
    topic.close()
    this.#state.delete(`topic/${name}`)
    for (const { copies } of topic.partitions) for (const { log } of copies) this.#logs.remove(log)
    return topic
  }

  /** @throws Refusal unless there are to be more than there are */
  growTopic(name: string, request: { count: number; validateOnly: boolean }): void {
    const topic = this.topics.get(name)
    if (topic === undefined) {
      throw refusal('unknownTopicOrPartition', 'This server does not host this topic-partition.')
    }
    const has = topic.partitions.length
    if (request.count === has) throw refusal('invalidPartitions', `Topic already has ${has} partition(s).`)
    if (request.count < has) {
      throw refusal(
        'invalidPartitions',
        `The topic ${name} currently has ${has} partition(s); ${request.count} would not be an increase.`,
      )
    }
    if (request.validateOnly) return
    for (let index = has; index < request.count; index++) {
      topic.addPartition(this.#nextReplicas(topic.replicationFactor), this.#logs)
    }
    this.#keepTopic(topic)
  }

  /** @throws Refusal for an id that no group can have */
  group(id: string): Group {
    if (id === '') throw refusal('invalidGroupId', 'The group id is empty.')
    let group = this.groups.get(id)
    if (group === undefined) {
      const { initialRebalanceDelayMs } = this.settings
      group = new Group(id, {
        clock: this.realClock,
        random: this.#random,
        initialRebalanceDelayMs,
        keepOffset: (groupId) => this.#keepOffset(groupId),
      })
      this.groups.set(id, group)
    }
    return group
  }

  /** @throws Refusal for a group that is unknown or has members */
  deleteGroup(id: string): void {
    const group = this.groups.get(id)
    if (group === undefined) throw refusal('groupIdNotFound', `Group ${id} not found.`)
    if (group.state !== 'Empty') throw refusal('nonEmptyGroup', `Group ${id} is not empty.`)
    group.close()
    this.groups.delete(id)
  }

  close(): void {
    this.maintenance.stop()
    for (const group of this.groups.values()) group.close()
    for (const topic of this.topics.values()) topic.close()
  }

  #keepTopic({ name, id, config, partitions }: Topic): void {
    const kept: KeptTopic = {
      id,
      configs: config.all(),
      partitions: partitions.map(({ replicas, leaderId, leaderEpoch, isr }) => ({
        replicas,
        leaderId,
        leaderEpoch,
        isr,
      })),
    }
    this.#state.put(`topic/${name}`, kept)
  }

  #keepOffset(groupId: string): KeepOffset {
    return (topic, partition, committed) => {
      const key = `offset/${JSON.stringify([groupId, topic, partition])}`
      if (committed === undefined) this.#state.delete(key)
      else this.#state.put(key, committed)
    }
  }

  /** What was kept in an earlier life. */
  #recover(): void {
    this.#state.put('cluster-id', this.id)
    this.#producerIdsKept = this.#state.all<number>('producer-ids').get('') ?? 0
    // Those that were not given out are lost, as with Kafka.
    this.#nextProducerId = this.#producerIdsKept
    for (const [name, kept] of this.#state.all<KeptTopic>('topic/')) this.#recoverTopic(name, kept)
    for (const [key, committed] of this.#state.all<CommittedOffset>('offset/')) {
      const [groupId, topic, partition] = JSON.parse(key) as [string, string, number]
      this.group(groupId).offsets.restore(topic, partition, committed)
    }
  }

  /** With the start of its leader a partition begins a new epoch. */
  #recoverTopic(name: string, { id, configs, partitions }: KeptTopic): void {
    const topic = new Topic(name, id, new TopicConfig(configs))
    for (const { replicas, leaderId, leaderEpoch, isr } of partitions) {
      const partition = topic.addPartition(replicas, this.#logs)
      partition.leaderId = leaderId
      partition.leaderEpoch = leaderEpoch + 1
      partition.isr = isr
    }
    this.topics.set(name, topic)
    this.#keepTopic(topic)
    this.#nextLeader += partitions.length
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
        'Replication factor must be larger than 0, or -1 for the default.',
      )
    if (factor > this.nodes.length) {
      throw refusal(
        'invalidReplicationFactor',
        `Unable to replicate the partition ${factor} time(s): The target replication factor of ${factor} cannot be reached because only ${this.nodes.length} broker(s) are registered.`,
      )
    }
    return Array.from({ length: count }, () => this.#nextReplicas(factor))
  }

  #chosenPlacement({ assignments, numPartitions, replicationFactor }: TopicRequest): (readonly number[])[] {
    if (numPartitions !== -1 || replicationFactor !== -1) {
      throw refusal(
        'invalidRequest',
        'Both numPartitions or replicationFactor and replicasAssignments were set. Both cannot be used at the same time.',
      )
    }
    const sorted = [...assignments].sort((a, b) => a.index - b.index)
    for (const [at, { index, brokerIds }] of sorted.entries()) {
      if (index !== at)
        throw refusal(
          'invalidReplicaAssignment',
          'partitions should be a consecutive 0-based integer sequence',
        )
      const isKnown = brokerIds.every((id) => this.nodes.some((node) => node.id === id))
      if (brokerIds.length === 0 || new Set(brokerIds).size !== brokerIds.length || !isKnown)
        throw refusal('invalidReplicaAssignment', `partition ${index} has replicas [${brokerIds.join(', ')}]`)
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
