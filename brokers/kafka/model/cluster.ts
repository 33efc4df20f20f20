/** Everything that the nodes of a cluster know together: nodes, topics, groups, producer ids, and who does what. */
import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import { refusal } from '../refusal.ts'
import { refuseAssignment, refuseAssignments } from './assignment.ts'
import type { BrokerConfig } from './broker-config.ts'
import { ClusterState, type KeptTopic } from './cluster-state.ts'
import { Controller } from './controller.ts'
import { Coordinators } from './coordinators.ts'
import { Listeners, type ModelEvent } from './events.ts'
import { type Group, uuidFrom } from './group/group.ts'
import { Groups } from './group/groups.ts'
import { type Logs, memoryLogs } from './logs.ts'
import { Maintenance } from './maintenance.ts'
import type { Node } from './node.ts'
import type { Partition, PartitionContext } from './partition.ts'
import { type Later, Replication } from './replication.ts'
import { liveSettings, type Settings } from './settings.ts'
import { forgetful, type SmallState } from './small-state.ts'
import { collides, refuseTopicName, Topic } from './topic.ts'
import { TopicConfig } from './topic-config.ts'
import { TransactionCoordinator } from './transactions/coordinator.ts'

/** As FindCoordinator names them. */
export type CoordinatorKind = 'group' | 'transaction'

