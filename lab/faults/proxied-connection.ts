/**
 * One client's connection through the proxy: two sockets, a stream of frames each way, and what faults do to
 * them.
 */
import type { Socket } from 'node:net'
import type { Direction } from './fault.ts'
import type { Fate, StreamOwner } from './frame-stream.ts'
import { bytesMethod, FrameStream } from './frame-stream.ts'
import type { FrameUnit } from './frame-unit.ts'
import { bodyOf } from './frame-unit.ts'
import { MessageTags } from './message-tags.ts'
import type { PlacedFaultState, PlacedFaults } from './placed-faults.ts'
import { DeclareCount, proofOf, question, RoundTrip } from './round-trip.ts'
import type { SeenFrame } from './seen-frame.ts'

/** What a connection needs of the proxy that it belongs to. */
export interface ConnectionOwner {
  readonly isPaused: boolean
  readonly faults: PlacedFaults
  readonly bodyBytesMax: number
  now(): number
  nextArrival(): number
  seen(frame: SeenFrame): void
}

/** How long bytes that have been forwarded may take to leave a connection that is being torn. */
const flushMsMax = 250

export class ProxiedConnection implements StreamOwner {
  readonly number: number
  /** Resolves when both sockets are closed: `cut` by the lab, or `closed` by one of the sides. */
  readonly closed: Promise<'closed' | 'cut'>
  readonly toBroker: FrameStream
  readonly toClient: FrameStream
  readonly #owner: ConnectionOwner
  readonly #client: Socket
  readonly #broker: Socket
  readonly #tags = new MessageTags()
  readonly #declares = new DeclareCount()
  /** The frame behind which the connection will be cut, once it has passed and is proven handled. */
  #cutting: { readonly placed: PlacedFaultState; readonly unit: FrameUnit } | undefined
  #roundTrip: RoundTrip | undefined
  /** The answer to the proxy's own question: never meant for the client. */
  #ownAnswer: FrameUnit | undefined
  #isTorn = false
  #isCut = false

