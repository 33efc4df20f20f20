/**
 * A fault as data: when it happens, named by what passes on the wire, and what happens then.
 * Nothing in here sleeps or guesses: a fault fires on a frame, and reports whether it did.
 */
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
 * What happens when the frame comes by.
 * - `hold`: the frame, and what follows it in its direction on that connection, waits until `release()`
 * - `cut`: the connection is torn (both sockets destroyed) and the frame is not forwarded
 * - `cut-after`: the frame is forwarded, the broker has provably handled it (a round trip on the same
 *   channel), then the connection is torn
 * - `do`: the frame waits, the given action runs (kill the broker, kill a subject), and the frame is dropped
 *   afterwards
 */
export type FaultAction =
  | { readonly kind: 'hold' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut-after' }
  | { readonly kind: 'do'; readonly action: () => Promise<void> }

export interface Fault {
  /** A short name for events: `lost confirm`. */
  readonly name: string
  readonly text: Text
  readonly when: FrameMatch
  readonly what: FaultAction
}

/** A fault that has been placed at a proxy. */
export interface PlacedFault {
  readonly fault: Fault
  readonly state: 'placed' | 'fired'
  /** Resolves when it has fired and its action is done. Never rejects; bound it yourself. */
  readonly fired: Promise<void>
  /**
   * Why its action could not be done, or could not be proven, once `fired` has resolved: a cause in the lab.
   */
  readonly failure: Error | undefined
  /** For `hold`: lets the held frames go. */
  release(): void
  /** Takes a fault that has not fired away again. */
  lift(): void
}
