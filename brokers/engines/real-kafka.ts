/**
 * The contract of engine.ts over a Kafka that is another program: nodes that somebody runs (processes of ours, containers),
 * or a cluster that is just there.
 */
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  Address,
  Capability,
  EngineName,
  Freezable,
  KafkaEngine,
  KafkaIsolation,
  KafkaNodes,
  KafkaSnapshot,
} from './engine.ts'
import type { Sentence } from './engine-error.ts'
import { type Dial, dialPlain, KafkaAdmin } from './kafka-admin.ts'

/** One node, whoever runs it. */
export interface RunningNode extends Address {
  readonly id: number
  /** Resolves, with the end of its log, when it ends without being told to; left out where nobody here would notice. */
  readonly crashed?: Promise<Sentence>
  /** Begins to start; `ready` waits for it. */
  start(): Promise<void> | void
  /** Resolves when it says itself that all these nodes can be used. @throws Error with the end of its log. */
  ready(nodeIds: readonly number[]): Promise<void>
  /** @param msMax how long it may take to hand over what it leads; then it is killed */
  stop(msMax?: number): Promise<void>
  kill(): Promise<void>
  freeze(): Promise<void> | void
  thaw(): Promise<void> | void
}

/** The nodes of a cluster, all of which run. */
export interface RunningKafka extends AsyncDisposable {
  /** Product and version, such as `Kafka 4.3.1`. */
  readonly server: string
  readonly nodes: readonly RunningNode[]
}

/** What an engine can do whose nodes somebody runs. */
export interface RealKafka extends KafkaEngine, KafkaNodes, Freezable {
  /** Of the first node that ends without being told to. */
  readonly crashed: Promise<Sentence>
}

/** A cluster whose nodes can be stopped, killed and frozen. It is disposed with the engine. */
export function runningKafka(engine: EngineName, cluster: RunningKafka): RealKafka {
  return new NodesEngine(engine, cluster)
}

/** A cluster that only serves: nobody here can stop it. `connect` gives connections where a plain one is not enough. */
export function servedKafka(options: {
  readonly engine: EngineName
  readonly server: string
  readonly addresses: readonly Address[]
  readonly connect?: Dial
}): KafkaEngine {
  return new ServedEngine(options)
}

/** A real cluster's timers are late by some milliseconds, on a busy computer by more: what ms were to bring has then come. */
const LATE_MS = 250
/** Without a majority of controllers nobody lets a node go, and it would ask for minutes. */
const ALONE_MS_MAX = 3_000

/** What both have: isolation by names, and looking at it. */
abstract class RealEngine {
  readonly #admin: KafkaAdmin
  /** Another run may use the same cluster. */
  readonly #run = randomBytes(3).toString('hex')
  #isolations = 0
  readonly #leftOver = new Set<string>()

  constructor(bootstrap: () => readonly Address[], dial?: Dial) {
    this.#admin = new KafkaAdmin(bootstrap, dial)
  }

  /**
   * Whether every node runs. Topics are deleted only then: a controller of 4.3.1 that has deleted a topic while a node was away may not
   * take this node back ("existed in isrMembers, but not in the topics map").
   */
  protected abstract isUp(): boolean

  async isolate(label: string): Promise<KafkaIsolation> {
    const prefix = `${label}-${this.#run}-${++this.#isolations}.`
    return { prefix, [Symbol.asyncDispose]: () => this.#remove(prefix) }
  }

  inspect(prefix: string): Promise<KafkaSnapshot> {
    return this.#admin.inspect(prefix)
  }

  async elapse(ms: number): Promise<void> {
    await pause(ms + LATE_MS)
  }

  /** After a restart. */
  protected async removeLeftOver(): Promise<void> {
    for (const prefix of this.#leftOver) await this.#admin.remove(prefix)
    this.#leftOver.clear()
  }

  /** A cluster that is not all there removes it when it is again. */
  async #remove(prefix: string): Promise<void> {
    if (this.isUp()) await this.#admin.remove(prefix)
    else this.#leftOver.add(prefix)
  }
}

type State = 'up' | 'frozen' | 'down'

class NodesEngine extends RealEngine implements RealKafka {
  readonly engine: EngineName
  readonly capabilities: ReadonlySet<Capability>
  readonly crashed: Promise<Sentence>
  readonly #cluster: RunningKafka
  readonly #states = new Map<number, State>()

