/** The events of a run, and how they are sent. */
import type { Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { attemptsMax } from './consumers.ts'

export const key = 'payment.requested'

/** The topology belongs to the lab here. What payments.work refuses goes to payments.dead. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name('payments.work'), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: lab.name('payments.dead'),
  })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

/** Events in pairs: two of one merchant and amount, which only their ids tell apart. */
export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed), { lookAlikes: true }).map((payment: Payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

type Confirming = Awaited<ReturnType<Awaited<ReturnType<Lab['client']>>['createConfirmChannel']>>

const producers = new WeakMap<Lab, Promise<Confirming>>()

/** The channel of the lab's producer, through the proxy of its lane. */
export function producerOf(lab: Lab): Promise<Confirming> {
  const known = producers.get(lab)
  if (known !== undefined) return known
  const opening = lab.client('producer').then(async (connection) => {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    channel.on('close', () => producers.delete(lab))
    return channel
  })
  producers.set(lab, opening)
  return opening
}

/** A producer as mq-02 leaves it: it sends a message, under its id, until it has a confirm. */
export async function send(lab: Lab, event: Envelope): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const channel = await producerOf(lab)
    const isConfirmed = await new Promise<boolean>((resolve) => {
      channel.publish(
        lab.name('payments'),
        key,
        Buffer.from(JSON.stringify(event)),
        { messageId: event.id, persistent: true },
        (error: unknown) => resolve(error === null),
      )
    })
    if (isConfirmed) return
    producers.delete(lab)
  }
  throw new Error(`${event.id} was not confirmed in ${attemptsMax} attempts`)
}

/** Past the proxies. Called twice for one event it is what a producer does that has missed a confirm. */
export async function put(lab: Lab, event: Envelope): Promise<void> {
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: event.id,
    body: JSON.stringify(event),
  })
}

export function withTwiceTheAmount(event: Envelope): Envelope {
  const data = event.data as { amount: { minor: number | string } }
  return { ...event, data: { ...data, amount: { ...data.amount, minor: Number(data.amount.minor) * 2 } } }
}
