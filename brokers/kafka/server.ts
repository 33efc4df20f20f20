/**
 * The cluster as a server: one listener for each node, and everything behind them. It runs wherever it is loaded, in the
 * event loop of the caller; `kafka.ts` puts it into a worker thread or a child process.
 */
import { createServer, type Server } from 'node:net'
import { createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import { Connection } from './connection.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { Cluster, type Node } from './model/cluster.ts'
import { type ClusterSnapshot, snapshotOf } from './snapshot.ts'

export interface ServerOptions {
  readonly host: string
  /** One for each node; 0 picks a free one. */
  readonly ports: readonly number[]
  /** What the brokers are set to, by Kafka's own names. */
  readonly config: Readonly<Record<string, string>>
  /** For the ids that the broker makes up. */
  readonly seed: number
}

export class KafkaServer {
  readonly #cluster: Cluster
  readonly #clock: MovableClock
  readonly #realClock: MovableClock
  readonly #listeners: readonly { readonly node: Node; readonly server: Server }[]
  readonly #connections = new Set<Connection>()
  #stopping: Promise<void> | undefined

  constructor(options: ServerOptions) {
    const { host, ports, seed, config } = options
    this.#clock = createClock()
    // `elapse` moves the clock of records; sessions, rebalances and waiting fetches stay on real time, since clients do.
    this.#realClock = createClock()
    const nodes = ports.map((port, id): Node => ({ id, host, port }))
    this.#cluster = new Cluster(nodes, {
      clock: this.#clock,
      realClock: this.#realClock,
      random: createRandom(seed),
      config: new BrokerConfig(config),
    })
    this.#listeners = nodes.map((node) => ({ node, server: this.#listener(node) }))
  }

  /** Gives the ports, node by node. @throws Error in one sentence with what to do, if one can't be listened on. */
  async listen(): Promise<readonly number[]> {
    for (const { node, server } of this.#listeners) node.port = await listenOn(server, node)
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

  #listener(node: Node): Server {
    return createServer((socket) => {
      const connection = new Connection(socket, {
        cluster: this.#cluster,
        node,
        onClosed: (closed) => this.#connections.delete(closed),
        onBug: (error) => console.error(`node ${node.id}: a mistake in the embedded Kafka:`, error),
      })
      this.#connections.add(connection)
    })
  }

  async #stop(): Promise<void> {
    const closed = this.#listeners.map(
      ({ server }) =>
        new Promise<void>((resolve) => {
          if (server.listening) server.close(() => resolve())
          else resolve()
        }),
    )
    for (const connection of this.#connections) connection.cut()
    this.#cluster.close()
    this.#clock.stop()
    this.#realClock.stop()
    await Promise.all(closed)
  }
}

function listenOn(server: Server, { host, port }: Node): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(explainListen(host, port, cause), { cause }))
    })
    server.listen({ host, port }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function explainListen(host: string, port: number, cause: NodeJS.ErrnoException): string {
  if (cause.code === 'EADDRINUSE') {
    return `${host}:${port} is in use by another program: stop that one, or choose another port (0 picks a free one)`
  }
  return `could not listen on ${host}:${port} (${cause.message}): choose an address of this computer and a port that you may open`
}
