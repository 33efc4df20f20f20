/** Payments and poison, and where they are put. */
import type { Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { countsOf } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource } from '#payments/fixtures'
import { Wallet } from '#payments/wallet'
import { attemptsMax, key } from './operator.ts'

/** A payment is given up by a consumer at this moment of the monitor's clock: it lies in payments.dlq with its story. */
export async function buried(lab: Lab, payment: Payment, diedAt: number): Promise<void> {
  const event = requestedEvent(payment, lab.run.seed)
  const channel = await lab.observer.channel()
  channel.publish(lab.name('payments.dlx'), key, Buffer.from(JSON.stringify(event)), {
    messageId: event.id,
    persistent: true,
    headers: { 'x-reason': 'given up', 'x-attempts': attemptsMax, 'x-died-at': diedAt },
  })
  // Answered behind it: one channel is handled in order.
  await channel.checkExchange(lab.name('payments.dlx'))
  await channel.close()
}

/** The first message leaves payments.dlq for good. What the monitor has in hand is back in a moment. */
export async function takeOne(lab: Lab): Promise<void> {
  await becomes(lab, async () => (await countsOf(lab, 'payments.dlq')).unacked === 0)
  const channel = await lab.observer.channel()
  await channel.get(lab.name('payments.dlq'), { noAck: true })
  await channel.close()
}

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): Wallet {
  return new Wallet(lab.openDatabase('wallet'), seededSource(lab.run.seed))
}

/** Publishes the payment's event; answers its id. */
export async function publish(lab: Lab, payment: Payment): Promise<string> {
  const event = requestedEvent(payment, lab.run.seed)
  await put(lab, event.id, JSON.stringify(event))
  return event.id
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
    { file: 'topology.ts', near: ['bindQueue('] },
  )
}
