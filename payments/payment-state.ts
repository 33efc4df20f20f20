/** The states of a payment as a table: what may follow what, and the event that tells of it. */
import { type PaymentEventName, type PaymentStatus, paymentEvents } from './events.ts'

/** From each status, those that may follow. A status without followers is final. */
export const followers = {
  CREATED: ['VALIDATED', 'DECLINED'],
  VALIDATED: ['AUTHORIZED', 'DECLINED', 'NEEDS_REVIEW'],
  AUTHORIZED: ['CAPTURED', 'VOIDED', 'NEEDS_REVIEW'],
  CAPTURED: ['SETTLED', 'REFUNDED', 'NEEDS_REVIEW'],
  SETTLED: ['REFUNDED'],
  NEEDS_REVIEW: ['CAPTURED', 'DECLINED', 'REFUNDED', 'VOIDED'],
  DECLINED: [],
  VOIDED: [],
  REFUNDED: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>

/** A step that a payment in its present state can't take: a late, repeated or misrouted message. Retrying is useless. */
export class PaymentStateError extends Error {
  override readonly name = 'PaymentStateError'
}

/** @throws PaymentStateError unless `to` may follow `from` */
export function refuseStep(from: PaymentStatus, to: PaymentStatus): void {
  const allowed: readonly PaymentStatus[] = followers[from]
  if (allowed.includes(to)) return
  const next = allowed.length === 0 ? 'it is final' : `${allowed.join(', ')} may follow`
  throw new PaymentStateError(`a payment that is ${from} can't become ${to}: ${next}`)
}

/** The event that tells of a payment's new status; undefined for the two that have none yet. */
export function eventOf(status: PaymentStatus): PaymentEventName | undefined {
  const names = Object.keys(paymentEvents) as PaymentEventName[]
  return names.find((name) => paymentEvents[name].status === status)
}
