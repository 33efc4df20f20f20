/**
 * The cluster as a server: one listener for each node, and everything behind them. It runs wherever it is loaded, in the
 * event loop of the caller; `kafka.ts` puts it into a worker thread or a child process.
 */
import { createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import type { KafkaEvent } from './control.ts'
import { Controls } from './controls.ts'
import { Interception } from './interception/interception.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { Cluster } from './model/cluster.ts'
import { Listeners } from './model/events.ts'
import { newNode } from './model/node.ts'
import { NodeServer, type TlsOptions } from './node-server.ts'
import { Security, type SecurityOptions } from './security/security.ts'
import { type ClusterSnapshot, snapshotOf } from './snapshot.ts'

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
}

export class KafkaServer {
  readonly controls: Controls
  readonly interception: Interception
  readonly events = new Listeners<KafkaEvent>()
  readonly #cluster: Cluster
  readonly #clock: MovableClock
  readonly #realClock: MovableClock
  readonly #servers: readonly NodeServer[]
  #stopping: Promise<void> | undefined

  constructor(options: ServerOptions) {
    const { host, ports, seed, config, coordinatorLoadMs, tls } = options
    this.#clock = createClock()
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
      },
    )
    this.interception = new Interception(this.#realClock)
    const context = {
      cluster: this.#cluster,
      interception: this.interception,
      security: new Security(options),
      tls,
      protocol: protocolOf(options),
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

  elapse(ms: number): void {
    this.#clock.elapse(ms)
  }

  async #stop(): Promise<void> {
    const closed = this.#servers.map((server) => server.close())
    this.#cluster.close()
    this.#clock.stop()
    this.#realClock.stop()
    await Promise.all(closed)
  }
}

/** As Kafka calls it. */
function protocolOf({ tls, sasl }: ServerOptions): string {
  if (sasl === undefined) return tls === undefined ? 'PLAINTEXT' : 'SSL'
  return tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'
}
