/** Payments, and such as one of the services refuses. */
import type { Lab } from '#lab/kit'
import type { Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { money } from '#payments/money'

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

/** A merchant whose account is closed when the money shall be booked: the last thing that can go wrong for good. */
export const withClosedAccount = (payment: Payment): Payment => ({ ...payment, merchant_id: 'closed-shop' })
export const withoutAddress = (payment: Payment): Payment => ({ ...payment, merchant_id: 'mute-shop' })
export const aboveTheLimit = (payment: Payment): Payment => ({
  ...payment,
  amount: money(50_000_001n, 'VND'),
})
