/**
 * The proxy that stands between a client and RabbitMQ, whichever it is: passes every frame on untouched,
 * remembers it, and fires the faults that have been placed on frames.
 */

import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Address } from '#brokers/engines'
import type { Lane } from '../verdict/verdict.ts'
import type { PlacedFault, WireFault } from './fault.ts'
import { PlacedFaults } from './placed-faults.ts'
import type { ConnectionOwner } from './proxied-connection.ts'
import { ProxiedConnection } from './proxied-connection.ts'
import type { SeenFrame } from './seen-frame.ts'
import { remember } from './seen-frame.ts'

export type { SeenFrame } from './seen-frame.ts'

/** What happens to a connection as a whole. */
export interface ConnectionSeen {
  /** From 1. */
  readonly connection: number
  /**
   * - `opened`: both sides are connected
   * - `closed`: one of the sides ended it
   * - `cut`: the lab tore it
   * - `refused`: the broker could not be reached
   */
  readonly state: 'opened' | 'closed' | 'cut' | 'refused'
}

export interface AmqpProxyOptions {
  /** Where the broker listens; asked for each connection, since a restarted broker may listen elsewhere. */
  readonly upstream: () => Address
  /** Whose clients connect here. */
  readonly lane: Lane
  /** Milliseconds of the run, for `atMs`. */
  readonly now: () => number
  /** Hears of each frame when its fate is decided. It may pause, cut and place faults; it must not throw. */
  readonly onFrame?: (frame: SeenFrame) => void
  readonly onConnection?: (seen: ConnectionSeen) => void
  /** The loopback address to listen on. Default `127.0.0.1`. */
  readonly host?: string
  /** Numbers connections across several proxies of a run. Default: from 1 in this proxy. */
  readonly nextConnection?: () => number
  /** Bodies up to this size are remembered with their frame. Default 4096. */
  readonly bodyBytesMax?: number
}

export interface AmqpProxy extends AsyncDisposable {
  /** Where clients connect. */
  readonly address: Address
  readonly lane: Lane
  /** Every frame so far, oldest first; bounded by `framesMax`. The array grows as frames pass. */
  readonly frames: readonly SeenFrame[]
  /** Connections whose both sides are connected. */
  readonly openConnections: number
  /**
   * Arms a fault on all connections, those to come included. @throws RangeError when it can never come, or its action
   * makes no sense there
   */
  place(fault: WireFault): PlacedFault
  /**
   * Holds every frame in both directions until `resume` or `step`. Heartbeats pass: a connection must not die
   * of being looked at.
   */
  pause(): void
  resume(): void
  /** While paused: lets the one frame through that has waited longest; a message's frames count as one. */
  step(): void
  /** Tears all connections now, or the one with this number. Answers how many that were. */
  cut(connection?: number): number
  /** Tears all connections and stops listening. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>
}

const bodyBytesMaxDefault = 4096

/** How long the broker may take to accept a connection. */
const connectMsMax = 10_000

/** Resolves when clients can connect. */
export async function openAmqpProxy(options: AmqpProxyOptions): Promise<AmqpProxy> {
  // Half-open: each side ends when it wants to, as it would without a proxy.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host ?? '127.0.0.1', port: 0 }, resolve)
  })
  return new FrameProxy(options, server)
}

class FrameProxy implements AmqpProxy, ConnectionOwner {
  readonly lane: Lane
  readonly address: Address
  readonly frames: SeenFrame[] = []
  readonly faults = new PlacedFaults()
  readonly bodyBytesMax: number
  isPaused = false
  readonly #options: AmqpProxyOptions
  readonly #server: Server
  readonly #connections = new Set<ProxiedConnection>()
  /** Clients that wait for the broker to accept. */
  readonly #connecting = new Set<Socket>()
  #connectionsSeen = 0
  #arrivals = 0
  #isDisposed = false

  constructor(options: AmqpProxyOptions, server: Server) {
    this.#options = options
    this.#server = server
    this.lane = options.lane
    const { address, port } = server.address() as AddressInfo
    this.address = { host: address, port }
    this.bodyBytesMax = options.bodyBytesMax ?? bodyBytesMaxDefault
    server.on('connection', (client) => this.#accept(client))
  }

  get openConnections(): number {
    return this.#connections.size
  }

  place(fault: WireFault): PlacedFault {
    return this.faults.place(fault)
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
    const streams = [...this.#connections].flatMap(({ toBroker, toClient }) => [toBroker, toClient])
    const waiting = streams.filter(({ nextArrival }) => nextArrival !== undefined)
    const oldest = waiting.sort((a, b) => Number(a.nextArrival) - Number(b.nextArrival))[0]
    oldest?.pump(1)
  }

  cut(wanted?: number): number {
    const torn = [...this.#connections].filter(({ number }) => wanted === undefined || number === wanted)
    if (wanted === undefined) for (const client of this.#connecting) client.destroy()
    for (const connection of torn) connection.tear('cut')
    return torn.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = [...this.#connections].map((connection) => connection.closed)
    if (!this.#isDisposed) {
      this.#isDisposed = true
      closed.push(new Promise((resolve) => this.#server.close(() => resolve('closed'))))
    }
    this.cut()
    await Promise.all(closed)
  }

  now(): number {
    return this.#options.now()
  }

  nextArrival(): number {
    return ++this.#arrivals
  }

  seen(frame: SeenFrame): void {
    remember(this.frames, frame)
    this.#options.onFrame?.(frame)
  }

  #accept(client: Socket): void {
    const number = this.#options.nextConnection?.() ?? ++this.#connectionsSeen
    const refuse = (): void => {
      this.#connecting.delete(client)
      // A client that has given up, or was cut, was not refused.
      if (client.destroyed) return
      client.resetAndDestroy()
      this.#options.onConnection?.({ connection: number, state: 'refused' })
    }
    this.#connecting.add(client)
    // Until both sides are connected there is nobody to pass an error on to.
    client.on('error', () => undefined)
    const broker = this.#connectBroker()
    if (broker === undefined) {
      refuse()
      return
    }
    const timer = setTimeout(() => broker.destroy(), connectMsMax)
    const giveUp = (): void => void broker.destroy()
    client.once('close', giveUp)
    broker.on('error', () => undefined)
    broker.once('close', refuse)
    broker.once('close', () => clearTimeout(timer))
    broker.once('connect', () => {
      clearTimeout(timer)
      client.off('close', giveUp)
      broker.off('close', refuse)
      this.#connecting.delete(client)
      if (client.destroyed) giveUp()
      else this.#open(new ProxiedConnection({ number, client, broker, owner: this }))
    })
  }

  /** Nothing when there is no address: a broker that is down may have none. */
  #connectBroker(): Socket | undefined {
    try {
      const { host, port } = this.#options.upstream()
      return connect({ host, port, noDelay: true, allowHalfOpen: true })
    } catch {
      return undefined
    }
  }

  #open(connection: ProxiedConnection): void {
    this.#connections.add(connection)
    this.#options.onConnection?.({ connection: connection.number, state: 'opened' })
    void connection.closed.then((how) => {
      this.#connections.delete(connection)
      this.#options.onConnection?.({ connection: connection.number, state: how })
    })
    connection.open()
  }
}
