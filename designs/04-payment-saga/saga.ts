/** The saga of a payment as data: its steps, its states, and what of it is on disk. */

/**
 * - `compensatable`: can be undone, and is when a later step fails for good
 * - `pivot`: the point of no return
 * - `retriable`: comes after it, is asked again until it is done
 */
export type StepClass = 'compensatable' | 'pivot' | 'retriable'

export interface Step {
  readonly name: string
  readonly service: string
  readonly class: StepClass
  /** The messages on which its service does it: a command, or events, where nobody conducts. */
  readonly hears: readonly string[]
  /** What it answers. Without `refused` it can't be refused for good. */
  readonly done: string
  readonly refused?: string
  /** What makes it the same step however often it is asked for: text with `<payment_id>`, `<step>`, `<attempt>`, `<message_id>`. */
  readonly key: string
  readonly compensation?: { readonly hears: readonly string[]; readonly done: string; readonly key: string }
  /** Why nothing undoes it. */
  readonly uncompensated?: string
  readonly timeoutMs: number
  /** How often an answer is waited for before the saga gives up; Infinity where it never does. */
  readonly attemptsMax: number
}

/** Where a message leads. Besides messages there are `timeout` (no answer in time) and `gave-up` (the last of `attemptsMax`). */
export interface Transition {
  readonly from: string
  readonly on: string
  readonly to: string
  /** What is told then. */
  readonly asks?: string
}

export interface Saga {
  readonly style: 'orchestration' | 'choreography'
  /** What makes two requests one saga. */
  readonly key: string
  readonly steps: readonly Step[]
  /** The first one is `new`. */
  readonly states: Readonly<Record<string, 'open' | 'settled' | 'cancelled'>>
  readonly transitions: readonly Transition[]
  /** What of a saga survives a crash. */
  readonly stored: readonly ('payment' | 'state' | 'deadline' | 'attempts' | 'reason')[]
  /** In which order state and message are written: in one transaction, or one after the other. */
  readonly commit: 'together' | 'state-first' | 'message-first'
}

export const saga: Saga = {
  // TODO design-04.3: choose, and say in SAGA.md why
  style: 'orchestration',
  // TODO design-04.6: what makes two requests one saga?
  key: '',
  // TODO design-04.2: validate, charge, update-balance, notify, each with its class
  // TODO design-04.4: how is each undone, under which key, or why not
  steps: [],
  // TODO design-04.1: the states, and which of them are the end
  states: { new: 'open' },
  // TODO design-04.5: where do an answer, a refusal, a timeout and giving up lead, in each state?
  transitions: [],
  // TODO design-04.6: what does a process that was killed find?
  stored: [],
  commit: 'together',
}
