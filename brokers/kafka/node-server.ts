/** One node's listener and the connections to it: they can be cut off, and they can be made to wait. */
import { createServer, type Server } from 'node:net'
import { Connection } from './connection.ts'
import type { Interception } from './interception/interception.ts'
import type { Cluster } from './model/cluster.ts'
import type { Node } from './model/node.ts'

export class NodeServer {
  readonly node: Node
  readonly #cluster: Cluster
  readonly #interception: Interception
  readonly #connections = new Set<Connection>()
  #server: Server | undefined
  #isFrozen = false

  constructor(node: Node, context: { cluster: Cluster; interception: Interception }) {
    this.node = node
    this.#cluster = context.cluster
    this.#interception = context.interception
  }

  /** Accepts clients; a free port that was picked stays the node's. @throws Error in one sentence with what to do */
  async listen(): Promise<void> {
    this.#isFrozen = false
    const server = createServer((socket) => {
      const connection = new Connection(socket, {
        cluster: this.#cluster,
        interception: this.#interception,
        node: this.node,
        onClosed: (closed) => this.#connections.delete(closed),
        onBug: (error) => console.error(`node ${this.node.id}: a mistake in the embedded Kafka:`, error),
      })
      this.#connections.add(connection)
      if (this.#isFrozen) connection.freeze()
    })
    this.node.port = await listenOn(server, this.node)
    this.#server = server
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
