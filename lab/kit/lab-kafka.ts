/** A Kafka cluster as one lab has it: names of its own, and what the lab did to nodes, groups and replicas. */
import { performance } from 'node:perf_hooks'
import type {
  Address,
  Capability,
  GroupSnapshot,
  KafkaEngine,
  KafkaIsolation,
  KafkaNodes,
  KafkaSnapshot,
  PartitionSnapshot,
} from '#brokers/engines'
import type { EmbeddedKafka } from '#brokers/engines/embedded-kafka'
import type { Injection } from '#brokers/kafka'
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import { failureOf } from './closing.ts'
import { CannotTell } from './failure.ts'
import { KafkaObserver } from './kafka-observer.ts'
import type { GroupMember } from './lab-lanes.ts'
import { type LabServer, letPass, mustHave } from './lab-server.ts'
import type { RunContext } from './run-context.ts'
import { settles, type UntilOptions, type Waiting } from './waiting.ts'

/** How often the cluster is asked for its groups while they are waited for. */
const inspectEveryMs = 15
/** The same where asking costs a real cluster work, and what is waited for takes seconds. */
const realEveryMs = 200
/** Three times as long on a real cluster: longer than any client's own session timeout (kafkajs 30 s, Java 45 s). */
const sessionMsMax = 20_000
/** Kafka's log.retention.check.interval.ms, the longest that its background work rests. */
const tidyEveryMs = 300_000
/** How often a real cluster is asked whether it has tidied up. */
const tidiedEveryMs = 100

export class LabKafka implements LabServer {
  readonly protocol = 'kafka'
  /** The lab's own client, past the proxies. */
  readonly observer: KafkaObserver
  /** What names of this lab begin with. */
  readonly prefix: string
  private readonly engine: KafkaEngine
  private readonly isolation: KafkaIsolation
  private readonly run: RunContext
  private readonly waiting: Waiting
  private readonly mustBeOpen: () => void
  /** Members whose connection has ended, as the proxies know them. */
  private readonly goneMembers: () => readonly GroupMember[]
  private readonly expired = new Set<string>()
  private clusterIsUp = true
  private readonly down = new Set<number>()
  private readonly frozen = new Set<number>()
  private hasInjected = false
  /** What is done to the cluster, one after another: a node that is still dying holds its port. */
  private work: Promise<unknown> = Promise.resolve()

  constructor(options: {
    engine: KafkaEngine
    isolation: KafkaIsolation
    run: RunContext
    waiting: Waiting
    mustBeOpen: () => void
    goneMembers: () => readonly GroupMember[]
  }) {
    this.engine = options.engine
    this.isolation = options.isolation
    this.prefix = options.isolation.prefix
    this.run = options.run
    this.waiting = options.waiting
    this.mustBeOpen = options.mustBeOpen
    this.goneMembers = options.goneMembers
    this.observer = new KafkaObserver(() => this.engine.addresses)
  }

  get server(): string {
    return this.engine.server
  }

  get addresses(): KafkaEngine['addresses'] {
    return this.engine.addresses
  }

  get isUp(): boolean {
    return this.clusterIsUp
  }

  needs(capabilities: readonly Capability[]): void {
    mustHave(this.engine, capabilities)
    if (capabilities.includes('kill')) this.engine.expectsKill?.()
  }

  /** The cluster's own view of this lab's topics and groups, whose names are as the broker knows them. */
  inspect(): Promise<KafkaSnapshot> {
    this.needs(['inspect'])
    this.mustBeOpen()
    return this.engine.inspect(this.prefix)
  }

  /** @throws Error when there is no such partition */
  async partition(topic: string, index = 0): Promise<PartitionSnapshot> {
    const { topics } = await this.inspect()
    const found = topics.find(({ name }) => name === topic)?.partitions.find((each) => each.index === index)
    if (found === undefined) throw new Error(`there is no partition ${topic}/${index}`)
    return found
  }

  /** The id of the node that leads a partition; -1 while none does. */
  async leaderOf(topic: string, partition = 0): Promise<number> {
    return (await this.partition(topic, partition)).leaderId
  }

