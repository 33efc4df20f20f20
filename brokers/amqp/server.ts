/**
 * The broker as a server: its listeners and everything behind them. It runs wherever it is loaded, in the event loop of the
 * caller; `rabbitmq.ts` puts it into a worker thread or a child process.
 */
import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import { StartError } from '../start-error.ts'
import { openLogStore } from '../store/log-store.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Durability, Store } from '../store/store.ts'
import { authority } from './authority.ts'
import type { Listener, Site } from './management/site.ts'
import { Broker, DEFAULT_USER } from './model/broker.ts'
import type { User } from './model/definitions.ts'
import { type ProfileName, profileOf } from './profile.ts'
import { refusal } from './refusal.ts'
import { Connection } from './session/connection.ts'
import { DirectReplies } from './session/direct-reply.ts'
import { MemoryAlarm } from './session/memory-alarm.ts'
import { PRODUCT } from './session/server-properties.ts'
import { Turn } from './session/turn.ts'
import { snapshotOf, type VhostSnapshot } from './snapshot.ts'

/** A TLS listener: certificate and key as PEM, and a port of its own. */
export interface TlsOptions {
  readonly cert: string
  readonly key: string
  /** 0 picks a free one. */
  readonly port: number
}

export interface ServerOptions {
  /** Addresses to listen on; the first decides the ports for all. */
  readonly hosts: readonly string[]
  /** 0 picks a free one. */
  readonly port: number
  readonly tls: TlsOptions | undefined
  /** Port of the management API, 0 for a free one; undefined: there is none. */
  readonly management: number | undefined
  /** Folder that keeps what must survive; undefined keeps everything in memory. */
  readonly dataDir: string | undefined
  readonly durability: Durability
  /** How much of the stored messages may be in memory; what comes beyond that is read back from dataDir when it is its turn. */
  readonly memoryBytesMax: number
  /** Publishers are blocked while the process uses more; undefined: never. */
  readonly memoryHighWatermarkBytes: number | undefined
  readonly profile: ProfileName
  /** For the names that the broker makes up. */
  readonly seed: number
}

/** Where it listens. An address that this computer does not have is left out as long as there is another. */
export interface Listening {
  readonly hosts: readonly string[]
  readonly port: number
  readonly tlsPort: number | undefined
  readonly managementPort: number | undefined
}

/** Clients have so long to answer a shutdown before they are cut off. */
const SHUTDOWN_MS_MAX = 1_000

