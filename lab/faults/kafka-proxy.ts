/**
 * The proxy that stands between a client and a Kafka cluster, whichever it is: one listener for each node, addresses rewritten
 * so that clients stay on it, every request and response remembered, and the faults fired that have been placed on them.
 */
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '#brokers/engines'
import type { Lane } from '../verdict/verdict.ts'
import type { ConnectionSeen } from './amqp-proxy.ts'
import type { Direction, PlacedFault, WireFault } from './fault.ts'
import type { About } from './kafka-about.ts'
import { KafkaConnection, type KafkaConnectionOwner } from './kafka-connection.ts'
import type { KafkaUnit } from './kafka-unit.ts'
import type { PlacedFaultState } from './placed-fault.ts'
import { PlacedFaults } from './placed-faults.ts'

export type { About, BatchSeen } from './kafka-about.ts'

/** A request or a response as it came by. */
export interface SeenRequest {
  /** When its fate was decided: milliseconds of the proxy's `now`. */
  readonly atMs: number
  readonly direction: Direction
  /** From 1. */
  readonly connection: number
  /** The API as Kafka spells it: `Produce`, `Fetch`; a response has the name of its request. */
  readonly method: string
  readonly version: number
  readonly correlationId: number
  /**
   * Decoded; batches by what they hold (`BatchSeen`), other bytes by their length. A response has its request's `groupId`,
   * `memberId` and `transactionalId` as well.
   */
  readonly fields: Readonly<Record<string, unknown>>
  /** The partitions concerned, under the same names for all APIs: what the fields of a fault look for first. */
  readonly about: readonly About[]
  /** False: a fault dropped it, or the connection ended before it could pass. */
  readonly forwarded: boolean
}

export interface KafkaProxyOptions {
  /** The bootstrap addresses of the cluster; asked when the proxy opens. */
  readonly nodes: readonly Address[]
  /** Whose clients connect here. */
  readonly lane: Lane
  /** Milliseconds of the run, for `atMs`. */
  readonly now: () => number
  /** Hears of each request and response when its fate is decided. It must not throw. */
  readonly onRequest?: (seen: SeenRequest) => void
  readonly onConnection?: (seen: ConnectionSeen) => void
  /** Numbers connections across several proxies of a run. Default: from 1 in this proxy. */
  readonly nextConnection?: () => number
  /** Gives a connection to a node that is ready for requests. Default: a plain one. */
  readonly connect?: (node: Address) => Promise<Socket>
}

export interface KafkaProxy extends AsyncDisposable {
  readonly lane: Lane
  /** What a client takes as its bootstrap servers: one for each of `nodes`, in their order. */
  readonly brokers: readonly string[]
  /** Everything so far, oldest first; bounded by `requestsMax`. The array grows as requests pass. */
  readonly requests: readonly SeenRequest[]
  readonly openConnections: number
  /** Whether the connection with this number is open. */
  isOpen(connection: number): boolean
  /**
   * Arms a fault on all connections, those to come included; `method` of its match is an API's name.
   * @throws RangeError when it can never come, or its action makes no sense there
   */
  place(fault: WireFault): PlacedFault
  /** Holds everything in both directions until `resume` or `step`. */
  pause(): void
  resume(): void
  /** While paused: lets the one request or response through that has waited longest. */
  step(): void
  /** Tears all connections now, or the one with this number. Answers how many that were. */
  cut(connection?: number): number
  [Symbol.asyncDispose](): Promise<void>
}

/** At least this many are remembered; the oldest go when there are more. */
export const requestsMax = 20_000
const requestsDropped = 2_000

/** How long a node may take to accept a connection. */
const connectMsMax = 10_000
/** How often a node that refused is asked whether it is back. */
const askAgainMs = 20

/** Resolves when clients can connect. */
export async function openKafkaProxy(options: KafkaProxyOptions): Promise<KafkaProxy> {
  const proxy = new ClusterProxy(options)
  for (const node of options.nodes) await proxy.advertise(node)
  return proxy
}

/** What stands in front of one node. */
interface Front {
  /** Another one after its node was down. */
  server: Server
  readonly address: Address
}

class ClusterProxy implements KafkaProxy, KafkaConnectionOwner {
  readonly lane: Lane
  readonly requests: SeenRequest[] = []
  isPaused = false
  readonly #options: KafkaProxyOptions
  readonly #faults = new PlacedFaults()
  /** By `host:port` of the node. Opening is shared: two answers may tell of a node at once. */
  readonly #fronts = new Map<string, Promise<Front>>()
  readonly #opened: Front[] = []
  readonly #connections = new Set<KafkaConnection>()
  readonly #connecting = new Set<Socket>()
  #connectionsSeen = 0
  #arrivals = 0
  #isDisposed = false

  constructor(options: KafkaProxyOptions) {
    this.#options = options
    this.lane = options.lane
  }

