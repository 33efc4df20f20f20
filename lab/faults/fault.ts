/**
 * A fault as data: when it happens, named by what passes on the wire or by a point that is reached, and what happens
 * then. Nothing in here sleeps or guesses: a fault fires on a fact, and reports whether it did.
 */
import type { Address } from '#brokers/engines'
import type { Text } from '../verdict/verdict.ts'

/** Which way a frame goes: from the subject's client to the broker, or back. */
export type Direction = 'to-broker' | 'to-client'

/** Names one frame: the nth that matches, counted from the moment the fault is placed. */
export interface FrameMatch {
  readonly direction: Direction
  /** The method as the specification names it, such as `basic.publish`. */
  readonly method: string
  /** 1 is the next one. Default 1. */
  readonly nth?: number
  /** Narrows the match: all the given wire fields must be equal. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/**
 * Names a place in the stream of bytes: so many have been forwarded in that direction since the fault was placed, all
 * connections of the lane together. It may lie inside a frame, whose first part then has passed.
 */
export interface BytesMatch {
  readonly direction: Direction
  readonly bytes: number
}

/** Before or after what is named happens. */
export type Side = 'before' | 'after'

/**
 * Names a point that is announced: a commit of a subject's SQLite database (`commit`, with the field `database`), a
 * call at the fake card gateway (`card-gateway`), or another that a world announces. Each has the field `lane`, too.
 */
export interface PointMatch {
  readonly point: string
  readonly side: Side
  /** 1 is the next one. Default 1. */
  readonly nth?: number
  /** Narrows the match: all the given fields must be equal. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/**
 * What happens when it is due.
 * - `hold`: the frame, and what follows it in its direction on that connection, waits until `release()`; at a point,
 *   whoever reached it waits
 * - `delay`: the same for so many milliseconds
 * - `cut`: the connection is torn (both sockets destroyed) and the frame is not forwarded
 * - `cut-after`: the frame is forwarded, the broker has provably handled it (a round trip on the same channel), then
 *   the connection is torn
 * - `drop-reply`: the frame is forwarded, and the connection is torn instead of forwarding the broker's own answer to
 *   it: the confirm of a publish, the `-ok` of a declare
 * - `do`: the action runs, before the frame while it waits (default), or after it, when it was forwarded and, on its
 *   way to the broker, was provably handled. A frame that waited is dropped afterwards, unless `fate` is `pass`
 */
export type FaultAction =
  | { readonly kind: 'hold' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut-after' }
  | { readonly kind: 'drop-reply' }
  | {
      readonly kind: 'do'
      readonly action: () => Promise<void>
      /** Runs at the very moment it fires: whoever must not go on while the broker's handling is proven is stopped here. */
      readonly atOnce?: () => void
      readonly side?: Side
      readonly fate?: 'drop' | 'pass'
    }

/** When a fault happens. */
export type FaultMatch = FrameMatch | BytesMatch | PointMatch

export interface Fault<When extends FaultMatch = FaultMatch> {
  /** A short name for events: `lost confirm`. */
  readonly name: string
  readonly text: Text
  readonly when: When
  readonly what: FaultAction
}

/** A fault that happens on the wire: a proxy can place it. */
export type WireFault = Fault<FrameMatch | BytesMatch>

/** A fault that has been placed. */
export interface PlacedFault {
  readonly fault: Fault
  readonly state: 'placed' | 'fired'
  /** Resolves when it has fired and its action is done. Never rejects; bound it yourself. */
  readonly fired: Promise<void>
  /**
   * Why its action could not be done, or could not be proven, once `fired` has resolved: a cause in the lab.
   */
  readonly failure: Error | undefined
  /** For Kafka, once it has fired: the node at the other end of the connection. */
  readonly peer?: Address | undefined
  /** For `hold` and `delay`: lets what waits go on. */
  release(): void
  /** Takes a fault that has not fired away again. */
  lift(): void
}