  constructor(engine: EngineName, cluster: RunningKafka) {
    super(() => cluster.nodes.filter(({ id }) => this.#states.get(id) === 'up'))
    this.engine = engine
    this.#cluster = cluster
    this.crashed = Promise.race(cluster.nodes.map(({ crashed }) => crashed ?? new Promise<never>(() => {})))
    for (const { id } of cluster.nodes) this.#states.set(id, 'up')
    this.capabilities = capabilitiesOf(cluster.nodes.length)
  }

  get server(): string {
    return this.#cluster.server
  }

  get addresses(): readonly Address[] {
    return this.#cluster.nodes.map(({ host, port }) => ({ host, port }))
  }

  async stop(): Promise<void> {
    await this.thaw()
    // One after another, so that all but the last can hand over what they lead; that one has nobody to hand it to.
    const running = this.#cluster.nodes.filter(({ id }) => this.#states.get(id) !== 'down')
    for (const [at, node] of running.entries()) {
      const isAlone = at === running.length - 1 && this.#cluster.nodes.length > 1
      await this.#end(node, (one) => one.stop(isAlone ? ALONE_MS_MAX : undefined))
    }
  }

  async kill(): Promise<void> {
    await Promise.all(this.#cluster.nodes.map((node) => this.#end(node, (one) => one.kill())))
  }

  async restart(): Promise<void> {
    await this.thaw()
    const { nodes } = this.#cluster
    for (const node of nodes) {
      if (this.#states.get(node.id) === 'down') await node.start()
      this.#states.set(node.id, 'up')
    }
    await Promise.all(nodes.map((node) => node.ready(nodes.map(({ id }) => id))))
    await this.removeLeftOver()
  }

  async freeze(): Promise<void> {
    for (const { id } of this.#cluster.nodes) await this.freezeNode(id)
  }

  async thaw(): Promise<void> {
    for (const { id } of this.#cluster.nodes) await this.thawNode(id)
  }

  stopNode(id: number): Promise<void> {
    return this.#end(this.#node(id), (node) => node.stop())
  }

  killNode(id: number): Promise<void> {
    return this.#end(this.#node(id), (node) => node.kill())
  }

  async startNode(id: number): Promise<void> {
    const node = this.#node(id)
    if (this.#states.get(id) !== 'down') throw new Error(`node ${id} runs already`)
    await node.start()
    this.#states.set(id, 'up')
    // Until the others count on it again, and it knows them.
    const up = this.#cluster.nodes.filter((one) => this.#states.get(one.id) === 'up')
    await Promise.all(up.map((one) => one.ready(up.map((each) => each.id))))
  }

  async freezeNode(id: number): Promise<void> {
    const node = this.#node(id)
    if (this.#states.get(id) !== 'up') return
    await node.freeze()
    this.#states.set(id, 'frozen')
  }

  async thawNode(id: number): Promise<void> {
    const node = this.#node(id)
    if (this.#states.get(id) !== 'frozen') return
    await node.thaw()
    this.#states.set(id, 'up')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#states.keys()) this.#states.set(id, 'down')
    await this.#cluster[Symbol.asyncDispose]()
  }

  protected override isUp(): boolean {
    return [...this.#states.values()].every((state) => state === 'up')
  }

  async #end(node: RunningNode, how: (node: RunningNode) => Promise<void>): Promise<void> {
    if (this.#states.get(node.id) === 'down') return
    this.#states.set(node.id, 'down')
    await how(node)
  }

  #node(id: number): RunningNode {
    const node = this.#cluster.nodes.find((one) => one.id === id)
    if (node !== undefined) return node
    throw new Error(`there is no node ${id}, only ${this.#cluster.nodes.map((one) => one.id).join(', ')}`)
  }
}

class ServedEngine extends RealEngine implements KafkaEngine {
  readonly engine: EngineName
  readonly server: string
  readonly addresses: readonly Address[]
  readonly capabilities: ReadonlySet<Capability> = new Set(['inspect'])
  readonly connect?: (node: Address) => Promise<Socket>

  constructor({ engine, server, addresses, connect }: Parameters<typeof servedKafka>[0]) {
    super(() => addresses, connect ?? dialPlain)
    this.engine = engine
    this.server = server
    this.addresses = addresses
    if (connect !== undefined) this.connect = connect
  }

  stop(): Promise<void> {
    return this.#cannot('stop')
  }

  kill(): Promise<void> {
    return this.#cannot('kill')
  }

  restart(): Promise<void> {
    return this.#cannot('restart')
  }

  /** It goes on without us. */
  async [Symbol.asyncDispose](): Promise<void> {}

  protected override isUp(): boolean {
    return true
  }

  async #cannot(verb: string): Promise<never> {
    throw new Error(`engine=${this.engine} can't ${verb} a broker that it did not start`)
  }
}

function capabilitiesOf(nodes: number): ReadonlySet<Capability> {
  const capabilities = new Set<Capability>(['kill', 'inspect', 'tidies'])
  if (nodes > 1) capabilities.add('nodes')
  if (process.platform === 'linux' || process.platform === 'darwin') capabilities.add('freeze')
  return capabilities
}
