/**
 * The cluster as a server: one listener for each node, and everything behind them. It runs wherever it is loaded, in the
 * event loop of the caller; `kafka.ts` puts it into a worker thread or a child process.
 */
import { createServer, type Server, type Socket } from 'node:net'
import tls from 'node:tls'
import { createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import { StartError } from '../start-error.ts'
import { Connection } from './connection.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { Cluster, type Node } from './model/cluster.ts'
import { Security, type SecurityOptions } from './security/security.ts'
import { type ClusterSnapshot, snapshotOf } from './snapshot.ts'

export interface TlsOptions {
  readonly cert: string
  readonly key: string
}

export interface ServerOptions extends SecurityOptions {
  readonly host: string
  /** One for each node; 0 picks a free one. */
  readonly ports: readonly number[]
  /** What the brokers are set to, by Kafka's own names. */
  readonly config: Readonly<Record<string, string>>
  /** Certificate and key as PEM; left out: clients connect without TLS. */
  readonly tls?: TlsOptions | undefined
  /** For the ids that the broker makes up. */
  readonly seed: number
}

export class KafkaServer {
  readonly #cluster: Cluster
  readonly #clock: MovableClock
  readonly #realClock: MovableClock
  readonly #listeners: readonly { readonly node: Node; readonly server: Server }[]
  readonly #connections = new Set<Connection>()
  readonly #security: Security
  readonly #protocol: string
  #stopping: Promise<void> | undefined

  constructor(options: ServerOptions) {
    const { host, ports, seed, config } = options
    this.#security = new Security(options)
    this.#protocol = protocolOf(options)
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
    this.#listeners = nodes.map((node) => ({ node, server: this.#listener(node, options.tls) }))
  }

  /** Gives the ports, node by node. @throws Error in one sentence with what to do, if one can't be listened on. */
  async listen(): Promise<readonly number[]> {
    for (const { node, server } of this.#listeners) {
      node.port = await listenOn(server, node)
      this.#cluster.config.setStart(node.id, this.#ownSettings(node))
    }
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

  #listener(node: Node, secure: TlsOptions | undefined): Server {
    const accept = (socket: Socket) => this.#accept(socket, node)
    return secure === undefined ? createServer(accept) : createTlsServer(secure, accept)
  }

  #accept(socket: Socket, node: Node): void {
    const connection = new Connection(socket, {
      cluster: this.#cluster,
      node,
      security: this.#security,
      onClosed: (closed) => this.#connections.delete(closed),
      onBug: (error) => console.error(`node ${node.id}: a mistake in the embedded Kafka:`, error),
    })
    this.#connections.add(connection)
  }

  /** As Kafka's own file of settings would say it. */
  #ownSettings({ id, host, port }: Node): Record<string, string> {
    const listeners = `${this.#protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
    return {
      'broker.id': String(id),
      'node.id': String(id),
      'process.roles': 'broker,controller',
      listeners,
      'advertised.listeners': listeners,
    }
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

/** As Kafka calls it. */
function protocolOf({ tls, sasl }: ServerOptions): string {
  if (sasl === undefined) return tls === undefined ? 'PLAINTEXT' : 'SSL'
  return tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'
}

/** @throws Error in one sentence for a certificate or key that can't be used */
function createTlsServer({ cert, key }: TlsOptions, accept: (socket: Socket) => void): Server {
  try {
    const server = tls.createServer({ cert, key }, accept)
    // A client that does not speak TLS, or does not trust us, is gone.
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    return server
  } catch (cause) {
    const text = `tls.cert and tls.key can't be used (${(cause as Error).message}): give a certificate and its own key as PEM`
    throw new StartError('bad-certificate', 'tls', text, { cause })
  }
}

function listenOn(server: Server, { host, port }: Node): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const problem = cause.code === 'EADDRINUSE' ? 'address-in-use' : 'address-unusable'
      reject(new StartError(problem, `${host}:${port}`, explainListen(host, port, cause), { cause }))
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
