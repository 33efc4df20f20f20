/** Payments that can't be booked, on their way to the consumer, and the books they are missing from. */
import type { Lab } from '#lab/kit'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Wallet } from '#payments/wallet'
import { topologyFile } from './services.ts'

export const key = 'payment.requested'

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): Wallet {
  return new Wallet(lab.openDatabase('wallet'), seededSource(lab.run.seed))
}

/** Payments of merchants whose accounts are frozen: each attempt to book one fails. */
export function frozenPayments(lab: Lab, wallet: Wallet, howMany: number): readonly Payment[] {
  const payments = somePayments(howMany, seededSource(lab.run.seed))
  for (const { merchant_id } of payments) wallet.freeze(merchant_id)
  return payments
}

export async function publish(lab: Lab, payment: Payment): Promise<Envelope> {
  const event = requestedEvent(payment, lab.run.seed)
  await put(lab, event.id, JSON.stringify(event))
  return event
}

export async function put(lab: Lab, messageId: string, body: string): Promise<void> {
  const outcome = await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId,
    body,
  })
  if (outcome === 'routed') return
  throw lab.breaks(
    text(
      `the exchange "payments" leads ${key} to no queue`,
      `exchange "payments" không dẫn ${key} tới queue nào`,
    ),
    { file: topologyFile, near: ['bindQueue('] },
  )
}
