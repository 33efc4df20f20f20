/** A bank to be searched for mistakes: a plan goes in, and what came of it comes out. Leave it as it is. */

/** One thing that a client wants. The wallet has 100 to begin with, and must not be overdrawn. */
export interface Action {
  /** 0, 1 or 2. A client begins its next action when it has an answer to the one before. */
  readonly client: number
  readonly kind: 'deposit' | 'withdraw'
  /** From 1. */
  readonly amount_minor: number
}

/** Each action takes a few steps. A turn says whose step is next, or that the bank's process dies and is started again. */
export type Turn = number | 'crash'

export interface Plan {
  readonly actions: readonly Action[]
  /** When these are used up, what is left is done client by client. */
  readonly turns: readonly Turn[]
}

export interface Played {
  /** Of each action, in the order of the plan. `unknown`: the bank died before it had answered; it was booked, or it was not. */
  readonly outcomes: readonly ('ok' | 'refused' | 'unknown')[]
  readonly balance_minor: number
  /** What was booked, in order. `action` is its place in the plan. */
  readonly entries: readonly { readonly action: number; readonly amount_minor: number }[]
}

/** Plays a plan against a new bank. The same plan comes to the same each time. */
export type Play = (plan: Plan) => Played
