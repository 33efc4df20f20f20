/**
 * One client's connection to one node through the proxy: requests one way, responses the other, in one order, and what faults
 * do to them. That the node has handled a request is proven by its answer; where none comes, by the answer to a question of
 * the proxy's own, since a node serves one connection in order.
 */
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Address } from '#brokers/engines'
import { FrameParser, harmlessRequest } from '#brokers/kafka/wire'
import type { Direction } from './fault.ts'
import { type Advertise, rewrite } from './kafka-addresses.ts'
import { KafkaLine, type Waiting } from './kafka-line.ts'
import { type KafkaUnit, requestUnit, responseUnit, unreadableUnit } from './kafka-unit.ts'
import type { PlacedFaultState } from './placed-fault.ts'

/** What a connection needs of the proxy that it belongs to. */
export interface KafkaConnectionOwner {
  readonly isPaused: boolean
  /** The fault that is due on this frame, if any. */
  fire(direction: Direction, unit: KafkaUnit): PlacedFaultState | undefined
  /** The fault that is due among these bytes, and how many of them pass before it. */
  fireAmong(
    direction: Direction,
    bytes: number,
  ): { readonly placed: PlacedFaultState; readonly keep: number } | undefined
  nextArrival(): number
  seen(connection: number, direction: Direction, unit: KafkaUnit, isForwarded: boolean): void
  readonly advertise: Advertise
}

/** A request that is on its way. */
interface Asked {
  /** Undefined for a question of the proxy's own, whose answer is nobody else's business. */
  readonly request: KafkaUnit | undefined
  /** The fault that waits until this is answered. */
  readonly proves: PlacedFaultState | undefined
}

const PRODUCE = 0
/** Clients count up from 0. */
const ourCorrelationId = -0x4c_41_42

export class KafkaConnection {
  readonly number: number
  /** Resolves when both sockets are closed: `cut` by the lab, or `closed` by one of the sides. */
  readonly closed: Promise<'closed' | 'cut'>
  readonly #node: Address
  readonly #owner: KafkaConnectionOwner
  readonly #client: Socket
  readonly #broker: Socket
  readonly #toBroker: KafkaLine
  readonly #toClient: KafkaLine
  /** What has passed and is not answered, in order. */
  #asked: Asked[] = []
  #isTorn = false
  #isCut = false

