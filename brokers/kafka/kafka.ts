/**
 * The door to the embedded Kafka: starts a cluster in a worker thread or a child process, and gives a handle to stop, kill,
 * restart and inspect it.
 */
import { randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { type Host, HostGone, Hosting } from '../hosting.ts'
import { startAgain } from '../start-again.ts'
import { StartError } from '../start-error.ts'
import type { Commands, HostedOptions, KafkaEvent } from './control.ts'
import type { CoordinatorMove } from './controls.ts'
import { eventStream } from './event-stream.ts'
import { type Injection, injectionSchema } from './interception/injection-schema.ts'
import type { LoggedRequest } from './interception/request-log.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { Listeners } from './model/events.ts'
import { aclOptions, saslOptions } from './security/security-options.ts'
import type { ServerOptions } from './server.ts'
import type { ClusterSnapshot } from './snapshot.ts'

export type { ClusterSnapshot, Injection, KafkaEvent, LoggedRequest }
export { StartError }

const hosting = new Hosting<Commands>(new URL('./entry.js', import.meta.url), 'cluster')

/**
 * Forks a child process that has loaded the cluster and waits, so that the next start in a child takes milliseconds.
 * Resolves when it is ready. Spares end with this process, or by `discardSpares`.
 */
export function prepareSpare(): Promise<void> {
  return hosting.prepareSpare()
}

/** The same in the background, unless one waits already. Without a spare the next start only takes longer. */
export function keepSpare(): void {
  hosting.keepSpare()
}

/** Ends the spares that nobody used. */
export function discardSpares(): Promise<void> {
  return hosting.discardSpares()
}

const optionsSchema = z.strictObject({
  /** Address to listen on, and the one that clients are told. Loopback unless told otherwise. */
  host: z.string().min(1).default('127.0.0.1'),
  /** One or three, whose ids are 0, 1, 2. Left out: as many as there are ports, or one. */
  nodes: z.literal([1, 3]).optional(),
  /** One for each node; 0 picks a free one, the handle tells which. */
  ports: z.array(z.int().min(0).max(65_535)).optional(),
  /** Kafka's auto.create.topics.enable. */
  autoCreateTopics: z.boolean().optional(),
  /** Kafka's num.partitions. */
  numPartitions: z.int().min(1).optional(),
  /** Kafka's default.replication.factor. */
  defaultReplicationFactor: z.int().min(1).optional(),
  /** Kafka's group.initial.rebalance.delay.ms: 3000 there, 0 here, since nobody likes to wait in a test. */
  initialRebalanceDelayMs: z.int().min(0).default(0),
  /** Kafka's broker.session.timeout.ms: how long a frozen node is counted on. */
  brokerSessionTimeoutMs: z.int().min(1).optional(),
  /** Kafka's replica.lag.time.max.ms: how long a follower that is behind counts as in sync. */
  replicaLagTimeMaxMs: z.int().min(1).optional(),
  /**
   * Kafka's offsets.topic.replication.factor: how many nodes can coordinate a group. All nodes are taken where there are
   * fewer than offsets.topic.replication.factor; Kafka refuses.
   */
  offsetsTopicReplicationFactor: z.int().min(1).optional(),
  /** Kafka's transaction.state.log.replication.factor: how many nodes can coordinate a transactional id. */
  transactionStateLogReplicationFactor: z.int().min(1).optional(),
  /** How long a node that has become a coordinator answers with COORDINATOR_LOAD_IN_PROGRESS. */
  coordinatorLoadMs: z.int().min(0).default(0),
  /** Folder for what must survive a restart. Left out: everything is in memory and gone with the cluster. */
  dataDir: z.string().min(1).optional(),
  /** Removes dataDir when the cluster is disposed, and from a child also when the process that started it dies. */
  isTemporary: z.boolean().default(false),
  /**
   * What an answer promises: records with the operating system (Kafka's own default: survives a kill, not a power cut), or
   * on the disk.
   */
  durability: z.enum(['os', 'fsync']).default('os'),
  /** With dataDir, how much of the latest records may be in memory; others are read from their files. */
  memoryBytesMax: z
    .int()
    .min(0)
    .default(64 * 1024 * 1024),
  /** Certificate and key as PEM: clients connect with TLS then. They are not asked for a certificate of their own. */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  /** Clients log in with SASL then: mechanisms, and users with their passwords. */
  sasl: saslOptions.optional(),
  /** Clients may do only what access rules allow then: super users, and what holds where there is no rule. */
  acl: aclOptions.optional(),
  /** What the brokers are set to, by Kafka's own names: `{ 'log.retention.ms': 1000 }`. */
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Only a process can be killed; a thread starts faster. */
  runsIn: z.enum(['worker', 'child']).default('worker'),
  /** For the ids that the broker makes up. Left out: a random one. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
})
export type KafkaOptions = z.input<typeof optionsSchema>

/** How long the waits of the handle wait if they are not told otherwise. */
const WAIT_MS = 10_000
/** Kafka's own group.initial.rebalance.delay.ms. */
const GATHER_MS = 3_000
/** How many requests are kept if it is not said otherwise. */
const REQUESTS_KEPT = 1_000

/** A running cluster. After `stop` or `kill` only `restart` and dispose make sense. */
export interface Kafka {
  /** What a client takes as its bootstrap servers: `127.0.0.1:9092`. */
  readonly brokers: readonly string[]
  /** Of the child process, if it runs in one. */
  readonly pid: number | undefined
  /** Cuts every client off and frees the ports. Without `dataDir` everything is gone. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process is gone. @throws Error if it runs in a worker. */
  kill(): Promise<void>
  /** Starts again at the same addresses with the same data; resolves when clients can connect. */
  restart(): Promise<void>
  /** The cluster as data: nodes, topics with their offsets, groups with members and commits. */
  inspect(): Promise<ClusterSnapshot>
  /**
   * Moves the cluster's clock ahead, and does what falls due: time of append, transactions, retention, compaction, expiry of
   * producers. Sessions and rebalances stay on real time.
   */
  elapse(ms: number): Promise<void>
  /** Does now what log.retention.check.interval.ms would do next; gives how many segments were deleted. */
  applyRetention(): Promise<number>
  /**
   * Compacts a topic, or all, now and wholly: the segment that is written to ends, as if segment.ms had passed, and
   * min.cleanable.dirty.ratio does not count. @throws Error if there is no such topic
   */
  compact(topic?: string): Promise<void>

  /** Removes the topics and groups whose names begin so; members of such groups are sent away. */
  remove(prefix: string): Promise<void>

  /** Ends a node cleanly: its followers get everything, its leaders move, then clients are cut off. */
  stopNode(node: number): Promise<void>
  /** Ends a node abruptly. What it has not handed on stays on its own log, and is gone if another node led meanwhile. */
  killNode(node: number): Promise<void>
  /** A node that takes connections and does nothing; after `brokerSessionTimeoutMs` others take over. */
  freezeNode(node: number): Promise<void>
  thawNode(node: number): Promise<void>
  /** As if a frozen node had not been heard of for `brokerSessionTimeoutMs`. */
  fenceNode(node: number): Promise<void>
  /** Starts a node that was stopped or killed, at its address. */
  startNode(node: number): Promise<void>

  /** @throws Error unless the node is live and in sync */
  moveLeader(topic: string, partition: number, node: number): Promise<void>
  /** Gives the leadership back to the first replica. @throws Error if it leads already, or is not in sync */
  electPreferred(topic: string, partition: number): Promise<void>
  /** As if frozen followers had lagged for `replicaLagTimeMaxMs`. Gives the nodes that are in sync no more. */
  shrinkIsr(topic: string, partition: number): Promise<readonly number[]>
  /** Another node coordinates the group or transactional id, and whatever else lies with it. */
  moveCoordinator(move: CoordinatorMove): Promise<void>

  /**
   * The first rebalance of a group that is not there yet waits as if group.initial.rebalance.delay.ms were `delayMs`, which is
   * Kafka's own by default, and ends at once when it has so many members. @throws Error if there is such a group
   */
  gather(groupId: string, members: number, delayMs?: number): Promise<void>
  /** All members join anew. They hear of it with their next heartbeat. */
  forceRebalance(groupId: string): Promise<void>
  /** Takes a member out, as an admin does it. @throws Error if there is no such member */
  evictMember(groupId: string, memberId: string): Promise<void>
  /** Ends a member's session as if it had sent no heartbeat for too long. */
  expireSession(groupId: string, memberId: string): Promise<void>

  /** Resolves when the group is stable with so many members. @throws Error that says what was there when time was up */
  waitForStable(groupId: string, members: number, timeoutMs?: number): Promise<void>
  /** Resolves when exactly these nodes are in sync. */
  waitForIsr(topic: string, partition: number, isr: readonly number[], timeoutMs?: number): Promise<void>
  /** Resolves when the partition has a leader, or this one. */
  waitForLeader(
    topic: string,
    partition: number,
    wanted?: { readonly node?: number; readonly timeoutMs?: number },
  ): Promise<{ leaderId: number; leaderEpoch: number }>

  /** Calls `listener` with everything that happens from now on: nodes, leaders, in-sync replicas, groups. Gives a way to end it. */
  on(listener: (event: KafkaEvent) => void): () => void
  /** The same as a stream, which ends when it is left, or when the cluster is stopped or killed. */
  events(): AsyncIterable<KafkaEvent>

  /** The next `times` requests that fit get another answer. @throws Error for an injection that makes no sense */
  inject(injection: Injection): Promise<void>
  /** What was injected and has not been used up. */
  injections(): Promise<readonly { readonly injection: Injection; readonly left: number }[]>
  clearInjections(): Promise<void>
  /** Keeps the last `limit` requests, decoded, and tells each as an event; 0 ends it. Until then nothing is kept. */
  recordRequests(limit?: number): Promise<void>
  requests(): Promise<readonly LoggedRequest[]>
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws Error in one sentence: options that make no sense, an address in use; StartError: a dataDir that can't be had. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const { runsIn, ...rest } = completeOptions(options)
  const cluster = new Hosted(runsIn, { ...rest, isTemporary: options.isTemporary ?? false })
  await cluster.start()
  return cluster
}

/** The options with what was left out: what a `KafkaServer` in this thread takes. @throws Error in one sentence */
export function completeOptions(options: KafkaOptions): ServerOptions & { runsIn: 'worker' | 'child' } {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new Error(`options of startKafka: ${z.prettifyError(parsed.error)}`)
  const { seed, nodes, ports = Array(nodes ?? 1).fill(0) } = parsed.data
  const { runsIn, host, coordinatorLoadMs, tls, sasl, acl, dataDir, durability, memoryBytesMax } = parsed.data
  if ((nodes ?? ports.length) !== ports.length || (ports.length !== 1 && ports.length !== 3))
    throw new Error(
      `options of startKafka: ${ports.length} ports: give one for each node, of which there are one or three`,
    )
  return {
    runsIn,
    host,
    ports,
    config: configOf(parsed.data),
    coordinatorLoadMs,
    tls,
    sasl,
    acl,
    dataDir,
    durability,
    memoryBytesMax,
    seed: seed ?? randomInt(0xffff_ffff),
  }
}

type Options = z.output<typeof optionsSchema>

/** Kafka's names of the options that stand for one setting each. */
const settingNames = {
  autoCreateTopics: 'auto.create.topics.enable',
  numPartitions: 'num.partitions',
  defaultReplicationFactor: 'default.replication.factor',
  initialRebalanceDelayMs: 'group.initial.rebalance.delay.ms',
  brokerSessionTimeoutMs: 'broker.session.timeout.ms',
  replicaLagTimeMaxMs: 'replica.lag.time.max.ms',
  offsetsTopicReplicationFactor: 'offsets.topic.replication.factor',
  transactionStateLogReplicationFactor: 'transaction.state.log.replication.factor',
} as const satisfies Partial<Record<keyof Options, string>>

/** As text, as Kafka's own files have them. @throws Error in one sentence for a setting that Kafka has not */
function configOf(options: Options): Record<string, string> {
  const named = (Object.keys(settingNames) as (keyof typeof settingNames)[]).flatMap((option) =>
    options[option] === undefined ? [] : [[settingNames[option], options[option]] as const],
  )
  const config = Object.fromEntries(
    [...named, ...Object.entries(options.config)].map(([name, value]) => [name, String(value)] as const),
  )
  try {
    new BrokerConfig(config)
  } catch (error) {
    const text = `options of startKafka: config: ${(error as Error).message}`
    throw new StartError('bad-setting', 'config', text, { cause: error })
  }
  return config
}

class Hosted implements Kafka {
  readonly #runsIn: 'worker' | 'child'
  readonly #options: HostedOptions
  #ports: readonly number[]
  #running: Host<Commands> | undefined
  readonly #listeners = new Listeners<KafkaEvent>()
  readonly #ends = new Listeners<void>()

  constructor(runsIn: 'worker' | 'child', options: HostedOptions) {
    this.#runsIn = runsIn
    this.#options = options
    this.#ports = options.ports
  }

  get brokers(): readonly string[] {
    const { host } = this.#options
    return this.#ports.map((port) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  async restart(): Promise<void> {
    if (this.#running !== undefined) await this.stop()
    await startAgain(() => this.start())
  }

  async start(): Promise<void> {
    const host = hosting.start(this.#runsIn)
    host.retain()
    try {
      const { ports } = await host.call('start', { ...this.#options, ports: this.#ports })
      this.#ports = ports
      this.#running = host
      host.onEvent((event) => this.#listeners.emit(event as KafkaEvent))
      if (!this.#listeners.isEmpty) await host.call('tellEvents', true)
    } catch (error) {
      await host.end('SIGKILL')
      throw error
    }
  }

  async stop(): Promise<void> {
    const host = this.#running
    this.#running = undefined
    if (host === undefined) return
    this.#ends.emit()
    try {
      await host.call('stop', undefined)
    } catch (error) {
      // It had ended before: nothing is left to stop.
      if (!(error instanceof HostGone)) throw error
    }
    await host.end('SIGTERM')
  }

  async kill(): Promise<void> {
    if (this.#runsIn === 'worker') {
      throw new Error("a cluster in a worker thread can't be killed alone: start it with runsIn: 'child'")
    }
    const host = this.#running
    this.#running = undefined
    this.#ends.emit()
    await host?.end('SIGKILL')
  }

  inspect = () => this.#call('inspect', undefined)
  elapse = (ms: number) => this.#call('elapse', ms)
  applyRetention = () => this.#call('applyRetention', undefined)
  compact = (topic?: string) => this.#call('compact', topic)
  remove = (prefix: string) => this.#call('remove', prefix)

  stopNode = (node: number) => this.#call('stopNode', node)
  killNode = (node: number) => this.#call('killNode', node)
  freezeNode = (node: number) => this.#call('freezeNode', node)
  thawNode = (node: number) => this.#call('thawNode', node)
  fenceNode = (node: number) => this.#call('fenceNode', node)
  startNode = (node: number) => this.#call('startNode', node)

  moveLeader = (topic: string, partition: number, node: number) =>
    this.#call('moveLeader', { topic, partition, node })
  electPreferred = (topic: string, partition: number) => this.#call('electPreferred', { topic, partition })
  shrinkIsr = (topic: string, partition: number) => this.#call('shrinkIsr', { topic, partition })
  moveCoordinator = (move: CoordinatorMove) => this.#call('moveCoordinator', move)

  forceRebalance = (groupId: string) => this.#call('forceRebalance', groupId)
  gather = (groupId: string, members: number, delayMs = GATHER_MS) =>
    this.#call('gather', { groupId, members, delayMs })
  evictMember = (groupId: string, memberId: string) => this.#call('evictMember', { groupId, memberId })
  expireSession = (groupId: string, memberId: string) => this.#call('expireSession', { groupId, memberId })

  waitForStable = (groupId: string, members: number, timeoutMs = WAIT_MS) =>
    this.#call('waitForStable', { groupId, members, timeoutMs })
  waitForIsr = (topic: string, partition: number, isr: readonly number[], timeoutMs = WAIT_MS) =>
    this.#call('waitForIsr', { topic, partition, isr, timeoutMs })
  waitForLeader = (topic: string, partition: number, wanted: { node?: number; timeoutMs?: number } = {}) =>
    this.#call('waitForLeader', { topic, partition, timeoutMs: WAIT_MS, ...wanted })

  async inject(injection: Injection): Promise<void> {
    const parsed = injectionSchema.safeParse(injection)
    if (!parsed.success) throw new Error(`injection: ${z.prettifyError(parsed.error)}`)
    await this.#call('inject', parsed.data)
  }
  injections = () => this.#call('injections', undefined)
  clearInjections = () => this.#call('clearInjections', undefined)
  recordRequests = (limit = REQUESTS_KEPT) => this.#call('recordRequests', limit)
  requests = () => this.#call('requests', undefined)

  on(listener: (event: KafkaEvent) => void): () => void {
    if (this.#listeners.isEmpty) this.#tellEvents(true)
    const forget = this.#listeners.on(listener)
    return () => {
      forget()
      if (this.#listeners.isEmpty) this.#tellEvents(false)
    }
  }

  events(): AsyncIterable<KafkaEvent> {
    return eventStream(
      (listener) => this.on(listener),
      (end) => this.#ends.on(end),
    )
  }

  /** Calls are taken in their order, so what happens behind this one is told. */
  #tellEvents(isWanted: boolean): void {
    // A cluster that is gone tells nothing; the next one is asked when it starts.
    this.#running?.call('tellEvents', isWanted).catch(() => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    const { dataDir, isTemporary } = this.#options
    if (isTemporary && dataDir !== undefined) await rm(dataDir, { recursive: true, force: true })
  }

  #call<N extends keyof Commands>(
    command: N,
    argument: Commands[N]['argument'],
  ): Promise<Commands[N]['result']> {
    if (this.#running === undefined)
      return Promise.reject(new Error('the cluster is stopped: restart it first'))
    return this.#running.call(command, argument)
  }
}
