/** The engine that needs nothing but npm: the embedded Kafka in a child process, or in a worker thread. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kafka, type KafkaOptions, keepSpare, startKafka } from '../kafka/kafka.ts'
import { embeddedServers } from './embedded-servers.ts'
import type {
  Address,
  Capability,
  Freezable,
  KafkaEngine,
  KafkaIsolation,
  KafkaNodes,
  KafkaSnapshot,
} from './engine.ts'

export interface EmbeddedKafkaOptions extends Omit<KafkaOptions, 'isTemporary'> {
  /** Keeps its data here and leaves it there. Left out: a temporary folder that goes with the engine. */
  readonly dataDir?: string
  /** Whether what was acknowledged outlives the cluster's process; yes, unless told otherwise. Without, it is in memory. */
  readonly keepsData?: boolean
  /** Whether a spare process is kept ready, so that `restart` takes milliseconds. */
  readonly hasSpare?: boolean
}

/** What else the embedded engine can do, beyond the contract. */
export interface EmbeddedKafka extends KafkaEngine, KafkaNodes, Freezable {
  /** The cluster's own handle, for what no client and no operator can do: sessions that end, answers that are injected. */
  readonly cluster: Kafka
  readonly pid: number | undefined
}

/** Starts a cluster in a child process unless told otherwise; dispose it when done. @throws Error in one sentence */
export async function embeddedKafka(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
  const { hasSpare = false, runsIn = 'child', keepsData = true, dataDir, ...rest } = options
  const isTemporary = dataDir === undefined && keepsData
  const folder = isTemporary ? await mkdtemp(join(tmpdir(), 'mq-workbook-kafka-')) : dataDir
  try {
    const cluster = await startKafka({
      ...rest,
      runsIn,
      isTemporary,
      ...(folder === undefined ? {} : { dataDir: folder }),
    })
    const keepsSpare = hasSpare && runsIn === 'child'
    if (keepsSpare) keepSpare()
    return new Embedded(cluster, { runsIn, keepsSpare })
  } catch (error) {
    if (isTemporary && folder !== undefined) await rm(folder, { recursive: true, force: true })
    throw error
  }
}

class Embedded implements EmbeddedKafka {
  readonly engine = 'embedded'
  readonly server = embeddedServers.kafka
  readonly capabilities: ReadonlySet<Capability>
  readonly #cluster: Kafka
  readonly #keepsSpare: boolean
  #isolations = 0
  #isFrozen = false
  #isRunning = true
  readonly #leftOver = new Set<string>()

  constructor(cluster: Kafka, options: { runsIn: 'worker' | 'child'; keepsSpare: boolean }) {
    this.#cluster = cluster
    this.#keepsSpare = options.keepsSpare
    this.capabilities = capabilitiesOf(options.runsIn, cluster.brokers.length)
  }

  get cluster(): Kafka {
    return this.#cluster
  }

  get addresses(): readonly Address[] {
    return this.#cluster.brokers.map((broker) => {
      const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? []
      return { host, port: Number(port) }
    })
  }

  get pid(): number | undefined {
    return this.#cluster.pid
  }

  async isolate(label: string): Promise<KafkaIsolation> {
    const prefix = `${label}-${++this.#isolations}.`
    return { prefix, [Symbol.asyncDispose]: () => this.#remove(prefix) }
  }

  /** A cluster that is stopped or killed just now removes it when it comes back. */
  async #remove(prefix: string): Promise<void> {
    if (this.#isRunning) await this.#cluster.remove(prefix)
    else this.#leftOver.add(prefix)
  }

  async inspect(prefix: string): Promise<KafkaSnapshot> {
    const { nodes, topics, groups } = await this.#cluster.inspect()
    return {
      nodes,
      topics: topics.filter(({ name }) => name.startsWith(prefix)),
      groups: groups.filter(({ id }) => id.startsWith(prefix)),
    }
  }

  elapse(ms: number): Promise<void> {
    return this.#cluster.elapse(ms)
  }

  async stop(): Promise<void> {
    await this.thaw()
    this.#isRunning = false
    await this.#cluster.stop()
  }

  expectsKill(): void {
    if (this.capabilities.has('kill')) keepSpare()
  }

  async kill(): Promise<void> {
    this.#isFrozen = false
    await this.#cluster.kill()
    this.#isRunning = false
  }

  async restart(): Promise<void> {
    await this.thaw()
    await this.#cluster.restart()
    this.#isRunning = true
    for (const prefix of this.#leftOver) await this.#cluster.remove(prefix)
    this.#leftOver.clear()
    if (this.#keepsSpare) keepSpare()
  }

  stopNode(node: number): Promise<void> {
    return this.#cluster.stopNode(node)
  }

  killNode(node: number): Promise<void> {
    return this.#cluster.killNode(node)
  }

  startNode(node: number): Promise<void> {
    return this.#cluster.startNode(node)
  }

  freezeNode(node: number): Promise<void> {
    return this.#cluster.freezeNode(node)
  }

  thawNode(node: number): Promise<void> {
    return this.#cluster.thawNode(node)
  }

  async freeze(): Promise<void> {
    if (!this.capabilities.has('freeze') || this.pid === undefined) {
      throw new Error(
        "freezing needs a cluster in a child process on Linux or macOS: start the engine with runsIn: 'child'",
      )
    }
    process.kill(this.pid, 'SIGSTOP')
    this.#isFrozen = true
  }

  async thaw(): Promise<void> {
    if (this.#isFrozen && this.pid !== undefined) process.kill(this.pid, 'SIGCONT')
    this.#isFrozen = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.thaw()
    this.#isRunning = false
    await this.#cluster[Symbol.asyncDispose]()
  }
}

function capabilitiesOf(runsIn: 'worker' | 'child', nodes: number): ReadonlySet<Capability> {
  const capabilities = new Set<Capability>(['inspect', 'virtual-time', 'tidies', 'tls'])
  if (nodes > 1) capabilities.add('nodes')
  if (runsIn === 'worker') return capabilities
  capabilities.add('kill')
  if (process.platform === 'linux' || process.platform === 'darwin') capabilities.add('freeze')
  return capabilities
}
