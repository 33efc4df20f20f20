/**
 * One direction of one connection: takes bytes in, asks for each frame's fate, passes the bytes on untouched.
 */
import type { Socket } from 'node:net'
import type { Frame, FrameDecoder } from '#brokers/amqp/wire'
import { createFrameDecoder } from '#brokers/amqp/wire'
import type { Direction } from './fault.ts'
import type { FrameUnit, UnitFrame } from './frame-unit.ts'
import { loneUnit, UnitAssembler } from './frame-unit.ts'

/**
 * What happens to a unit.
 * - `pass`, `drop`: forwarded or not
 * - `wait`: it and all behind it stays, until `settle` says what becomes of it
 * - `end`: the connection is being torn; nothing passes any more
 */
export type Fate = 'pass' | 'drop' | 'wait' | 'end'

/** Whoever decides: asked once for each complete unit when its turn has come. */
export interface StreamOwner {
  /** Whether the proxy is paused. */
  readonly isPaused: boolean
  /** For ordering the units of all streams by their arrival. */
  nextArrival(): number
  /** Hears of each complete unit as soon as it has arrived, before its turn. */
  arrived(direction: Direction, unit: FrameUnit): void
  /** May close the stream and nothing else; after `wait` somebody calls `settle` later. */
  judge(stream: FrameStream, unit: FrameUnit): Fate
  /** How many of the bytes that are about to pass may still do so, where a fault ends the stream among them. */
  keepOf(stream: FrameStream, bytes: number): number | undefined
  /** All frames of the unit have passed or been dropped. */
  settled(stream: FrameStream, unit: FrameUnit, isForwarded: boolean): void
  /** The sender has said that nothing more will come. */
  ended(stream: FrameStream): void
  /** The sender has ended and all that it sent has passed. */
  drained(stream: FrameStream): void
}

/** While frames wait, the sender is read until so many bytes have gathered; then it feels the pressure. */
export const waitingBytesMax = 16 * 1024 * 1024

/** Bytes that pass undecoded behind an `undecodable`; they are not reported one by one. */
export const bytesMethod = 'bytes'

interface Waiting extends UnitFrame {
  readonly arrival: number
}

/** Bytes of one buffer that lie side by side. */
interface Span {
  readonly buffer: ArrayBufferLike
  readonly start: number
  end: number
}

export class FrameStream {
  readonly direction: Direction
  readonly #from: Socket
  readonly #to: Socket
  readonly #owner: StreamOwner
  readonly #assembler: UnitAssembler
  /** Undefined once the bytes could not be decoded: from then on they pass as they come. */
  #decoder: FrameDecoder | undefined = createFrameDecoder()
  /** The bytes of the frame that is not complete yet, needed if it turns out to be none. */
  #tail: Buffer[] = []
  /** Frames that have arrived; those before `#next` have passed. */
  #waiting: Waiting[] = []
  #next = 0
  #waitingBytes = 0
  /** Units whose fate is known and whose last frame has not passed yet. */
  readonly #fates = new Map<FrameUnit, 'pass' | 'drop'>()
  #out: Span[] = []
  #isHeld = false
  #hasEnded = false
  #isClosed = false
  #isPumping = false
  #mustPumpAgain = false

  constructor(options: {
    direction: Direction
    from: Socket
    to: Socket
    owner: StreamOwner
    bodyBytesMax: number
  }) {
    this.direction = options.direction
    this.#from = options.from
    this.#to = options.to
    this.#owner = options.owner
    this.#assembler = new UnitAssembler(options.bodyBytesMax)
  }

