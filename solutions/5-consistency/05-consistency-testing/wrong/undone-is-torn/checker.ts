// mistake: takes every saga that is not done for torn
// refused by: consistency-05.3
// says: is no torn saga

/** The checker: it reads a history and names what is wrong with it. */
import type { History, Operation, Saga } from './history.ts'

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
  const { operations, entries, sagas } = history
  const reads = operations.filter(hasShown)
  const payments = operations.filter(({ does }) => does === 'pay')
  const entriesOf = (id: number): number => entries.filter(({ operation }) => operation === id).length
  const name = (kind: Kind, those: readonly Operation[]): readonly Anomaly[] =>
    those.map(({ id }) => ({ kind, operation: id }))
  return [
    // Only an "ok" binds. Of an unknown outcome an entry is as right as none; of two of them one is too many, whatever was answered.
    ...name(
      'lost write',
      payments.filter(({ id, ending }) => ending === 'ok' && entriesOf(id) === 0),
    ),
    ...name(
      'duplicate',
      payments.filter(({ id }) => entriesOf(id) > 1),
    ),
    ...name(
      'wrong balance',
      reads.filter((read) => read.balance_minor !== balanceAt(history, read)),
    ),
    ...name(
      'stale beyond bound',
      reads.filter((read) => lacks(history, read, boundMs)),
    ),
    ...name(
      'non-monotonic',
      reads.filter((read) => reads.some((other) => wentBack(other, read))),
    ),
    ...sagas.filter(isTorn).map(({ operation }): Anomaly => ({ kind: 'torn saga', operation })),
  ]
}

export function metrics(history: History): Metrics {
  const reads = history.operations.filter(hasShown)
  return {
    reads: reads.length,
    // By how little does not matter here: it lacked something that its client could have known of.
    stale: reads.filter((read) => lacks(history, read, 0)).length,
    unknown: history.operations.filter(({ ending }) => ending === 'unknown').length,
  }
}

/** A read without an answer has shown nothing to anybody. */
const hasShown = ({ does, ending }: Operation): boolean => does === 'read' && ending === 'ok'

function balanceAt({ entries }: History, { wallet, version = 0 }: Operation): number {
  return entries
    .filter((entry) => entry.wallet === wallet && entry.version <= version)
    .reduce((sum, { amount_minor }) => sum + amount_minor, 0)
}

/** Whether it lacks what was acknowledged more than so long before it was asked for. Acknowledged, not asked for: the two overlap else. */
function lacks({ operations }: History, read: Operation, boundMs: number): boolean {
  return operations.some(
    ({ does, ending, wallet, endedMs, version = 0 }) =>
      does === 'pay' &&
      ending === 'ok' &&
      wallet === read.wallet &&
      read.invokedMs - endedMs > boundMs &&
      version > (read.version ?? 0),
  )
}

/** Two reads have an order only if one had ended before the other began, and only for one and the same client. */
function wentBack(before: Operation, read: Operation): boolean {
  return (
    before.client === read.client &&
    before.wallet === read.wallet &&
    before.endedMs < read.invokedMs &&
    (before.version ?? 0) > (read.version ?? 0)
  )
}

function isTorn({ steps, done, undone }: Saga): boolean {
  const standing = steps.filter((step) => done.includes(step) && !undone.includes(step)).length
  return standing < steps.length
}
