/**
 * The cluster as a server: one listener for each node, and everything behind them. It runs wherever it is loaded, in the
 * event loop of the caller; `kafka.ts` puts it into a worker thread or a child process.
 */
import { createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import type { Durability } from '../store/store.ts'
import type { KafkaEvent } from './control.ts'
import { Controls } from './controls.ts'
import type { DataDir } from './data-dir.ts'
import { Interception } from './interception/interception.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { Cluster } from './model/cluster.ts'
import { Listeners } from './model/events.ts'
import { newNode } from './model/node.ts'
import { forgetful } from './model/small-state.ts'
import { NodeServer, type TlsOptions } from './node-server.ts'
import { Security, type SecurityOptions } from './security/security.ts'
import { type ClusterSnapshot, snapshotOf } from './snapshot.ts'
import { Turn } from './turn.ts'

export interface ServerOptions extends SecurityOptions {
  readonly host: string
  /** One for each node; 0 picks a free one. */
  readonly ports: readonly number[]
  /** What the brokers are set to, by Kafka's own names. */
  readonly config: Readonly<Record<string, string>>
  /** How long a node that has become a coordinator answers with 14, as if it were reading. */
  readonly coordinatorLoadMs: number
  /** Certificate and key as PEM; left out: clients connect without TLS. */
  readonly tls?: TlsOptions | undefined
  /** For the ids that the broker makes up. */
  readonly seed: number
  /** Folder for what must survive a restart; left out: everything is in memory. */
  readonly dataDir?: string | undefined
  readonly durability: Durability
  readonly memoryBytesMax: number
}

export class KafkaServer {
  readonly controls: Controls
  readonly interception: Interception
  readonly events = new Listeners<KafkaEvent>()
  readonly #cluster: Cluster
  readonly #clock: MovableClock
  readonly #realClock: MovableClock
  readonly #servers: readonly NodeServer[]
  readonly #dataDir: DataDir | undefined
  readonly #turn: Turn | undefined
  #stopping: Promise<void> | undefined

  /**
   * Recovers what the data folder has; `listen` comes next.
   * @param Dir for a data folder: loaded only where there is one
   * @throws StartError, or Error in one sentence about damage
   */
  constructor(options: ServerOptions, Dir?: typeof DataDir) {
    const { host, ports, seed, dataDir, durability, memoryBytesMax } = options
    const { config, coordinatorLoadMs, tls } = options
    this.#clock = createClock()
    if (dataDir !== undefined) {
      if (Dir === undefined) throw new Error('a data folder needs the class that keeps it')
      const onChange = () => this.#turn?.touch()
      const kept = new Dir({ dataDir, durability, memoryBytesMax, clock: this.#clock, onChange })
      this.#dataDir = kept
      this.#turn = new Turn(() => kept.commit())
    }
    // `elapse` moves the clock of records; sessions, rebalances and waiting fetches stay on real time, since clients do.
    this.#realClock = createClock()
    this.#cluster = new Cluster(
      ports.map((port, id) => newNode(id, host, port)),
      {
        clock: this.#clock,
        realClock: this.#realClock,
        random: createRandom(seed),
        config: new BrokerConfig(config),
        coordinatorLoadMs,
        later: setImmediate,
        ...(this.#dataDir === undefined ? {} : { state: this.#dataDir, logs: this.#dataDir }),
      },
    )
    this.#dataDir?.removeStrays()
    this.interception = new Interception(this.#realClock)
    const context = {
      cluster: this.#cluster,
      interception: this.interception,
      security: new Security(options, this.#dataDir ?? forgetful),
      tls,
      protocol: protocolOf(options),
      turn: this.#turn,
    }
    this.#servers = this.#cluster.nodes.map((node) => new NodeServer(node, context))
    this.controls = new Controls(this.#cluster, this.#servers)
    this.#cluster.events.on((event) => this.events.emit(event))
    this.interception.log.onRecorded = (request) => this.events.emit({ type: 'request', ...request })
  }

  /** Gives the ports, node by node. @throws Error in one sentence with what to do, if one can't be listened on. */
  async listen(): Promise<readonly number[]> {
    await Promise.all(this.#servers.map((server) => server.listen()))
    return this.#cluster.nodes.map(({ port }) => port)
  }

  /** Cuts every client off and frees the ports. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  inspect(): ClusterSnapshot {
    return snapshotOf(this.#cluster)
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#servers.reduce((sum, { connections }) => sum + connections, 0)
  }

  elapse(ms: number): void {
    this.#clock.elapse(ms)
    this.#cluster.maintenance.finish()
    this.#turn?.end()
  }

  applyRetention(): number {
    const deleted = this.#cluster.maintenance.applyRetention()
    this.#turn?.end()
    return deleted
  }

  /** @throws Error in one sentence for a topic that there is not */
  compact(topicName: string | undefined): void {
    const { topics, maintenance } = this.#cluster
    const topic = topicName === undefined ? undefined : topics.get(topicName)
    if (topicName !== undefined && topic === undefined) throw new Error(`there is no topic '${topicName}'`)
    maintenance.compact(topic === undefined ? topics.values() : [topic])
    this.#turn?.end()
  }

  async #stop(): Promise<void> {
    const closed = this.#servers.map((server) => server.close())
    this.#cluster.close()
    this.#clock.stop()
    this.#realClock.stop()
    await Promise.all(closed)
    // One that is scheduled would find the folder closed.
    this.#turn?.close()
    await this.#dataDir?.close()
  }
}

/** As Kafka calls it. */
function protocolOf({ tls, sasl }: ServerOptions): string {
  if (sasl === undefined) return tls === undefined ? 'PLAINTEXT' : 'SSL'
  return tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'
}
