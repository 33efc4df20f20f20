/**
 * A history: what clients asked of a cluster and what they were told, in the order in which it happened. An operation has two
 * moments, its invocation and its completion; one that was completed before another was invoked came before it.
 *
 * Outcomes as Jepsen has them: `ok` was confirmed, `failed` certainly did not happen, `unknown` may have happened, may yet
 * happen, or never will.
 */

export type Outcome = 'ok' | 'failed' | 'unknown'

interface Operation {
  /** Who did it: each process does one thing after the other. */
  readonly process: string
  /** Both are places in the order of all moments of the history. */
  readonly invokedAt: number
  readonly completedAt: number
}

/** Values that nobody else writes, in one batch. */
export interface Write extends Operation {
  readonly kind: 'write'
  readonly partition: number
  readonly values: readonly string[]
  readonly isIdempotent: boolean
  /** How often it was sent: a plain producer may write twice what it sends twice. */
  readonly attempts: number
  readonly outcome: Outcome
  /** Of its first value, as the broker said; -1 unless it is `ok`. */
  readonly offset: number
  readonly transaction?: string
}

/** A commit or an abort. */
export interface End extends Operation {
  readonly kind: 'end'
  readonly transaction: string
  readonly isCommit: boolean
  readonly outcome: Outcome
}

export interface SeenRecord {
  readonly offset: number
  readonly value: string
}

export interface Read extends Operation {
  readonly kind: 'read'
  readonly partition: number
  /** Whether it asked for committed records only. */
  readonly isCommitted: boolean
  /** The offsets that it covers: from the first up to, not including, the second. */
  readonly from: number
  readonly upTo: number
  readonly records: readonly SeenRecord[]
  /** The broker had no such offset, though it had given the records before it. */
  readonly isOutOfRange: boolean
}

export interface OffsetCommit extends Operation {
  readonly kind: 'offset-commit'
  readonly group: string
  readonly partition: number
  readonly offset: number
  readonly outcome: Outcome
  readonly transaction?: string
}

export interface OffsetFetch extends Operation {
  readonly kind: 'offset-fetch'
  readonly group: string
  readonly partition: number
  /** -1: none. */
  readonly offset: number
}

export type Happening = Write | End | Read | OffsetCommit | OffsetFetch

/** What was done to the cluster: for whoever reads a history. */
export interface Disturbance {
  readonly at: number
  readonly what: string
}

/** A partition from its first to its last offset, once nothing moves any more. */
export interface FinalRead {
  readonly partition: number
  readonly all: readonly SeenRecord[]
  readonly committed: readonly SeenRecord[]
}

export interface History {
  readonly operations: readonly Happening[]
  readonly disturbances: readonly Disturbance[]
  readonly final: readonly FinalRead[]
}

type Fields<H> = H extends Happening ? Omit<H, 'invokedAt' | 'completedAt'> : never

/** Writes a history while it happens. */
export class Recorder {
  readonly #operations: Happening[] = []
  readonly #disturbances: Disturbance[] = []
  #moments = 0

  /** The moment of an invocation. */
  begin(): number {
    return this.#moments++
  }

  /** What began at `invokedAt` is completed now. */
  end(invokedAt: number, operation: Fields<Happening>): void {
    this.#operations.push({ ...operation, invokedAt, completedAt: this.#moments++ } as Happening)
  }

  disturb(what: string): void {
    this.#disturbances.push({ at: this.#moments++, what })
  }

  finish(final: readonly FinalRead[]): History {
    return { operations: this.#operations, disturbances: this.#disturbances, final }
  }
}
