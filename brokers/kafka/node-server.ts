/** One node's listener and the connections to it: they can be cut off, and they can be made to wait. */
import { createServer, type Server, type Socket } from 'node:net'
import tls from 'node:tls'
import { StartError } from '../start-error.ts'
import { Connection } from './connection.ts'
import type { Interception } from './interception/interception.ts'
import type { Cluster } from './model/cluster.ts'
import type { Node } from './model/node.ts'
import type { Security } from './security/security.ts'
import type { Turn } from './turn.ts'

export interface TlsOptions {
  readonly cert: string
  readonly key: string
}

export interface NodeServerContext {
  readonly cluster: Cluster
  readonly interception: Interception
  readonly security: Security
  readonly tls: TlsOptions | undefined
  /** As Kafka calls it: `SASL_SSL`. */
  readonly protocol: string
  /** Where things are kept: when answers may leave. */
  readonly turn: Turn | undefined
}

export class NodeServer {
  readonly node: Node
  readonly #context: NodeServerContext
  readonly #connections = new Set<Connection>()
  #server: Server | undefined
  #isFrozen = false

  constructor(node: Node, context: NodeServerContext) {
    this.node = node
    this.#context = context
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#connections.size
  }

  /** Accepts clients; a free port that was picked stays the node's. @throws Error in one sentence with what to do */
  async listen(): Promise<void> {
    this.#isFrozen = false
    const accept = (socket: Socket) => this.#accept(socket)
    const secure = this.#context.tls
    const server = secure === undefined ? createServer(accept) : createTlsServer(secure, accept)
    this.node.port = await listenOn(server, this.node)
    this.#server = server
    this.#context.cluster.config.setStart(this.node.id, this.#ownSettings())
  }

  #accept(socket: Socket): void {
    const { cluster, interception, security, turn } = this.#context
    const connection = new Connection(socket, {
      cluster,
      interception,
      security,
      turn,
      node: this.node,
      onClosed: (closed) => this.#connections.delete(closed),
      onBug: (error) => console.error(`node ${this.node.id}: a mistake in the embedded Kafka:`, error),
    })
    this.#connections.add(connection)
    if (this.#isFrozen) connection.freeze()
  }

  /** As Kafka's own file of settings would say it. */
  #ownSettings(): Record<string, string> {
    const { id, host, port } = this.node
    const listeners = `${this.#context.protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
    return {
      'broker.id': String(id),
      'node.id': String(id),
      'process.roles': 'broker,controller',
      listeners,
      'advertised.listeners': listeners,
    }
  }

  /** Cuts every client off without a word and frees the port. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve()
      else server.close(() => resolve())
    })
    for (const connection of this.#connections) connection.cut()
    await closed
  }

  /** Goes on accepting clients, and neither reads nor writes. */
  freeze(): void {
    this.#isFrozen = true
    for (const connection of this.#connections) connection.freeze()
  }

  thaw(): void {
    this.#isFrozen = false
    for (const connection of this.#connections) connection.thaw()
  }
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