export class AmqpServer {
  /** Product and version. */
  readonly server: string
  readonly #broker: Broker
  readonly #clock: MovableClock
  readonly #turn: Turn
  readonly #directReplies: DirectReplies
  readonly #servers: Server[] = []
  readonly #https = new Set<HttpServer>()
  readonly #listeners: Listener[] = []
  readonly #connections = new Set<Connection>()
  readonly #alarm = new MemoryAlarm({
    usedBytes: () => process.memoryUsage.rss(),
    onEnd: () => {
      for (const connection of this.#connections) connection.unblock()
    },
  })
  #stopping: Promise<void> | undefined
  #noConnectionLeft = () => {}

  /** Opens the store and recovers what it has; `listen` comes next. @throws Error in one sentence about dataDir. */
  constructor(options: ServerOptions) {
    const profile = profileOf(options.profile)
    const random = createRandom(options.seed)
    this.#clock = createClock()
    // What a timer does to queues has to be kept like anything else, so it ends with a commit, too.
    const clock: Clock = {
      now: () => this.#clock.now(),
      at: (atMs, fire) =>
        this.#clock.at(atMs, () => {
          fire()
          this.#turn.touch()
        }),
    }
    const { memoryBytesMax } = options
    this.#broker = new Broker({ clock, random, store: openStore(options), profile, memoryBytesMax })
    this.#turn = new Turn(this.#broker)
    this.server = `${PRODUCT} ${profile.version}`
    this.#directReplies = new DirectReplies(random)
    this.#alarm.setHighWatermark(options.memoryHighWatermarkBytes)
  }

  /** @throws Error in one sentence with what to do, if an address can't be listened on or a certificate can't be used. */
  async listen(options: Pick<ServerOptions, 'hosts' | 'port' | 'tls' | 'management'>): Promise<Listening> {
    const { tls, management } = options
    const { hosts, port } = await this.#listenOn(options.hosts, options.port, 'amqp', () =>
      createServer((socket) => this.#accept(socket)),
    )
    // What few ask for is loaded when it is asked for.
    const secure =
      tls === undefined
        ? undefined
        : await this.#listenOn(hosts, tls.port, 'amqp/ssl', await this.#tlsServers(tls))
    const http =
      management === undefined
        ? undefined
        : await this.#listenOn(hosts, management, 'http', await this.#httpServers())
    return { hosts, port, tlsPort: secure?.port, managementPort: http?.port }
  }

  /** Stops as an operator would: clients get connection.close 320, then the store is closed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** @throws Error if there is no such vhost. */
  inspect(vhostName: string): VhostSnapshot {
    const vhost = this.#broker.vhosts.get(vhostName)
    if (vhost === undefined) throw new Error(`there is no vhost '${vhostName}'`)
    return snapshotOf(vhost, this.#connections)
  }

  elapse(ms: number): void {
    this.#clock.elapse(ms)
    this.#turn.end()
  }

  /** Raises or ends the memory alarm: while it lasts, connections that publish are blocked. */
  setMemoryAlarm(isRaised: boolean): void {
    this.#alarm.force(isRaised)
    this.#turn.end()
  }

  /** The alarm is raised while this process uses more than so many bytes; undefined: by `setMemoryAlarm` alone. */
  setMemoryHighWatermark(bytes: number | undefined): void {
    this.#alarm.setHighWatermark(bytes)
    this.#turn.end()
  }

  addVhost(name: string): void {
    this.#broker.addVhost(name, DEFAULT_USER)
    this.#turn.end()
  }

  deleteVhost(name: string): void {
    for (const connection of this.#connections) {
      if (connection.vhostName === name)
        connection.close(refusal('connectionForced', `vhost '${name}' is deleted`))
    }
    this.#broker.deleteVhost(name)
    this.#turn.end()
  }

  addUser(user: User): void {
    this.#broker.addUser(user)
    this.#turn.end()
  }

  deleteUser(name: string): void {
    for (const connection of this.#connections) {
      if (connection.userName === name)
        connection.close(refusal('connectionForced', `user '${name}' is deleted`))
    }
    this.#broker.deleteUser(name)
    this.#turn.end()
  }

  /** One listener for each address, all on one port. */
  async #listenOn(
    hosts: readonly string[],
    wanted: number,
    protocol: Listener['protocol'],
    create: () => Server,
  ): Promise<{ hosts: string[]; port: number }> {
    const found: string[] = []
    let port = wanted
    for (const [at, host] of hosts.entries()) {
      const server = create()
      const isLastHope = found.length === 0 && at === hosts.length - 1
      const listened = await listenAt(server, { host, port, mayBeMissing: !isLastHope })
      if (listened === undefined) continue
      port = listened
      found.push(host)
      this.#servers.push(server)
      this.#listeners.push({ protocol, host, port })
    }
    return { hosts: found, port }
  }

  async #tlsServers({ cert, key }: TlsOptions): Promise<() => Server> {
    const { createServer } = await import('node:tls')
    return () => {
      try {
        const server = createServer({ cert, key }, (socket) => this.#accept(socket))
        // A client that does not speak TLS, or does not trust us, is gone.
        server.on('tlsClientError', (_error, socket) => socket.destroy())
        return server
      } catch (cause) {
        const text = `tls.cert and tls.key can't be used (${(cause as Error).message}): give a certificate and its own key as PEM`
        throw new StartError('bad-certificate', 'tls', text, { cause })
      }
    }
  }

  async #httpServers(): Promise<() => Server> {
    const { createManagement } = await import('./management/management.ts')
    return () => {
      const server = createManagement(this.#site())
      server.once('close', () => this.#https.delete(server))
      this.#https.add(server)
      return server
    }
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, {
      broker: this.#broker,
      turn: this.#turn,
      directReplies: this.#directReplies,
      alarm: this.#alarm,
      connections: this.#connections,
      onClosed: (closed) => this.#forget(closed),
    })
    this.#connections.add(connection)
  }

  #site(): Site {
    return {
      broker: this.#broker,
      connections: this.#connections,
      alarm: this.#alarm,
      listeners: this.#listeners,
      deleteVhost: (name) => this.deleteVhost(name),
      deleteUser: (name) => this.deleteUser(name),
      commit: () => this.#turn.end(),
    }
  }

  async #stop(): Promise<void> {
    for (const server of this.#servers) server.close()
    this.#alarm.stop()
    const reason = refusal('connectionForced', "broker forced connection closure with reason 'shutdown'")
    for (const connection of this.#connections) {
      // Who has not opened a vhost yet would take a close for a protocol error.
      if (connection.isRunning) connection.close(reason)
      else connection.cut()
    }
    this.#turn.end()
    await this.#untilNoConnectionIsLeft()
    for (const connection of this.#connections) connection.cut()
    for (const server of this.#https) server.closeAllConnections()
    this.#clock.stop()
    this.#broker.stop()
  }

  #untilNoConnectionIsLeft(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, SHUTDOWN_MS_MAX)
      this.#noConnectionLeft = () => {
        clearTimeout(timeout)
        resolve()
      }
    })
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection)
    if (this.#connections.size === 0) this.#noConnectionLeft()
  }
}

/** @throws StartError */
function openStore({ dataDir, durability }: ServerOptions): Store {
  if (dataDir === undefined) return createMemoryStore()
  try {
    return openLogStore({ dataDir, name: 'rabbitmq', durability })
  } catch (cause) {
    const { message } = cause as Error
    const problem = message.includes('is in use by another broker') ? 'data-in-use' : 'data-unwritable'
    throw new StartError(problem, dataDir, message, { cause })
  }
}

/** Gives the port; undefined for an address that this computer does not have, where that is allowed. */
function listenAt(
  server: Server,
  options: { host: string; port: number; mayBeMissing: boolean },
): Promise<number | undefined> {
  const { host, port } = options
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'EADDRNOTAVAIL' || cause.code === 'EAFNOSUPPORT'
      if (isMissing && options.mayBeMissing) resolve(undefined)
      else reject(listenError(host, port, cause))
    })
    server.listen({ host, port }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): StartError {
  const subject = authority(host, port)
  if (cause.code === 'EADDRINUSE') {
    const text = `${subject} is in use by another program: stop that one, or choose another port (0 picks a free one)`
    return new StartError('address-in-use', subject, text, { cause })
  }
  const text = `could not listen on ${subject} (${cause.message}): choose an address of this computer and a port that you may open`
  return new StartError('address-unusable', subject, text, { cause })
}