  get brokers(): readonly string[] {
    return this.#opened
      .slice(0, this.#options.nodes.length)
      .map(({ address }) => `${address.host}:${address.port}`)
  }

  get openConnections(): number {
    return this.#connections.size
  }

  isOpen(connection: number): boolean {
    return [...this.#connections].some(({ number }) => number === connection)
  }

  readonly advertise = async (node: Address): Promise<Address> => {
    const key = `${node.host}:${node.port}`
    const known = this.#fronts.get(key) ?? this.#front(node)
    this.#fronts.set(key, known)
    return (await known).address
  }

  place(fault: WireFault): PlacedFault {
    return this.#faults.place(fault)
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    for (const connection of this.#connections) connection.pump()
  }

  step(): void {
    if (!this.isPaused) return
    const waiting = [...this.#connections].filter(({ nextArrival }) => nextArrival !== undefined)
    waiting.sort((a, b) => Number(a.nextArrival) - Number(b.nextArrival))[0]?.step()
  }

  cut(wanted?: number): number {
    const torn = [...this.#connections].filter(({ number }) => wanted === undefined || number === wanted)
    if (wanted === undefined) for (const client of this.#connecting) client.destroy()
    for (const connection of torn) connection.tear('cut')
    return torn.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    const fronts = await Promise.all(this.#fronts.values())
    const closed: Promise<unknown>[] = [...this.#connections].map((connection) => connection.closed)
    for (const { server } of fronts) {
      if (server.listening) closed.push(new Promise((resolve) => server.close(resolve)))
    }
    this.cut()
    await Promise.all(closed)
  }

  fire(direction: Direction, unit: KafkaUnit): PlacedFaultState | undefined {
    return this.#faults.fire(direction, unit)
  }

  fireAmong(direction: Direction, bytes: number) {
    return this.#faults.fireAmong(direction, bytes)
  }

  nextArrival(): number {
    return ++this.#arrivals
  }

  seen(connection: number, direction: Direction, unit: KafkaUnit, forwarded: boolean): void {
    const { method, head, fields, about } = unit
    const { version, correlationId } = head
    const atMs = this.#options.now()
    const seen = { atMs, direction, connection, method, version, correlationId, fields, about, forwarded }
    this.requests.push(seen)
    if (this.requests.length >= requestsMax + requestsDropped) this.requests.splice(0, requestsDropped)
    this.#options.onRequest?.(seen)
  }

  async #front(node: Address): Promise<Front> {
    const server = createFrontServer()
    await listenOn(server, 0)
    const { address, port } = server.address() as AddressInfo
    const front: Front = { server, address: { host: address, port } }
    server.on('connection', (client) => this.#accept(client, node, front))
    this.#opened.push(front)
    return front
  }

  #accept(client: Socket, node: Address, front: Front): void {
    if (this.#isDisposed) return void client.destroy()
    const number = this.#options.nextConnection?.() ?? ++this.#connectionsSeen
    this.#connecting.add(client)
    // Until both sides are connected there is nobody to pass an error on to.
    client.on('error', () => undefined)
    const refuse = (error: unknown) => {
      this.#connecting.delete(client)
      // A client that has given up, or was cut, was not refused.
      if (!client.destroyed) this.#options.onConnection?.({ connection: number, state: 'refused' })
      if (!client.destroyed) client.resetAndDestroy()
      if ((error as { code?: string }).code === 'ECONNREFUSED') void this.#closeUntilBack(node, front)
    }
    this.#connect(node).then((broker) => {
      this.#connecting.delete(client)
      broker.on('error', () => undefined)
      if (client.destroyed) broker.destroy()
      else this.#open(new KafkaConnection({ number, node, client, broker, owner: this }))
    }, refuse)
  }

  /**
   * A node that is down refuses connections, so its front does. One that took them and tore them would count as alive with a
   * client that knows it from before: kafkajs calls a broker connected as soon as its socket is, and asks no other.
   */
  async #closeUntilBack(node: Address, front: Front): Promise<void> {
    if (!front.server.listening) return
    front.server.close()
    while (!this.#isDisposed) {
      await sleep(askAgainMs, undefined, { ref: false })
      if (await this.#comesBack(node, front)) return
    }
  }

  async #comesBack(node: Address, front: Front): Promise<boolean> {
    try {
      const broker = await this.#connect(node)
      broker.on('error', () => undefined)
      broker.destroy()
      const server = createFrontServer()
      await listenOn(server, front.address.port)
      server.on('connection', (client) => this.#accept(client, node, front))
      front.server = server
      // Whoever disposes meanwhile has seen the old one.
      if (this.#isDisposed) server.close()
      return true
    } catch {
      return false
    }
  }

  async #connect(node: Address): Promise<Socket> {
    if (this.#options.connect !== undefined) return await this.#options.connect(node)
    const broker = connect({ ...node, noDelay: true, allowHalfOpen: true })
    const late = setTimeout(() => broker.destroy(new Error('late')), connectMsMax)
    try {
      await once(broker, 'connect')
      return broker
    } finally {
      clearTimeout(late)
    }
  }

  #open(connection: KafkaConnection): void {
    const { number } = connection
    this.#connections.add(connection)
    this.#options.onConnection?.({ connection: number, state: 'opened' })
    void connection.closed.then((how) => {
      this.#connections.delete(connection)
      this.#options.onConnection?.({ connection: number, state: how })
    })
    connection.open()
  }
}

function createFrontServer(): Server {
  return createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
}