  constructor(options: {
    number: number
    node: Address
    client: Socket
    broker: Socket
    owner: KafkaConnectionOwner
  }) {
    const { number, node, client, broker, owner } = options
    this.number = number
    this.#node = node
    this.#owner = owner
    this.#client = client
    this.#broker = broker
    this.#toBroker = new KafkaLine('to-broker', client, broker)
    this.#toClient = new KafkaLine('to-client', broker, client)
    this.closed = Promise.all([this.#untilClosed(client), this.#untilClosed(broker)]).then(() =>
      this.#isCut ? 'cut' : 'closed',
    )
  }

  /** Begins to pass requests. */
  open(): void {
    this.#read(this.#client, this.#toBroker, (raw) => this.#onRequest(raw))
    this.#read(this.#broker, this.#toClient, (raw) => this.#onResponse(raw))
  }

  /** When the frame that has waited longest arrived, of those that may pass. */
  get nextArrival(): number | undefined {
    const arrivals = [this.#toBroker, this.#toClient].flatMap(({ next }) => next?.arrival ?? [])
    return arrivals.length === 0 ? undefined : Math.min(...arrivals)
  }

  /** Lets all pass that may, after a pause. */
  pump(): void {
    this.#pump(this.#toBroker)
    this.#pump(this.#toClient)
  }

  /** Lets one frame pass, the one that has waited longest. */
  step(): void {
    const isRequest = this.#toBroker.next?.arrival === this.nextArrival
    this.#pump(isRequest ? this.#toBroker : this.#toClient, 1)
  }

  /** Ends both sides. What has been forwarded still arrives; what waits never does. */
  tear(how: 'closed' | 'cut'): void {
    if (this.#isTorn) return
    this.#isTorn = true
    this.#isCut = how === 'cut'
    for (const line of [this.#toBroker, this.#toClient]) {
      for (const { unit } of line.waiting.splice(0)) this.#see(line, unit, false)
    }
    for (const { proves } of this.#asked.splice(0)) proves?.done(neverAnswered(proves))
    this.#client.destroySoon()
    this.#broker.destroySoon()
  }

  #read(from: Socket, line: KafkaLine, onFrame: (raw: Buffer) => void): void {
    const parser = new FrameParser()
    from.on('data', (chunk: Buffer) => {
      if (this.#isTorn) return
      try {
        for (const frame of parser.push(chunk)) onFrame(withSize(frame))
      } catch (error) {
        // No broker would go on after a size that is none.
        this.#see(line, unreadableUnit(chunk, messageOf(error)), false)
        return this.tear('closed')
      }
      this.#pump(line)
    })
    from.on('end', () => {
      line.hasEnded = true
      // A client that is gone while a fault holds its requests has crashed before they left.
      if (line.isHeld) this.tear('closed')
      else line.endIfDone()
    })
    from.resume()
  }

  #onRequest(raw: Buffer): void {
    let unit: KafkaUnit
    try {
      unit = requestUnit(raw)
    } catch (error) {
      unit = unreadableUnit(raw, messageOf(error))
    }
    this.#add(this.#toBroker, unit)
  }

  #onResponse(raw: Buffer): void {
    const asked = this.#asked.shift()
    const { request, proves } = asked ?? {}
    if (proves !== undefined && (request === undefined || proves.fault.what.kind !== 'do')) {
      if (request !== undefined) this.#see(this.#toClient, this.#response(request, raw).unit, false)
      return this.#proven(proves)
    }
    if (request === undefined)
      return void this.#add(this.#toClient, unreadableUnit(raw, 'nobody asked for it'))
    const { unit, decoded } = this.#response(request, raw)
    const waiting = this.#add(this.#toClient, unit)
    if (proves !== undefined) this.#findOut(waiting, () => this.#actBehind(proves))
    const rewritten =
      decoded === undefined ? undefined : rewrite(request.head, decoded, this.#owner.advertise)
    if (rewritten === undefined) return
    this.#findOut(waiting, async () => {
      unit.raw = await rewritten
    })
  }

  #response(
    request: KafkaUnit,
    raw: Buffer,
  ): { unit: KafkaUnit; decoded?: Readonly<Record<string, unknown>> | undefined } {
    try {
      return responseUnit(request, raw)
    } catch (error) {
      return { unit: unreadableUnit(raw, messageOf(error), request.head) }
    }
  }

  #add(line: KafkaLine, unit: KafkaUnit): Waiting {
    const bytes = unit.raw.length
    return line.add({ unit, bytes, arrival: this.#owner.nextArrival(), isReady: true, fate: undefined })
  }

  /** Keeps a response waiting, and those behind it, until something is found out. */
  #findOut(waiting: Waiting, work: () => Promise<unknown>): void {
    waiting.isReady = false
    void work()
      .catch(() => this.tear('closed'))
      .then(() => {
        waiting.isReady = true
        this.#pump(this.#toClient)
      })
  }

  #pump(line: KafkaLine, framesMax = this.#owner.isPaused ? 0 : Number.POSITIVE_INFINITY): void {
    let left = framesMax
    for (let next = line.next; next !== undefined && !this.#isTorn; next = line.next) {
      if (next.fate === undefined) {
        if (left-- <= 0) break
        const placed = this.#owner.fire(line.direction, next.unit)
        if (placed !== undefined) placed.peer = this.#node
        if (placed !== undefined && !this.#fire(placed, line, next)) break
        // The fault has seen to it.
        if (line.waiting[0] !== next) continue
        next.fate = 'pass'
      }
      if (next.fate === 'drop') this.#settle(line, next, false)
      else if (!this.#forward(line, next)) break
    }
    if (this.#isTorn) return
    line.regulate()
    line.endIfDone()
  }

  /** Whether the pump may go on. */
  #fire(placed: PlacedFaultState, line: KafkaLine, waiting: Waiting): boolean {
    const { what } = placed.fault
    switch (what.kind) {
      case 'hold':
      case 'delay':
        this.#hold(placed, line, waiting, what.kind === 'delay' ? what.ms : undefined)
        return false
      case 'cut':
        this.#cut(placed)
        return false
      case 'cut-after':
      case 'drop-reply':
        this.#follow(placed, line, waiting)
        return !this.#isTorn
      case 'do':
        what.atOnce?.()
        if (what.side === 'after') {
          this.#follow(placed, line, waiting)
          return true
        }
        line.isHeld = true
        void this.#act(placed).then(() => {
          line.isHeld = false
          waiting.fate = what.fate ?? 'drop'
          this.#pump(line)
        })
        return false
      default:
        throw new TypeError(`unknown action of a fault: ${JSON.stringify(what satisfies never)}`)
    }
  }

