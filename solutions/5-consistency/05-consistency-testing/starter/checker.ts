/** The checker: it reads a history and names what is wrong with it. */
import type { History } from './history.ts'

/**
 * - `lost write`: a payment that ended ok has no entry
 * - `duplicate`: a payment has more than one entry
 * - `wrong balance`: a read shows another balance than the entries of its wallet up to its version come to
 * - `stale beyond bound`: a read lacks a payment of its wallet that had ended ok more than `boundMs` before the read was invoked
 * - `non-monotonic`: a read shows a lower version than one of the same client and wallet that had ended before it was invoked
 * - `torn saga`: some of its steps stand, and some don't
 */
export type Kind =
  | 'lost write'
  | 'duplicate'
  | 'wrong balance'
  | 'stale beyond bound'
  | 'non-monotonic'
  | 'torn saga'

export interface Anomaly {
  readonly kind: Kind
  /** The id of the payment, the read or the saga. */
  readonly operation: number
}

export interface Metrics {
  /** Reads that ended ok. */
  readonly reads: number
  /** Of these, how many lacked a payment of their wallet that had ended ok before they were invoked. */
  readonly stale: number
  /** Operations that ended unknown. */
  readonly unknown: number
}

/** Everything that is wrong; nothing for a history in which nothing is. */
export function anomalies(history: History, { boundMs }: { readonly boundMs: number }): readonly Anomaly[] {
  // TODO consistency-05.2: wrong balance, stale beyond bound, non-monotonic. Only reads that ended ok have shown anything.
  // TODO consistency-05.3: lost write, duplicate, torn saga. What does an unknown outcome bind you to?
  throw new Error('TODO: name the anomalies')
}

export function metrics(history: History): Metrics {
  // TODO consistency-05.5: what is counted, and over how many?
  throw new Error('TODO: count')
}
