/** The queues, which belong to the lab, and the events of a run. */
import type { Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

export const queue = 'payments.charge'
export const deadQueue = 'payments.dead'
const key = 'payment.requested'

/** The topology is the lab's. What payments.charge refuses goes to payments.dead; `kept` has a copy of everything. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name(deadQueue), { durable: true })
  await channel.assertQueue(lab.name('kept'), { durable: true })
  await channel.assertQueue(lab.name(queue), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: lab.name(deadQueue),
  })
  for (const name of [queue, 'kept']) await channel.bindQueue(lab.name(name), lab.name('payments'), key)
  await channel.close()
}

export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed), { lookAlikes: true }).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

/** Called twice for one event it is what a producer does that has missed a confirm. */
export async function put(lab: Lab, event: Envelope, headers: Record<string, unknown> = {}): Promise<void> {
  const body = JSON.stringify(event)
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: event.id,
    body,
    headers,
  })
}

export function paymentIn(event: Envelope): Payment {
  const { payment_id, merchant_id, amount } = openEvent(JSON.stringify(event)).data
  return { payment_id, merchant_id, amount }
}
