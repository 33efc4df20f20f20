/**
 * The saga of a payment as data: its steps in order, what each asks for, how it is undone, under which key, how long it may take,
 * how often it is asked, and of which class it is. Orchestrator, participants and tests read the same table.
 */
import type { Payment } from './events.ts'

/**
 * - `compensatable`: can be undone, and is when a later step fails for good
 * - `pivot`: the point of no return; it may still be refused, but once it is done the saga runs to its end
 * - `retriable`: comes after the pivot, is asked again until it is done, and never makes the saga turn back
 */
export const stepClasses = ['compensatable', 'pivot', 'retriable'] as const
export type StepClass = (typeof stepClasses)[number]

export interface SagaStep {
  readonly name: 'validate' | 'charge' | 'update-balance' | 'notify'
  /** Who does it: a service with a queue of its own. */
  readonly service: 'wallet' | 'card' | 'notifications'
  readonly class: StepClass
  /** The command, and the two answers to it. */
  readonly action: string
  readonly done: string
  readonly refused: string
  /** The command that undoes it, and the answer; absent where nothing is undone. */
  readonly compensation?: { readonly action: string; readonly done: string }
  /** What makes it the same step however often it is asked for; `<payment_id>` stands for the payment's. */
  readonly key: string
  /** How long an answer is waited for before it is asked for again. */
  readonly timeoutMs: number
  /**
   * How often an answer is asked for before the saga turns back with the outcome unknown. Infinity where it can't turn back: a pivot
   * whose outcome is unknown may have happened.
   */
  readonly attemptsMax: number
}

/** Validate, charge, update balance, notify. */
export const sagaSteps: readonly SagaStep[] = [
  {
    name: 'validate',
    service: 'wallet',
    class: 'compensatable',
    action: 'validate-payment',
    done: 'payment-validated',
    refused: 'payment-refused',
    compensation: { action: 'release-hold', done: 'hold-released' },
    key: '<payment_id>:hold',
    timeoutMs: 2_000,
    attemptsMax: 5,
  },
  {
    name: 'charge',
    service: 'card',
    class: 'compensatable',
    action: 'charge-card',
    done: 'card-charged',
    refused: 'card-declined',
    compensation: { action: 'refund-card', done: 'card-refunded' },
    key: '<payment_id>:charge',
    timeoutMs: 5_000,
    attemptsMax: 4,
  },
  {
    name: 'update-balance',
    service: 'wallet',
    class: 'pivot',
    action: 'update-balance',
    done: 'balance-updated',
    refused: 'balance-refused',
    key: '<payment_id>:capture',
    timeoutMs: 2_000,
    attemptsMax: Number.POSITIVE_INFINITY,
  },
  {
    name: 'notify',
    service: 'notifications',
    class: 'retriable',
    action: 'notify-customer',
    done: 'customer-notified',
    refused: 'notification-failed',
    key: '<payment_id>:receipt',
    timeoutMs: 10_000,
    attemptsMax: Number.POSITIVE_INFINITY,
  },
]

/** How a saga stands. `settled` and `cancelled` are final. */
export const sagaStatuses = ['running', 'compensating', 'settled', 'cancelled'] as const
export type SagaStatus = (typeof sagaStatuses)[number]

/** From each status, those that may follow. */
export const sagaFollowers = {
  running: ['settled', 'compensating', 'cancelled'],
  compensating: ['cancelled'],
  settled: [],
  cancelled: [],
} as const satisfies Record<SagaStatus, readonly SagaStatus[]>

/** A saga as whoever runs it knows it. */
export interface SagaState {
  readonly status: SagaStatus
  /** Names of the steps that are done, in the order in which they were. */
  readonly completed: readonly string[]
  /** Names of the steps that were undone, in the order in which they were. */
  readonly compensated: readonly string[]
  /** Why it turned back, or what a retriable step could not do. */
  readonly reason?: string
}

/** The key of a step of one payment: the same on every attempt. */
export function stepKey(step: Pick<SagaStep, 'key'>, { payment_id }: Pick<Payment, 'payment_id'>): string {
  return step.key.replace('<payment_id>', payment_id)
}

/** Largest amount that passes validation, in minor units: a shop's limit for one payment. */
const limitMinor = { VND: 50_000_000n, USD: 100_000n, KWD: 400_000n } as Readonly<Record<string, bigint>>

/** Why validation refuses a payment for good; nothing when it does not. */
export function refusedByLimit({ amount }: Payment): string | undefined {
  const limit = limitMinor[amount.currency]
  if (limit === undefined) return `no shop takes ${amount.currency}`
  return amount.minor > limit ? 'the amount is above the limit of one payment' : undefined
}

/** Why the wallet refuses to book a payment for good: the merchant's account was closed meanwhile. */
export function refusedByAccount({ merchant_id }: Payment): string | undefined {
  return merchant_id.startsWith('closed-') ? `the account of ${merchant_id} is closed` : undefined
}

/** Why a customer can't be told: the address does not exist. */
export function refusedByMailbox({ merchant_id }: Payment): string | undefined {
  return merchant_id.startsWith('mute-') ? `${merchant_id} has no address` : undefined
}