  #hold(placed: PlacedFaultState, line: KafkaLine, waiting: Waiting, ms: number | undefined): void {
    line.isHeld = true
    const timer = ms === undefined ? undefined : setTimeout(() => placed.release(), ms)
    placed.onRelease = () => {
      clearTimeout(timer)
      line.isHeld = false
      waiting.fate = 'pass'
      this.#pump(line)
      if (ms !== undefined) placed.done()
    }
    if (ms === undefined) placed.done()
  }

  /** The frame passes now; what is to happen behind it waits for its proof. */
  #follow(placed: PlacedFaultState, line: KafkaLine, waiting: Waiting): void {
    if (line === this.#toBroker) return this.#forwardAsking(line, waiting, placed)
    this.#forward(line, waiting)
    this.#proven(placed)
  }

  #forwardAsking(line: KafkaLine, waiting: Waiting, proves: PlacedFaultState): void {
    if (isAnswered(waiting.unit)) {
      this.#settle(line, waiting, true, { request: waiting.unit, proves })
      return
    }
    this.#settle(line, waiting, true)
    this.#asked.push({ request: undefined, proves })
    line.write(harmlessRequest(ourCorrelationId))
  }

  /** Whether the stream goes on behind it. */
  #forward(line: KafkaLine, waiting: Waiting): boolean {
    const { raw } = waiting.unit
    const due = this.#owner.fireAmong(line.direction, raw.length)
    if (due !== undefined) {
      line.write(raw.subarray(0, due.keep))
      line.isHeld = true
      const end =
        due.placed.fault.what.kind === 'do' ? this.#act(due.placed).then(() => this.tear('cut')) : undefined
      if (end === undefined) this.#cut(due.placed)
      return false
    }
    const expectsAnswer = line === this.#toBroker && isAnswered(waiting.unit)
    this.#settle(
      line,
      waiting,
      true,
      expectsAnswer ? { request: waiting.unit, proves: undefined } : undefined,
    )
    return true
  }

  #settle(line: KafkaLine, { unit }: Waiting, isForwarded: boolean, asked?: Asked): void {
    line.take()
    if (asked !== undefined) this.#asked.push(asked)
    if (isForwarded) line.write(unit.raw)
    this.#see(line, unit, isForwarded)
  }

  /** The node has handled the request. */
  #proven(placed: PlacedFaultState): void {
    if (placed.fault.what.kind === 'do') void this.#act(placed)
    else this.#cut(placed)
  }

  #cut(placed: PlacedFaultState): void {
    this.tear('cut')
    void this.closed.then(() => placed.done())
  }

  async #act(placed: PlacedFaultState): Promise<void> {
    const { what } = placed.fault
    if (what.kind !== 'do') return
    // Not at once: what has passed before this frame leaves first.
    await Promise.resolve()
    placed.done(await placed.attempt(what.action))
  }

  /** The answer that proves the handling waits meanwhile; a node that was killed never gave it. */
  async #actBehind(placed: PlacedFaultState): Promise<void> {
    await this.#act(placed)
    // The end of a node that is gone has arrived, and is read in the next turn.
    await turn()
    await turn()
    if (this.#toClient.hasEnded) this.tear('closed')
  }

  #see(line: KafkaLine, unit: KafkaUnit, isForwarded: boolean): void {
    this.#owner.seen(this.number, line.direction, unit, isForwarded)
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

/** A Produce request without acks gets no answer. One that can't be read is taken to be answered: most are. */
function isAnswered({ head, fields }: KafkaUnit): boolean {
  return !(head.key === PRODUCE && fields.acks === 0)
}

/** The frame with the four bytes of its size, which the parser took off: they lie before it in the same buffer. */
function withSize(frame: Buffer): Buffer {
  return Buffer.from(frame.buffer, frame.byteOffset - 4, frame.length + 4)
}

function neverAnswered(placed: PlacedFaultState): Error {
  return new Error(`${placed.fault.name}: the broker never answered`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
