/** A history: what clients asked for and were told, and what is there when all is quiet. Leave it as it is. */

/** A payment, a read or a saga, as its client saw it. Times are of one clock, milliseconds. */
export interface Operation {
  readonly id: number
  readonly client: string
  readonly does: 'pay' | 'read' | 'saga'
  readonly wallet: string
  readonly invokedMs: number
  readonly endedMs: number
  /** `fail`: it surely did not happen. `unknown`: the client has no answer, and it may have happened or not. */
  readonly ending: 'ok' | 'fail' | 'unknown'
  /** Of a payment that ended ok the version that it made; of a read that ended ok the version that it showed. */
  readonly version?: number
  /** Of a read that ended ok. */
  readonly balance_minor?: number
}

/** A line of the ledger. */
export interface Entry {
  /** The payment that it belongs to. */
  readonly operation: number
  readonly wallet: string
  readonly amount_minor: number
  /** Of the wallet, from 1. */
  readonly version: number
}

/** What became of a saga. A step that is done and not undone stands. */
export interface Saga {
  readonly operation: number
  readonly steps: readonly string[]
  readonly done: readonly string[]
  readonly undone: readonly string[]
}

export interface History {
  readonly operations: readonly Operation[]
  readonly entries: readonly Entry[]
  readonly sagas: readonly Saga[]
}
