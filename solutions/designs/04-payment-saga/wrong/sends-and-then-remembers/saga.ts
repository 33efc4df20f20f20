// mistake: sends the command first and stores the state behind it, so that nothing is stored that was not sent
// refused by: design-04.6
// says: the saga ends settled, and
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

/** A state that waits for an answer: asks again until it comes. */
const waits = (state: string, asks: string): Transition => ({ from: state, on: 'timeout', to: state, asks })

export const saga: Saga = {
  style: 'orchestration',
  key: '<payment_id>',
  steps: [
    {
      name: 'validate',
      service: 'wallet',
      class: 'compensatable',
      hears: ['validate-payment'],
      done: 'payment-validated',
      refused: 'payment-refused',
      key: '<payment_id>:hold',
      compensation: { hears: ['release-hold'], done: 'hold-released', key: '<payment_id>:release' },
      timeoutMs: 2_000,
      attemptsMax: 5,
    },
    {
      name: 'charge',
      service: 'card',
      class: 'compensatable',
      hears: ['charge-card'],
      done: 'card-charged',
      refused: 'card-declined',
      key: '<payment_id>:charge',
      compensation: { hears: ['refund-card'], done: 'card-refunded', key: '<payment_id>:refund' },
      timeoutMs: 5_000,
      attemptsMax: 4,
    },
    {
      name: 'update-balance',
      service: 'wallet',
      class: 'pivot',
      hears: ['update-balance'],
      done: 'balance-updated',
      refused: 'balance-refused',
      key: '<payment_id>:capture',
      uncompensated:
        'it is the pivot: refused, nothing was booked; booked, the payment stands and the saga only goes forward',
      timeoutMs: 2_000,
      attemptsMax: Number.POSITIVE_INFINITY,
    },
    {
      name: 'notify',
      service: 'notifications',
      class: 'retriable',
      hears: ['notify-customer'],
      done: 'customer-notified',
      refused: 'notification-failed',
      key: '<payment_id>:receipt',
      uncompensated: 'a mail that was sent cannot be taken back, and who has paid has paid',
      timeoutMs: 10_000,
      attemptsMax: Number.POSITIVE_INFINITY,
    },
  ],
  states: {
    new: 'open',
    validating: 'open',
    charging: 'open',
    updating: 'open',
    notifying: 'open',
    refunding: 'open',
    releasing: 'open',
    settled: 'settled',
    cancelled: 'cancelled',
  },
  transitions: [
    { from: 'new', on: 'payment-requested', to: 'validating', asks: 'validate-payment' },

    { from: 'validating', on: 'payment-validated', to: 'charging', asks: 'charge-card' },
    { from: 'validating', on: 'payment-refused', to: 'cancelled' },
    waits('validating', 'validate-payment'),
    // The hold may be there: it is released as if it were.
    { from: 'validating', on: 'gave-up', to: 'releasing', asks: 'release-hold' },

    { from: 'charging', on: 'card-charged', to: 'updating', asks: 'update-balance' },
    { from: 'charging', on: 'card-declined', to: 'releasing', asks: 'release-hold' },
    waits('charging', 'charge-card'),
    // Money may have moved, or may move yet: it is refunded as if it had.
    { from: 'charging', on: 'gave-up', to: 'refunding', asks: 'refund-card' },

    { from: 'updating', on: 'balance-updated', to: 'notifying', asks: 'notify-customer' },
    { from: 'updating', on: 'balance-refused', to: 'refunding', asks: 'refund-card' },
    // Never given up: an unknown booking may be a booking.
    waits('updating', 'update-balance'),

    { from: 'notifying', on: 'customer-notified', to: 'settled' },
    { from: 'notifying', on: 'notification-failed', to: 'settled' },
    waits('notifying', 'notify-customer'),

    { from: 'refunding', on: 'card-refunded', to: 'releasing', asks: 'release-hold' },
    waits('refunding', 'refund-card'),

    { from: 'releasing', on: 'hold-released', to: 'cancelled' },
    waits('releasing', 'release-hold'),
  ],
  // `reason` is for people; whoever restarts without `attempts` begins to count anew, which costs time and no money.
  stored: ['payment', 'state', 'deadline', 'attempts', 'reason'],
  // The broker has confirmed it by then, so it is safe to write it down.
  commit: 'message-first',
}
