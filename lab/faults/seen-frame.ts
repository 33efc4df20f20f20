/** What a proxy remembers of each frame that came by. */
import type { Direction } from './fault.ts'

/** One method, or a method joined with its content header and body, as it passed. */
export interface SeenFrame {
  /** When its fate was decided: milliseconds of the proxy's `now`. */
  readonly atMs: number
  readonly direction: Direction
  /** From 1. */
  readonly connection: number
  readonly channel: number
  /**
   * As the specification names it: `basic.publish`, `connection.open`. Besides methods: `protocol-header`,
   * `heartbeat`, `header` and `body` where no method announced them, and once per stream `undecodable`.
   */
  readonly method: string
  /** Decoded method fields under their wire names in camelCase. Secrets are left out. */
  readonly fields: Readonly<Record<string, unknown>>
  /** For methods that carry a message: its properties. */
  readonly properties?: Readonly<Record<string, unknown>>
  readonly bodySize?: number
  /** The whole body, when it has no more than `bodyBytesMax` bytes. */
  readonly body?: Buffer
  /**
   * The messageId of the message it carries, or that its delivery tag refers to: a client's ack, nack or
   * reject refers to a delivery, a broker's ack or nack to a publish on a confirm channel.
   */
  readonly message?: string
  /** For an ack or nack with `multiple`: the messageIds of all it settles. */
  readonly messages?: readonly string[]
  /** False: a fault dropped it, or the connection ended before it could pass. */
  readonly forwarded: boolean
}

/** At least this many frames are remembered; the oldest go when there are more. */
export const framesMax = 20_000

/** Dropping from the front is done in batches: one by one would move the whole array each time. */
const framesDropped = 2_000

/** Appends to a bounded record. */
export function remember(frames: SeenFrame[], frame: SeenFrame): void {
  frames.push(frame)
  if (frames.length >= framesMax + framesDropped) frames.splice(0, framesDropped)
}