  /** Begins to read. */
  open(): void {
    this.#from.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#from.on('end', () => {
      this.#hasEnded = true
      this.#owner.ended(this)
      this.pump()
    })
    this.#to.on('drain', () => this.#regulate())
    this.#from.resume()
  }

  /** Whether a fault keeps frames waiting here. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** The arrival number of the unit whose turn it is, if it is complete and no fault holds it. */
  get nextArrival(): number | undefined {
    const next = this.#waiting[this.#next]
    return this.#isHeld || next === undefined || !next.unit.isComplete ? undefined : next.arrival
  }

  /** Says what becomes of the unit that was told to wait. */
  settle(unit: FrameUnit, fate: 'pass' | 'drop'): void {
    if (this.#isClosed) return
    this.#isHeld = false
    this.#fates.set(unit, fate)
    this.pump()
  }

  /** Lets everything pass that may: `unitsMax` of them while the proxy is paused. */
  pump(unitsMax = 0): void {
    if (this.#isClosed) return
    // A listener resumed, released or stepped in the middle of this: the outer call sees to it.
    if (this.#isPumping) {
      this.#mustPumpAgain = true
      return
    }
    this.#isPumping = true
    let stepsLeft = unitsMax
    for (;;) {
      const next = this.#waiting[this.#next]
      if (next === undefined || !next.unit.isComplete || this.#isHeld || this.#isClosed) break
      let fate = this.#fates.get(next.unit)
      if (fate === undefined) {
        if (this.#owner.isPaused && stepsLeft-- <= 0) break
        const judged = this.#owner.judge(this, next.unit)
        if (judged === 'end') break
        if (judged === 'wait') {
          this.#isHeld = true
          break
        }
        fate = judged
      }
      if (fate === 'pass' && this.#breaksIn(next)) break
      this.#take(next, fate)
    }
    this.#isPumping = false
    if (this.#isClosed) return
    this.#waiting = this.#next === this.#waiting.length ? [] : this.#waiting.slice(this.#next)
    this.#next = 0
    this.flush()
    this.#regulate()
    if (this.#mustPumpAgain) {
      this.#mustPumpAgain = false
      this.pump()
    } else if (this.#hasEnded && !this.#waiting.some((each) => each.unit.isComplete)) {
      this.#owner.drained(this)
    }
  }

  /** Hands all that has passed to the socket. */
  flush(): void {
    const out = this.#out
    if (out.length === 0 || !this.#to.writable) return
    this.#out = []
    if (out.length > 1) this.#to.cork()
    for (const { buffer, start, end } of out) this.#to.write(Buffer.from(buffer, start, end - start))
    if (out.length > 1) this.#to.uncork()
  }

  /** Sends bytes of the proxy's own, in their place behind all that has passed. */
  inject(bytes: Buffer): void {
    this.#push(bytes)
  }

  /** Ends this direction. Gives the complete units that waited and will never pass. */
  close(): FrameUnit[] {
    if (this.#isClosed) return []
    this.flush()
    this.#isClosed = true
    const left = new Set<FrameUnit>()
    for (const { unit } of this.#waiting.slice(this.#next)) {
      if (unit.isComplete && this.#fates.get(unit) !== 'pass') left.add(unit)
    }
    this.#waiting = []
    this.#next = 0
    this.#tail = []
    // Read on and forget: unread bytes would turn our end of the connection into a reset.
    this.#from.resume()
    return [...left]
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed) return
    if (this.#decoder === undefined)
      this.#append({ raw: chunk, unit: loneUnit(bytesMethod, 0), isLast: true })
    else this.#decode(this.#decoder, chunk)
    this.pump()
  }

  #decode(decoder: FrameDecoder, chunk: Buffer): void {
    let frames: Frame[]
    try {
      frames = decoder.push(chunk)
    } catch (error) {
      this.#giveUpDecoding(chunk, error)
      return
    }
    for (const frame of frames) this.#append(this.#assembler.take(frame))
    this.#keepTail(chunk, decoder.pendingBytes)
  }

  /** What cannot be decoded passes all the same: whether it is wrong is for the other side to say. */
  #giveUpDecoding(chunk: Buffer, error: unknown): void {
    this.#decoder = undefined
    for (const { unit } of this.#waiting) unit.isComplete = true
    const unit = loneUnit('undecodable', 0, {
      reason: error instanceof Error ? error.message : String(error),
    })
    this.#append({ raw: Buffer.concat([...this.#tail, chunk]), unit, isLast: true })
    this.#tail = []
  }

  #keepTail(chunk: Buffer, pendingBytes: number): void {
    if (pendingBytes === 0) this.#tail = []
    else if (pendingBytes <= chunk.length) this.#tail = [chunk.subarray(chunk.length - pendingBytes)]
    else this.#tail.push(chunk)
  }

  #append({ raw, unit, isLast }: UnitFrame): void {
    // A connection must not die of being looked at: its heartbeats overtake what a pause holds.
    if (unit.method === 'heartbeat' && this.#owner.isPaused && !this.#isHeld) {
      this.#push(raw)
      this.#owner.settled(this, unit, true)
      return
    }
    this.#waiting.push({ raw, unit, isLast, arrival: this.#owner.nextArrival() })
    this.#waitingBytes += raw.length
    if (isLast) this.#owner.arrived(this.direction, unit)
  }

  #take({ raw, unit, isLast }: Waiting, fate: 'pass' | 'drop'): void {
    this.#next += 1
    this.#waitingBytes -= raw.length
    if (fate === 'pass') this.#push(raw)
    if (!isLast) {
      this.#fates.set(unit, fate)
      return
    }
    this.#fates.delete(unit)
    this.#owner.settled(this, unit, fate === 'pass')
  }

  /** Whether a fault ends the stream inside these bytes; those before it have passed, and nothing follows. */
  #breaksIn({ raw, unit }: Waiting): boolean {
    const keep = this.#owner.keepOf(this, raw.length)
    if (keep === undefined) return false
    // As a whole it has not passed.
    this.#fates.delete(unit)
    this.#push(raw.subarray(0, keep))
    this.#isHeld = true
    return true
  }

  /** Frames that lie side by side in one chunk leave as one write. */
  #push(raw: Buffer): void {
    const last = this.#out.at(-1)
    const start = raw.byteOffset
    if (last?.buffer === raw.buffer && last.end === start) last.end += raw.length
    else this.#out.push({ buffer: raw.buffer, start, end: start + raw.length })
  }

  /** The sender is read as long as the receiver takes what comes, and not too much waits for its turn. */
  #regulate(): void {
    if (this.#isClosed) return
    // An incomplete unit can only leave when the rest of it is read.
    const isWaitingForMore = this.#waiting[0]?.unit.isComplete === false
    const shouldRead =
      !this.#to.writableNeedDrain && (isWaitingForMore || this.#waitingBytes < waitingBytesMax)
    if (shouldRead !== this.#from.isPaused()) return
    if (shouldRead) this.#from.resume()
    else this.#from.pause()
  }
}