  async group(groupId: string): Promise<GroupSnapshot | undefined> {
    const { groups } = await this.inspect()
    return groups.find(({ id }) => id === groupId)
  }

  /** What a group has committed for a partition: the next offset that it will read. Undefined: nothing. */
  async committed(groupId: string, topic: string, partition = 0): Promise<number | undefined> {
    const group = await this.group(groupId)
    const offsets = group?.offsets.filter((each) => each.topic === topic && each.partition === partition)
    return offsets?.[0]?.offset
  }

  /**
   * Tells that the group, which is not there yet, begins with so many members: they start in one generation. A cluster waits for them of
   * itself (group.initial.rebalance.delay.ms, by default 3 s); the embedded one does not, so each that joins later costs a heartbeat of the
   * others. Whoever never comes is waited for as long as there.
   */
  async gathers(groupId: string, members: number): Promise<void> {
    if ('cluster' in this.engine) await this.embedded().cluster.gather(groupId, members)
  }

  /** Waits until a group has exactly so many members, each with its assignment. */
  async untilStable(groupId: string, members: number, options: UntilOptions = {}): Promise<void> {
    const what = text(
      `the group never came to rest with ${members} members`,
      `group mãi không ổn định với ${members} member`,
    )
    await this.waiting.until(
      what,
      async () => {
        const group = await this.group(groupId)
        return group?.state === 'Stable' && group.members.length === members
      },
      { everyMs: inspectEveryMs, ...options },
    )
  }

  /** Waits until a group has committed everything that its topics hold: nobody lags any more. */
  async settled(groupId: string, topic: string, options: UntilOptions = {}): Promise<void> {
    const what = text(
      'the group never committed the end of the topic: something stayed unread, or was never committed',
      'group mãi không commit tới cuối topic: còn record chưa đọc, hoặc đọc rồi mà không commit',
    )
    await this.waiting.until(what, async () => (await this.lag(groupId, topic)) === 0, {
      everyMs: inspectEveryMs,
      ...options,
    })
  }

  /**
   * Waits until the cluster's background work, retention or compaction, has done what shall be seen. Where the clock can be moved, the
   * time until it is done is let pass, once.
   */
  async untilTidied(what: Text, isDone: () => Promise<boolean>): Promise<void> {
    this.needs(['tidies'])
    if (this.engine.capabilities.has('virtual-time')) await this.elapse(tidyEveryMs)
    await this.waiting.until(what, isDone, { everyMs: tidiedEveryMs, whose: 'lab' })
  }

  /** How many offsets lie between what a group has committed and the end of a topic, all partitions together. */
  async lag(groupId: string, topic: string): Promise<number> {
    const { topics, groups } = await this.inspect()
    const offsets = groups.find(({ id }) => id === groupId)?.offsets ?? []
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? []
    return partitions
      .map(({ index, highWatermark, startOffset }) => {
        const committed = offsets.find((each) => each.topic === topic && each.partition === index)
        return Math.max(0, highWatermark - (committed?.offset ?? startOffset))
      })
      .reduce((sum, lag) => sum + lag, 0)
  }

  /**
   * Ends the sessions of members whose process is gone, as if their session timeout had passed: their partitions go to
   * whoever is left. On a real cluster it has to pass. Waits a moment for so many of them to be seen gone; answers how many
   * there were.
   */
  async expireSessions({ members = 1 }: { readonly members?: number } = {}): Promise<number> {
    const gone = () => this.goneMembers().filter(({ memberId }) => !this.expired.has(memberId))
    await settles(() => gone().length >= members)
    const now = gone()
    for (const { memberId } of now) this.expired.add(memberId)
    return 'cluster' in this.engine ? await endSessions(this.embedded(), now) : await this.sessionsRunOut(now)
  }

  /** The next requests that fit get another answer: an error that a real cluster answers in bad moments. */
  async inject(injection: Injection): Promise<void> {
    this.hasInjected = true
    await this.embedded().cluster.inject(injection)
  }

