/** One direction of one connection: frames that have come and wait for their turn, and the bytes that pass. */
import type { Socket } from 'node:net'
import type { Direction } from './fault.ts'
import type { KafkaUnit } from './kafka-unit.ts'

export interface Waiting {
  readonly unit: KafkaUnit
  /** As it came; what leaves may be longer. */
  readonly bytes: number
  /** For ordering the frames of all connections. */
  readonly arrival: number
  /** False while something about it is being found out; those behind it wait too. */
  isReady: boolean
  /** What a fault has decided; undefined: it is judged when its turn comes. */
  fate: 'pass' | 'drop' | undefined
}

/** While frames wait, the sender is read until so many bytes have gathered; then it feels the pressure. */
const waitingBytesMax = 16 * 1024 * 1024

export class KafkaLine {
  readonly direction: Direction
  readonly waiting: Waiting[] = []
  /** A fault keeps the first one waiting. */
  isHeld = false
  /** The sender has said that nothing more will come. */
  hasEnded = false
  readonly #from: Socket
  readonly #to: Socket
  #waitingBytes = 0

  constructor(direction: Direction, from: Socket, to: Socket) {
    this.direction = direction
    this.#from = from
    this.#to = to
    to.on('drain', () => this.regulate())
  }

  /** The frame whose turn it is, if it may be judged. */
  get next(): Waiting | undefined {
    const next = this.waiting[0]
    return this.isHeld || next?.isReady !== true ? undefined : next
  }

  add(waiting: Waiting): Waiting {
    this.waiting.push(waiting)
    this.#waitingBytes += waiting.bytes
    return waiting
  }

  /** Takes the first one out. */
  take(): void {
    const first = this.waiting.shift()
    this.#waitingBytes -= first?.bytes ?? 0
  }

  write(bytes: Buffer): void {
    if (this.#to.writable) this.#to.write(bytes)
  }

  /** Ends the receiver's side once the sender has ended and all has passed. */
  endIfDone(): void {
    if (this.hasEnded && this.waiting.length === 0 && !this.#to.writableEnded) this.#to.end()
  }

  /** The sender is read as long as the receiver takes what comes, and not too much waits for its turn. */
  regulate(): void {
    const shouldRead = !this.#to.writableNeedDrain && this.#waitingBytes < waitingBytesMax
    if (shouldRead && this.#from.isPaused()) this.#from.resume()
    else if (!shouldRead && !this.#from.isPaused()) this.#from.pause()
  }
}