  constructor(options: { number: number; client: Socket; broker: Socket; owner: ConnectionOwner }) {
    const { number, client, broker, owner } = options
    this.number = number
    this.#owner = owner
    this.#client = client
    this.#broker = broker
    const { bodyBytesMax } = owner
    this.toBroker = new FrameStream({
      direction: 'to-broker',
      from: client,
      to: broker,
      owner: this,
      bodyBytesMax,
    })
    this.toClient = new FrameStream({
      direction: 'to-client',
      from: broker,
      to: client,
      owner: this,
      bodyBytesMax,
    })
    this.closed = Promise.all([this.#untilClosed(client), this.#untilClosed(broker)]).then(() =>
      this.#isCut ? 'cut' : 'closed',
    )
  }

  /** Begins to pass frames. */
  open(): void {
    this.toBroker.open()
    this.toClient.open()
  }

  /** Lets all pass that may, after a pause. */
  pump(): void {
    this.toBroker.pump()
    this.toClient.pump()
  }

  /** Ends both sides. What has been forwarded still arrives; what waits never does. */
  tear(how: 'closed' | 'cut'): void {
    if (this.#isTorn) return
    this.#isTorn = true
    this.#isCut = how === 'cut'
    for (const stream of [this.toBroker, this.toClient]) {
      for (const unit of stream.close()) this.#see(stream, unit, false)
    }
    this.#roundTrip?.end(false)
    for (const socket of [this.#client, this.#broker]) {
      if (socket.closed) continue
      const timer = setTimeout(() => socket.destroy(), flushMsMax)
      socket.once('close', () => clearTimeout(timer))
      socket.destroySoon()
    }
  }

  get isPaused(): boolean {
    return this.#owner.isPaused
  }

  nextArrival(): number {
    return this.#owner.nextArrival()
  }

  arrived(direction: Direction, unit: FrameUnit): void {
    if (direction === 'to-broker') return
    this.#declares.came(unit)
    if (this.#roundTrip?.came(unit) === true) this.#ownAnswer = unit
  }

  judge(stream: FrameStream, unit: FrameUnit): Fate {
    // While the broker's handling is being proven, nothing else passes: to the client the crash has happened.
    if (this.#roundTrip !== undefined) return stream === this.toClient ? 'drop' : 'end'
    const placed = this.#owner.faults.fire(stream.direction, unit)
    return placed === undefined ? 'pass' : this.#fire(placed, stream, unit)
  }

  settled(stream: FrameStream, unit: FrameUnit, isForwarded: boolean): void {
    if (isForwarded && stream === this.toBroker) this.#declares.sent(unit)
    this.#see(stream, unit, isForwarded)
    if (this.#cutting?.unit === unit) void this.#prove(this.#cutting.placed, stream, unit)
  }

  ended(stream: FrameStream): void {
    // A client that is gone while a fault holds its frames has crashed before they left.
    if (stream.isHeld) this.tear('closed')
    if (stream === this.toClient) this.#roundTrip?.end(false)
  }

  drained(stream: FrameStream): void {
    const to = stream === this.toBroker ? this.#broker : this.#client
    if (!to.writableEnded) to.end()
  }

  #fire(placed: PlacedFaultState, stream: FrameStream, unit: FrameUnit): Fate {
    const { what } = placed.fault
    switch (what.kind) {
      case 'hold':
        placed.onRelease = () => stream.settle(unit, 'pass')
        placed.done()
        return 'wait'
      case 'cut':
        this.tear('cut')
        void this.closed.then(() => placed.done())
        return 'end'
      case 'cut-after':
        this.#cutting = { placed, unit }
        return 'pass'
      case 'do':
        void this.#act(placed, what.action, () => stream.settle(unit, 'drop'))
        return 'wait'
      default:
        throw new TypeError(`unknown action of a fault: ${JSON.stringify(what satisfies never)}`)
    }
  }

  async #act(placed: PlacedFaultState, action: () => Promise<void>, drop: () => void): Promise<void> {
    // Not at once: what has passed before this frame leaves first.
    await Promise.resolve()
    let failure: Error | undefined
    try {
      await action()
    } catch (error) {
      failure = new Error(`the action of "${placed.fault.name}" failed`, { cause: error })
    }
    drop()
    placed.done(failure)
  }

  async #prove(placed: PlacedFaultState, stream: FrameStream, unit: FrameUnit): Promise<void> {
    let failure: Error | undefined
    if (stream === this.toBroker) {
      const proof = proofOf(unit)
      if (proof === 'question') stream.inject(question(unit.channel))
      this.#roundTrip = new RoundTrip({
        channel: unit.channel,
        proof,
        declaresOpen: this.#declares.open(unit.channel),
      })
      // Whoever watched the frame may have cut the connection.
      if (this.#isTorn) this.#roundTrip.end(false)
      const isAnswered = await this.#roundTrip.answered
      if (!isAnswered) failure = new Error(`nothing proves that the broker has handled ${unit.method}`)
    }
    this.tear('cut')
    await this.closed
    placed.done(failure)
  }

  #see(stream: FrameStream, unit: FrameUnit, isForwarded: boolean): void {
    if (unit === this.#ownAnswer || unit.method === bytesMethod) return
    const { channel, method, fields, properties, bodySize } = unit
    const body = bodyOf(unit, this.#owner.bodyBytesMax)
    this.#owner.seen({
      atMs: this.#owner.now(),
      direction: stream.direction,
      connection: this.number,
      channel,
      method,
      fields,
      ...(properties !== undefined && { properties }),
      ...(bodySize !== undefined && { bodySize }),
      ...(body !== undefined && { body }),
      ...this.#tags.follow(stream.direction, unit, isForwarded),
      forwarded: isForwarded,
    })
  }

  #untilClosed(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      socket.on('error', () => {
        // As the broker went, so it looks to the client.
        if (socket === this.#broker && !this.#isTorn) this.#client.resetAndDestroy()
        this.tear('closed')
      })
      socket.on('close', () => {
        this.tear('closed')
        resolve()
      })
    })
  }
}