  /** The id of the node that listens there; undefined where it is the only one. */
  nodeAt(address: Address | undefined): number | undefined {
    const { addresses } = this.engine
    if (addresses.length === 1 || address === undefined) return undefined
    const node = addresses.findIndex(({ host, port }) => host === address.host && port === address.port)
    return node < 0 ? undefined : node
  }

  /** Ends a node abruptly. The only node of a cluster ends with its process (SIGKILL). */
  killNode(node: number): Promise<void> {
    return this.endNode(node, 'killed', (nodes) => nodes.killNode(node))
  }

  /** Ends a node cleanly: its leaders move first. */
  stopNode(node: number): Promise<void> {
    return this.endNode(node, 'stopped', (nodes) => nodes.stopNode(node))
  }

  /** Starts a node that was killed or stopped. */
  startNode(node: number): Promise<void> {
    return this.inTurn(async () => {
      if (this.engine.addresses.length === 1) return await this.bringBack()
      await this.nodes().startNode(node)
      this.down.delete(node)
      this.tell('ready', node)
    })
  }

  /** A node that takes connections and does nothing, a follower that copies nothing. */
  freezeNode(node: number): Promise<void> {
    return this.inTurn(async () => {
      await this.freezable().freezeNode(node)
      this.frozen.add(node)
      this.tell('frozen', node)
    })
  }

  thawNode(node: number): Promise<void> {
    return this.inTurn(async () => {
      await this.freezable().thawNode(node)
      this.frozen.delete(node)
      this.tell('resumed', node)
    })
  }

  /**
   * The cluster stops to count on a frozen node, as it would after broker.session.timeout.ms: others lead in its place. On a
   * real one that time has to pass.
   */
  fenceNode(node: number): Promise<void> {
    return this.inTurn(async () => {
      if ('cluster' in this.engine) return await this.embedded().cluster.fenceNode(node)
      const what = text(`the cluster still counts on node ${node}`, `cluster vẫn còn tính tới node ${node}`)
      const isLeading = ({ topics }: KafkaSnapshot) =>
        topics.some(({ partitions }) => partitions.some(({ leaderId }) => leaderId === node))
      await this.waiting.until(what, async () => !isLeading(await this.inspect()), {
        everyMs: realEveryMs,
        whose: 'lab',
      })
    })
  }

  /** Freezes all nodes that follow: what the leader takes from now on, it alone has. Answers which. */
  async freezeFollowers(topic: string, partition = 0): Promise<readonly number[]> {
    const { leaderId, replicas } = await this.partition(topic, partition)
    const followers = replicas.filter((node) => node !== leaderId)
    for (const node of followers) await this.freezeNode(node)
    return followers
  }

  /** Frozen followers leave the in-sync replicas, as they would after replica.lag.time.max.ms. Answers which. */
  shrinkIsr(topic: string, partition = 0): Promise<readonly number[]> {
    return this.embedded().cluster.shrinkIsr(topic, partition)
  }

  /** A topic is in the log of the controllers before it is said to be there. */
  async untilWritten(): Promise<void> {}

  async kill(): Promise<void> {
    this.needs(['kill'])
    await this.inTurn(async () => {
      this.mustBeOpen()
      this.clusterIsUp = false
      await this.engine.kill()
      this.tell('killed')
    })
  }

  async restart(): Promise<void> {
    await this.inTurn(async () => {
      this.mustBeOpen()
      await this.bringBack()
    })
  }

  elapse(ms: number): Promise<void> {
    return letPass(this.engine, ms)
  }

  async isLost(): Promise<boolean> {
    await this.work
    if (!this.clusterIsUp || !this.engine.capabilities.has('inspect')) return false
    const failure = await failureOf('asking the cluster', () => this.engine.inspect(this.prefix))
    if (failure !== undefined) this.clusterIsUp = false
    return failure !== undefined
  }