export interface ClusterContext {
  /** For retention and transactions: it can be moved ahead. */
  readonly clock: Clock
  /** For sessions, rebalances and waiting fetches: it can't. */
  readonly realClock: Clock
  readonly random: Random
  readonly config: BrokerConfig
  /** How long a new coordinator answers with 14, as if it were reading. */
  readonly coordinatorLoadMs: number
  /** In which turn followers fetch. */
  readonly later: Later
  /** What outlives the cluster; left out: everything is in memory. */
  readonly state?: SmallState
  readonly logs?: Logs
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
  readonly clock: Clock
  readonly realClock: Clock
  readonly topics = new Map<string, Topic>()
  readonly groups: Groups
  readonly transactions: TransactionCoordinator
  readonly maintenance: Maintenance
  readonly replication: Replication
  readonly coordinators: Readonly<Record<CoordinatorKind, Coordinators>>
  readonly controller: Controller
  readonly events = new Listeners<ModelEvent>()
  readonly #random: Random
  readonly #settings: () => Settings
  readonly #state: ClusterState
  readonly #logs: Logs
  readonly #partitionContext: PartitionContext = {
    isRunning: (nodeId) => this.nodes.find(({ id }) => id === nodeId)?.state === 'running',
    isLive: (nodeId) => this.#isLive(nodeId),
    replicateSoon: (partition) => this.replication.soon(partition),
    onLeaderChange: ({ topicName: topic, index: partition, leaderId, leaderEpoch }) => {
      this.keepTopic(topic)
      this.events.emit({ type: 'leader', topic, partition, leaderId, leaderEpoch })
    },
    onIsrChange: ({ topicName: topic, index: partition, isr }) => {
      this.keepTopic(topic)
      this.events.emit({ type: 'isr', topic, partition, isr })
    },
  }
  #nextLeader = 0

  constructor(nodes: readonly Node[], context: ClusterContext) {
    this.nodes = nodes
    this.config = context.config
    this.clock = context.clock
    this.realClock = context.realClock
    this.#random = context.random
    this.#state = new ClusterState(context.state ?? forgetful)
    this.#state.followConfig(this.config)
    this.#settings = liveSettings(this.config)
    this.#logs = context.logs ?? memoryLogs
    this.id = this.#state.clusterId(context.random.name(22))
    this.groups = new Groups({
      clock: context.realClock,
      recordClock: context.clock,
      random: context.random,
      settings: this.settings,
      keeper: (groupId) => this.#state.keeperOf(groupId),
      onState: (changed) => this.#tellGroup(changed, changed.state),
      onSettled: (group) => this.#state.keepGroup(group),
      onGone: (group) => {
        this.#state.dropGroup(group)
        this.#tellGroup(group, 'Dead')
      },
    })
    this.replication = new Replication(context.later)
    const { offsetsTopicReplicationFactor, transactionStateLogReplicationFactor } = this.settings
    const { coordinatorLoadMs: loadMs } = context
    this.coordinators = {
      group: this.#coordinators('groups', { replicationFactor: offsetsTopicReplicationFactor, loadMs }),
      transaction: this.#coordinators('transactions', {
        replicationFactor: transactionStateLogReplicationFactor,
        loadMs,
      }),
    }
    this.transactions = new TransactionCoordinator({
      clock: this.clock,
      realClock: this.realClock,
      settings: this.settings,
      partition: ({ topic, partition }) => this.topics.get(topic)?.partitions[partition],
      offsetsPartitionOf: (groupId) => this.coordinators.group.partitionOf(groupId),
      endOffsets: (offsetsPartition, outcome) => this.#endOffsets(offsetsPartition, outcome),
    })
    this.controller = new Controller(nodes, {
      realClock: this.realClock,
      brokerSessionTimeoutMs: this.settings.brokerSessionTimeoutMs,
      replicaLagTimeMaxMs: this.settings.replicaLagTimeMaxMs,
      replication: this.replication,
      coordinators: Object.values(this.coordinators),
      partitions: () => this.partitions(),
      onNodeChange: ({ id, state, isFenced }) =>
        this.events.emit({ type: 'node', nodeId: id, state, isFenced }),
    })
    this.maintenance = new Maintenance(() => this.topics.values(), {
      clock: this.clock,
      settings: this.#settings,
    })
    this.#recover()
  }

  get settings(): Settings {
    return this.#settings()
  }

  /** The nodes that the controller counts on: those that clients are told of. */
  get liveNodes(): readonly Node[] {
    return this.nodes.filter(({ isFenced }) => !isFenced)
  }

  /** The node that looks after a group or a transactional id; undefined while none does. */
  coordinatorOf(key: string, kind: CoordinatorKind = 'group'): Node | undefined {
    const nodeId = this.coordinators[kind].nodeOf(key)
    return this.nodes.find(({ id }) => id === nodeId)
  }

  *partitions(): Iterable<Partition> {
    for (const topic of this.topics.values()) yield* topic.partitions
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
    const logs = options.validateOnly ? memoryLogs : this.#logs
    for (const replicas of this.#placement(request)) {
      topic.addPartition(replicas, { logs, context: this.#partitionContext })
    }
    if (options.validateOnly) return topic
    this.topics.set(name, topic)
    // Which keeps the topic, too.
    for (const partition of topic.partitions) this.#partitionContext.onLeaderChange(partition)
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
    this.#state.dropTopic(topic)
    for (const { copies } of topic.partitions) for (const { log } of copies) this.#logs.remove(log)
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
    refuseTooMany(count - has)
    if (assignments !== null) refuseAssignments(assignments, { count: count - has, nodes: this.nodes })
    if (request.validateOnly) return
    for (let index = has; index < count; index++) {
      const replicas = assignments?.[index - has] ?? this.#nextReplicas(topic.replicationFactor)
      topic.addPartition(replicas, { logs: this.#logs, context: this.#partitionContext })
    }
    for (const partition of topic.partitions.slice(has)) this.#partitionContext.onLeaderChange(partition)
  }

  close(): void {
    this.maintenance.stop()
    this.controller.close()
    this.transactions.close()
    this.replication.stop()
    this.groups.close()
    for (const topic of this.topics.values()) topic.close()
  }

  /** Keeps what a topic is now: called when its settings, replicas or leaders have changed. */
  keepTopic(name: string): void {
    const topic = this.topics.get(name)
    if (topic !== undefined) this.#state.keepTopic(topic)
  }

  /** What was kept in an earlier life. Whatever a transaction had decided is completed last, when all else is there. */
  #recover(): void {
    for (const kept of this.#state.topics()) this.#recoverTopic(kept)
    for (const [groupId, kept] of this.#state.groups()) this.groups.obtain(groupId).restore(kept)
    this.#state.offsets({
      committed: (groupId, topic, partition, committed) =>
        this.groups.obtain(groupId).offsets.restore(topic, partition, committed),
      pending: (groupId, pending) => {
        for (const one of pending) this.groups.obtain(groupId).offsets.restorePending(one)
      },
    })
    this.#state.follow(this.transactions)
  }

  #recoverTopic({ name, id, configs, partitions }: KeptTopic): void {
    const topic = new Topic(name, id, new TopicConfig(configs, this.config))
    for (const kept of partitions) {
      const options = { logs: this.#logs, context: this.#partitionContext, kept }
      this.replication.soon(topic.addPartition(kept.replicas, options))
    }
    this.topics.set(name, topic)
    this.keepTopic(name)
    this.#nextLeader += partitions.length
  }

  /** The replicas of each partition. @throws Refusal */
  #placement(request: TopicRequest): (readonly number[])[] {
    const { assignments, numPartitions, replicationFactor } = request
    if (assignments.length > 0) return this.#chosenPlacement(request)
    const { settings } = this
    const count = numPartitions === -1 ? settings.numPartitions : numPartitions
    refuseTooMany(count)
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

  /** One node after the other, those that are not live last. @throws Refusal if none is live */
  #nextReplicas(factor: number): number[] {
    const first = this.#nextLeader++
    const inTurn = this.nodes.map((_, at) => this.nodes[(first + at) % this.nodes.length] as Node)
    const live = inTurn.filter(({ isFenced }) => !isFenced)
    if (live.length === 0) throw refusal('invalidReplicationFactor', 'All brokers are currently fenced.')
    return [...live, ...inTurn.filter(({ isFenced }) => isFenced)].slice(0, factor).map(({ id }) => id)
  }

  #coordinators(
    of: 'groups' | 'transactions',
    options: { replicationFactor: number; loadMs: number },
  ): Coordinators {
    return new Coordinators(this.nodes, {
      ...options,
      clock: this.realClock,
      isLive: (id) => this.#isLive(id),
      onMoved: (partition, nodeId) => {
        this.events.emit({ type: 'coordinator', of, partition, nodeId })
        if (of === 'groups') this.#resignGroups(partition)
      },
    })
  }

  /** Whoever waits for a group's coordinator that is none any more asks the next one. */
  #resignGroups(partition: number): void {
    for (const group of this.groups.values()) {
      if (this.coordinators.group.partitionOf(group.id) === partition) group.resign()
    }
  }

  /** A transaction has ended that committed for the groups of a part of __consumer_offsets. */
  #endOffsets(partition: number, outcome: { producerId: number; isCommit: boolean }): void {
    for (const group of this.groups.values()) {
      if (this.coordinators.group.partitionOf(group.id) === partition) group.offsets.end(outcome)
    }
  }

  #tellGroup({ id, generationId, members }: Group, state: string): void {
    const memberIds = [...members].map((member) => member.id)
    this.events.emit({ type: 'group', groupId: id, state, generationId, memberIds })
  }

  #isLive(nodeId: number): boolean {
    return this.nodes.find(({ id }) => id === nodeId)?.isFenced === false
  }
}

/** As Kafka's controller does it, whatever memory there is. Growing beyond it Kafka answers with -1, an error of its own. */
const PARTITIONS_PER_REQUEST_MAX = 10_000

/** @throws Refusal */
function refuseTooMany(count: number): void {
  if (count >= PARTITIONS_PER_REQUEST_MAX)
    throw refusal('policyViolation', 'Excessively large number of partitions per request.')
}
