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
import type { PlacedFaultState } from './placed-fault.ts'
import type { PlacedFaults } from './placed-faults.ts'
import { AwaitedReply } from './reply.ts'
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
  /** The frame behind which something will happen, once it has passed. */
  #following: { readonly placed: PlacedFaultState; readonly unit: FrameUnit } | undefined
  /** The answer of the broker that will not be forwarded. */
  #dropping: { readonly placed: PlacedFaultState; readonly reply: AwaitedReply } | undefined
  /** What waits while a frame is proven handled whose connection lives on. */
  readonly #waiting: { readonly stream: FrameStream; readonly unit: FrameUnit }[] = []
  #roundTrip: RoundTrip | undefined
  /** The answer to the proxy's own question: never meant for the client. */
  #ownAnswer: FrameUnit | undefined
  /** Whether the connection goes on once the frame is proven handled. */
  #livesOn = false
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
    this.#giveUpReply()
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
    if (unit === this.#ownAnswer) return 'drop'
    if (this.#roundTrip !== undefined) return this.#meanwhile(stream, unit)
    if (stream === this.toClient && this.#dropping?.reply.isMet(unit)) return this.#dropReply(this.#dropping)
    const placed = this.#owner.faults.fire(stream.direction, unit)
    return placed === undefined ? 'pass' : this.#fire(placed, stream, unit)
  }

  settled(stream: FrameStream, unit: FrameUnit, isForwarded: boolean): void {
    if (isForwarded && stream === this.toBroker) this.#declares.sent(unit)
    this.#see(stream, unit, isForwarded)
    if (this.#following?.unit === unit) this.#follow(this.#following.placed, stream, unit)
  }

  keepOf(stream: FrameStream, bytes: number): number | undefined {
    const due = this.#owner.faults.fireAmong(stream.direction, bytes)
    if (due === undefined) return undefined
    const { placed, keep } = due
    const { what } = placed.fault
    // Once the part that passes has been written.
    queueMicrotask(() => {
      if (what.kind === 'do') void this.#act(placed, what.action, () => this.tear('cut'))
      else this.#cut(placed)
    })
    return keep
  }

  ended(stream: FrameStream): void {
    // A client that is gone while a fault holds its frames has crashed before they left.
    if (stream.isHeld) this.tear('closed')
    if (stream === this.toClient) this.#roundTrip?.end(false)
  }

  drained(stream: FrameStream): void {
    if (stream === this.toClient) this.#giveUpReply()
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
      case 'delay': {
        const timer = setTimeout(() => placed.release(), what.ms)
        placed.onRelease = () => {
          clearTimeout(timer)
          stream.settle(unit, 'pass')
          placed.done()
        }
        return 'wait'
      }
      case 'cut':
        this.#cut(placed)
        return 'end'
      case 'cut-after':
      case 'drop-reply':
        this.#following = { placed, unit }
        return 'pass'
      case 'do':
        what.atOnce?.()
        if (what.side === 'after') {
          this.#following = { placed, unit }
          return 'pass'
        }
        void this.#act(placed, what.action, () => stream.settle(unit, what.fate ?? 'drop'))
        return 'wait'
      default:
        throw new TypeError(`unknown action of a fault: ${JSON.stringify(what satisfies never)}`)
    }
  }

  #cut(placed: PlacedFaultState): void {
    this.tear('cut')
    void this.closed.then(() => placed.done())
  }

  async #act(placed: PlacedFaultState, action: () => Promise<void>, then: () => void): Promise<void> {
    // Not at once: what has passed before this frame leaves first.
    await Promise.resolve()
    const failure = await placed.attempt(action)
    then()
    placed.done(failure)
  }

  /** The frame has passed; now comes what was to happen behind it. */
  #follow(placed: PlacedFaultState, stream: FrameStream, unit: FrameUnit): void {
    this.#following = undefined
    const { what } = placed.fault
    if (what.kind === 'drop-reply') this.#awaitReply(placed, unit)
    else void this.#prove(placed, stream, unit)
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
      this.#livesOn = placed.fault.what.kind === 'do'
      // Whoever watched the frame may have cut the connection.
      if (this.#isTorn) this.#roundTrip.end(false)
      const isAnswered = await this.#roundTrip.answered
      if (!isAnswered) failure = new Error(`nothing proves that the broker has handled ${unit.method}`)
    }
    const { what } = placed.fault
    if (what.kind !== 'do') {
      this.tear('cut')
      await this.closed
    } else {
      failure ??= await placed.attempt(what.action)
      this.#goOn()
    }
    placed.done(failure)
  }

  /**
   * While the broker's handling is being proven nothing else passes: to the client the crash has happened, or it has
   * to wait for it.
   */
  #meanwhile(stream: FrameStream, unit: FrameUnit): Fate {
    if (this.#livesOn) {
      this.#waiting.push({ stream, unit })
      return 'wait'
    }
    return stream === this.toClient ? 'drop' : 'end'
  }

  #goOn(): void {
    this.#roundTrip = undefined
    this.#livesOn = false
    for (const { stream, unit } of this.#waiting.splice(0)) stream.settle(unit, 'pass')
  }

  #awaitReply(placed: PlacedFaultState, unit: FrameUnit): void {
    const reply = new AwaitedReply(unit, this.#tags.publishedOn(unit.channel))
    this.#dropping = { placed, reply }
    if (this.#isTorn || !reply.isExpected) this.#giveUpReply()
  }

  #dropReply({ placed }: { placed: PlacedFaultState }): Fate {
    this.#dropping = undefined
    this.#cut(placed)
    return 'end'
  }

  /** The connection ended before the broker had answered. */
  #giveUpReply(): void {
    const dropping = this.#dropping
    this.#dropping = undefined
    dropping?.placed.done(new Error(`${dropping.placed.fault.name}: the broker never answered`))
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
