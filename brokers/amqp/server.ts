/**
 * The broker as a server: a listener and everything behind it. It runs wherever it is loaded, in the event loop of the
 * caller; `rabbitmq.ts` puts it into a worker thread or a child process.
 */
import { createServer, type Server } from 'node:net'
import { type Clock, createClock, type MovableClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import { openLogStore } from '../store/log-store.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Durability, Store } from '../store/store.ts'
import { Broker } from './model/broker.ts'
import type { User } from './model/definitions.ts'
import { type ProfileName, profileOf } from './profile.ts'
import { refusal } from './refusal.ts'
import { Connection } from './session/connection.ts'
import { DirectReplies } from './session/direct-reply.ts'
import { PRODUCT } from './session/server-properties.ts'
import { Turn } from './session/turn.ts'
import { snapshotOf, type VhostSnapshot } from './snapshot.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Folder that keeps what must survive; undefined keeps everything in memory. */
  readonly dataDir: string | undefined
  readonly durability: Durability
  /** How much of the stored messages may be in memory; what comes beyond that is read back from dataDir when it is its turn. */
  readonly memoryBytesMax: number
  readonly profile: ProfileName
  /** For the names that the broker makes up. */
  readonly seed: number
}

/** Clients have so long to answer a shutdown before they are cut off. */
const SHUTDOWN_MS_MAX = 1_000

export class AmqpServer {
  /** Product and version. */
  readonly server: string
  readonly #broker: Broker
  readonly #clock: MovableClock
  readonly #turn: Turn
  readonly #listener: Server
  readonly #connections = new Set<Connection>()
  readonly #alarm = { isRaised: false }
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
    const directReplies = new DirectReplies(random)
    this.#listener = createServer((socket) => {
      const connection = new Connection(socket, {
        broker: this.#broker,
        turn: this.#turn,
        directReplies,
        alarm: this.#alarm,
        onClosed: (closed) => this.#forget(closed),
      })
      this.#connections.add(connection)
    })
  }

  /** Gives the port. @throws Error in one sentence with what to do, if the address can't be listened on. */
  listen(options: { host: string; port: number }): Promise<number> {
    const { host, port } = options
    return new Promise((resolve, reject) => {
      this.#listener.once('error', (cause: NodeJS.ErrnoException) => {
        reject(new Error(explainListen(host, port, cause), { cause }))
      })
      this.#listener.listen({ host, port }, () => {
        const address = this.#listener.address()
        resolve(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
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
    this.#alarm.isRaised = isRaised
    if (!isRaised) for (const connection of this.#connections) connection.unblock()
    this.#turn.end()
  }

  addVhost(name: string): void {
    this.#broker.addVhost(name)
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

  async #stop(): Promise<void> {
    this.#listener.close()
    const reason = refusal('connectionForced', "broker forced connection closure with reason 'shutdown'")
    for (const connection of this.#connections) {
      // Who has not opened a vhost yet would take a close for a protocol error.
      if (connection.isRunning) connection.close(reason)
      else connection.cut()
    }
    this.#turn.end()
    await this.#untilNoConnectionIsLeft()
    for (const connection of this.#connections) connection.cut()
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

function openStore(options: ServerOptions): Store {
  if (options.dataDir === undefined) return createMemoryStore()
  return openLogStore({ dataDir: options.dataDir, name: 'rabbitmq', durability: options.durability })
}

function explainListen(host: string, port: number, cause: NodeJS.ErrnoException): string {
  if (cause.code === 'EADDRINUSE') {
    return `${host}:${port} is in use by another program: stop that one, or choose another port (0 picks a free one)`
  }
  return `could not listen on ${host}:${port} (${cause.message}): choose an address of this computer and a port that you may open`
}
