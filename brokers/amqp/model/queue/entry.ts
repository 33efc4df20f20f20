/** A message's place in one queue. */
import type { Message } from '../message.ts'

/** Where the message of an entry is when it is not in memory. */
export interface Pages {
  read(entry: Entry): Message
}

export class Entry {
  /** Grows with every message of the broker: the order of the queue, and the key in the store. */
  readonly position: number
  /** When it expires, in the broker's milliseconds; Infinity for never. */
  readonly expiresAtMs: number
  /** 0 unless the queue has x-max-priority. */
  readonly priority: number
  readonly bodyBytes: number
  /** Whether it is on disk (or would be, if the broker had one). */
  isStored: boolean
  /** Whether it waits for a consumer; otherwise one has it, or it is gone. */
  isWaiting = false
  wasDelivered: boolean
  /** Times it came back, as far as they count toward the delivery limit. */
  returns: number
  /** Times it was handed out before the present time. */
  acquisitions: number
  /** What it counts for in memory, as far as that is counted. */
  heldBytes = 0
  #message: Message | undefined
  readonly #pages: Pages

  /** Without its message it is read back when somebody asks for it. */
  constructor(
    message: Message | undefined,
    place: {
      readonly position: number
      readonly expiresAtMs: number
      readonly priority: number
      readonly bodyBytes: number
      readonly isStored: boolean
      readonly wasDelivered?: boolean
      readonly returns?: number
      readonly acquisitions?: number
      readonly pages: Pages
    },
  ) {
    this.position = place.position
    this.expiresAtMs = place.expiresAtMs
    this.priority = place.priority
    this.bodyBytes = place.bodyBytes
    this.isStored = place.isStored
    this.wasDelivered = place.wasDelivered ?? false
    this.returns = place.returns ?? 0
    this.acquisitions = place.acquisitions ?? 0
    this.#message = message
    this.#pages = place.pages
  }

  /** Read back from the store if it is not in memory; it stays there. */
  get message(): Message {
    return this.#message ?? this.#pages.read(this)
  }

  get isInMemory(): boolean {
    return this.#message !== undefined
  }

  /** It is in the store and can be read back. */
  leaveMemory(): void {
    this.#message = undefined
  }

  /** It is about to leave the store and will still be needed. */
  returnToMemory(): void {
    this.#message = this.message
  }
}