  async standUp(): Promise<void> {
    await this.work
    if (!this.clusterIsUp) await this.bringBack()
    for (const node of [...this.frozen]) await this.thawNode(node)
    for (const node of [...this.down]) await this.startNode(node)
    if (this.hasInjected) await this.embedded().cluster.clearInjections()
  }

  leave(): Promise<void> {
    return this.isolation[Symbol.asyncDispose]()
  }

  /** Until the cluster lists them no more. Answers how many were members: one that left by itself, or never joined, was none. */
  private async sessionsRunOut(gone: readonly GroupMember[]): Promise<number> {
    const listed = async () => {
      const { groups } = await this.inspect()
      return gone.filter(({ groupId, memberId }) =>
        groups.some(
          ({ id, members }) => id === groupId && members.some((each) => each.memberId === memberId),
        ),
      )
    }
    const were = (await listed()).length
    const what = text(
      'the cluster still lists members whose process is gone: their session timeout is longer than it may be here',
      'cluster vẫn còn liệt kê member mà process đã chết: session timeout của chúng dài hơn mức cho phép ở đây',
    )
    await this.waiting.until(what, async () => (await listed()).length === 0, {
      withinMs: sessionMsMax,
      everyMs: realEveryMs,
      whose: 'lab',
    })
    return were
  }

  private async endNode(
    node: number,
    state: 'killed' | 'stopped',
    end: (nodes: KafkaNodes) => Promise<void>,
  ): Promise<void> {
    if (this.engine.addresses.length === 1) {
      if (state === 'killed') return await this.kill()
      return await this.inTurn(async () => {
        this.clusterIsUp = false
        await this.engine.stop()
        this.tell('stopped')
      })
    }
    const nodes = this.nodes()
    await this.inTurn(async () => {
      this.mustBeOpen()
      this.down.add(node)
      this.frozen.delete(node)
      await end(nodes)
      this.tell(state, node)
    })
  }

  private async bringBack(): Promise<void> {
    const began = performance.now()
    await this.engine.restart()
    this.clusterIsUp = true
    // All nodes of a cluster that starts are running ones.
    this.down.clear()
    this.frozen.clear()
    this.tell('ready', undefined, Math.round(performance.now() - began))
  }

  /** The only node of a cluster can be frozen, too. */
  private freezable(): Pick<KafkaNodes, 'freezeNode' | 'thawNode'> {
    if (!('freezeNode' in this.engine)) this.needs(['freeze'])
    return this.engine as KafkaEngine & KafkaNodes
  }

  private nodes(): KafkaNodes {
    this.needs(['nodes'])
    return this.engine as KafkaEngine & KafkaNodes
  }

  /** What no client and no operator can do, only whoever runs the cluster in a process of theirs. */
  private embedded(): EmbeddedKafka {
    if ('cluster' in this.engine) return this.engine as EmbeddedKafka
    throw new CannotTell(
      text(
        'this check does to a Kafka what only the embedded one allows',
        'bài kiểm tra này tác động vào Kafka theo cách chỉ Kafka nhúng cho phép',
      ),
      { enginesThatCan: ['embedded'] },
    )
  }

  private tell(
    state: 'ready' | 'stopped' | 'killed' | 'frozen' | 'resumed',
    node?: number,
    tookMs?: number,
  ): void {
    const server = node === undefined ? this.engine.server : `${this.engine.server}, node ${node}`
    this.run.emit({ kind: 'broker', server, state, ...(tookMs === undefined ? {} : { tookMs }) })
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.work.then(work)
    this.work = done.catch(() => {})
    return done
  }
}

/** Where the cluster can be told. Answers how many were members. */
async function endSessions({ cluster }: EmbeddedKafka, gone: readonly GroupMember[]): Promise<number> {
  let ended = 0
  for (const { groupId, memberId } of gone) {
    // One that has its id and had not joined yet is no member; a rebalance waits for it all the same.
    const ending = cluster
      .expireSession(groupId, memberId)
      .catch(() => cluster.evictMember(groupId, memberId))
    // One that left by itself is neither.
    if ((await failureOf('ending a session', () => ending)) === undefined) ended += 1
  }
  return ended
}
