/** A message's place in one queue. */
import type { Message } from '../message.ts'

export interface Entry {
  readonly message: Message
  /** Grows with every message of the broker: the order of the queue, and the key in the store. */
  position: number
  /** When it expires, in the broker's milliseconds; Infinity for never. */
  readonly expiresAtMs: number
  /** 0 unless the queue has x-max-priority. */
  readonly priority: number
  /** Whether it is on disk (or would be, if the broker had one). */
  isStored: boolean
  wasDelivered: boolean
  /** Times it came back, as far as they count toward the delivery limit. */
  returns: number
  /** Times it was handed out before the present time. */
  acquisitions: number
}
