/**
 * What can be wrong with a history of payments and reads: a write that is lost or there twice, a read that shows something that never was,
 * that is too old, or older than what its client has seen, and a saga that stopped half way. Pure, over what was asked and what is there
 * when all is quiet.
 */

/** A payment, a read or a saga, as its client saw it. */
export interface WalletOperation {
  readonly id: number
  readonly client: string
  readonly does: 'pay' | 'read' | 'saga'
  readonly wallet: string
  readonly invokedMs: number
  readonly endedMs: number
  /** `unknown`: the client has no answer. It may have happened. */
  readonly ending: 'ok' | 'fail' | 'unknown'
  /** Of a payment that ended ok, the version that it made; of a read that ended ok, the version that it showed. */
  readonly version?: number
  /** Of a read that ended ok. */
  readonly balance_minor?: number
}

export interface WalletHistory {
  readonly operations: readonly WalletOperation[]
  /** The ledger when all is quiet, in order. */
  readonly entries: readonly {
    readonly operation: number
    readonly wallet: string
    readonly amount_minor: number
    readonly version: number
  }[]
  /** What became of each saga when all is quiet. */
  readonly sagas: readonly {
    readonly operation: number
    readonly steps: readonly string[]
    readonly done: readonly string[]
    readonly undone: readonly string[]
  }[]
}

export const walletAnomalyKinds = [
  'lost write',
  'duplicate',
  'wrong balance',
  'stale beyond bound',
  'non-monotonic',
  'torn saga',
] as const
export type WalletAnomalyKind = (typeof walletAnomalyKinds)[number]

export interface WalletAnomaly {
  readonly kind: WalletAnomalyKind
  /** The payment, the read or the saga that it is about. */
  readonly operation: number
}

/** Everything that is wrong, by kind and in order of invocation. @param boundMs how old a read may be */
export function walletAnomalies(
  history: WalletHistory,
  { boundMs }: { readonly boundMs: number },
): readonly WalletAnomaly[] {
  const found: Readonly<Record<WalletAnomalyKind, readonly number[]>> = {
    'lost write': lostWrites(history),
    duplicate: duplicates(history),
    'wrong balance': wrongBalances(history),
    'stale beyond bound': staleBeyond(history, boundMs),
    'non-monotonic': nonMonotonic(history),
    'torn saga': tornSagas(history),
  }
  return walletAnomalyKinds.flatMap((kind) => found[kind].map((operation) => ({ kind, operation })))
}

/** Payments that were acknowledged and have no entry. */
function lostWrites({ operations, entries }: WalletHistory): readonly number[] {
  const booked = new Set(entries.map(({ operation }) => operation))
  return operations
    .filter(({ id, does, ending }) => does === 'pay' && ending === 'ok' && !booked.has(id))
    .map(({ id }) => id)
}

/** Payments with more than one entry, however they ended. */
function duplicates({ operations, entries }: WalletHistory): readonly number[] {
  return operations
    .filter(
      ({ id, does }) => does === 'pay' && entries.filter(({ operation }) => operation === id).length > 1,
    )
    .map(({ id }) => id)
}

/** Reads whose balance is not the sum of the wallet's entries up to their version. */
function wrongBalances({ operations, entries }: WalletHistory): readonly number[] {
  return reads(operations)
    .filter(({ wallet, version = 0, balance_minor }) => {
      const upTo = entries.filter((entry) => entry.wallet === wallet && entry.version <= version)
      return upTo.reduce((sum, { amount_minor }) => sum + amount_minor, 0) !== balance_minor
    })
    .map(({ id }) => id)
}

/** Reads that lack a payment which had been acknowledged more than `boundMs` before they were asked for. */
export function staleBeyond({ operations }: WalletHistory, boundMs: number): readonly number[] {
  const acknowledged = operations.filter(({ does, ending }) => does === 'pay' && ending === 'ok')
  return reads(operations)
    .filter((read) =>
      acknowledged.some(
        (pay) =>
          pay.wallet === read.wallet &&
          read.invokedMs - pay.endedMs > boundMs &&
          (pay.version ?? 0) > (read.version ?? 0),
      ),
    )
    .map(({ id }) => id)
}

/** Reads that show less than one that the same client had finished before it asked for this one. */
function nonMonotonic({ operations }: WalletHistory): readonly number[] {
  const all = reads(operations)
  return all
    .filter((read) =>
      all.some(
        (before) =>
          before.client === read.client &&
          before.wallet === read.wallet &&
          before.endedMs < read.invokedMs &&
          (before.version ?? 0) > (read.version ?? 0),
      ),
    )
    .map(({ id }) => id)
}

/** Sagas of which some steps stand and some don't. */
function tornSagas({ sagas }: WalletHistory): readonly number[] {
  return sagas
    .filter(({ steps, done, undone }) => {
      const standing = steps.filter((step) => done.includes(step) && !undone.includes(step))
      return standing.length > 0 && standing.length < steps.length
    })
    .map(({ operation }) => operation)
}

function reads(operations: readonly WalletOperation[]): readonly WalletOperation[] {
  return operations.filter(({ does, ending }) => does === 'read' && ending === 'ok')
}
