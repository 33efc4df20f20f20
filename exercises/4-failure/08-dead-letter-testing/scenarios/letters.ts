/** What the scenarios share: queues in which messages die, a consumer that buries them, and looks into both. */
import type { Channel } from 'amqplib'
import type { FoundMessage, Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { countsOf } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource } from '#payments/fixtures'
import { MerchantFrozen, Wallet } from '#payments/wallet'

export const lane = 'consumer'
export const key = 'payment.requested'
export const frozenMerchant = 'frozen-corner'
/** What our consumer allows: a frozen account may be thawed, the rest stays as it is. */
export const attemptsMax = 4

/** The topology belongs to the lab here. A classic DLQ, without a delivery limit: whoever looks into it lets everything come back. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  const [payments, dlx, work, dlq] = ['payments', 'payments.dlx', 'payments.work', 'payments.dlq'].map(
    (name) => lab.name(name),
  ) as [string, string, string, string]
  await channel.assertExchange(dlx, 'fanout', { durable: true })
  await channel.assertQueue(dlq, { durable: true })
  await channel.bindQueue(dlq, dlx, '')
  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1, 'x-dead-letter-exchange': dlx },
  })
  await channel.bindQueue(work, payments, key)
  await channel.close()
}

/** What our consumer does wrong on purpose. */
export interface Plan {
  /** Acknowledged, and not booked. */
  readonly lost: readonly string[]
  /** Other limits than the right ones. */
  readonly limits: Readonly<Record<string, number>>
}

/** Our own consumer: works until payments.work is empty, within its limits; answers how often it attempted each message. */
export async function workOff(
  lab: Lab,
  wallet: Wallet,
  { lost, limits }: Plan = { lost: [], limits: {} },
): Promise<Record<string, number>> {
  const channel = await lab.observer.channel()
  const attempts: Record<string, number> = {}
  for (;;) {
    const message = await channel.get(lab.name('payments.work'))
    if (message === false) break
    const id: string = message.properties.messageId ?? ''
    const made = (attempts[id] ?? 0) + 1
    attempts[id] = made
    if (lost.includes(id)) {
      channel.ack(message)
      continue
    }
    try {
      wallet.book(openEvent(message.content).data)
      channel.ack(message)
    } catch (error) {
      const limit = limits[id] ?? (error instanceof MerchantFrozen ? attemptsMax : 1)
      if (made < limit) {
        channel.reject(message, true)
        continue
      }
      publishDead(lab, channel, {
        id,
        body: message.content,
        reason: error instanceof Error ? error.message : String(error),
        attempts: made,
        redrives: Number(message.properties.headers?.['x-redrives'] ?? 0),
      })
      // One channel is handled in order: the copy is there before this.
      channel.ack(message)
    }
  }
  await channel.close()
  return attempts
}

interface Burial {
  readonly id: string
  readonly body: Buffer | string
  readonly reason: string
  readonly attempts?: number
  readonly redrives?: number
  readonly routingKey?: string
}

/** Into the DLX, and there when this resolves. */
export async function bury(lab: Lab, burial: Burial): Promise<void> {
  const channel = await lab.observer.channel()
  publishDead(lab, channel, burial)
  await channel.checkExchange(lab.name('payments.dlx'))
  await channel.close()
}

/** As our consumer of failure-06 does it: with the story in headers. */
export function publishDead(lab: Lab, channel: Channel, burial: Burial): void {
  const { id, body, reason, attempts = 1, redrives = 0, routingKey = key } = burial
  channel.publish(lab.name('payments.dlx'), routingKey, Buffer.from(body), {
    messageId: id,
    persistent: true,
    headers: {
      'x-reason': reason,
      'x-attempts': attempts,
      'x-origin-exchange': lab.name('payments'),
      'x-origin-routing-key': routingKey,
      'x-died-at': Date.now(),
      ...(redrives === 0 ? {} : { 'x-redrives': redrives }),
    },
  })
}

/** A payment is rejected from payments.work: the broker buries it, and says so in x-death. Answers its id. */
export async function rejectedFromWork(lab: Lab, payment: Payment): Promise<string> {
  const before = (await countsOf(lab, 'payments.dlq')).ready
  const id = await publish(lab, payment)
  const channel = await lab.observer.channel()
  const message = await channel.get(lab.name('payments.work'))
  if (message !== false) channel.reject(message, false)
  await channel.close()
  await lab.until(
    text('a rejected message did not arrive in the DLQ', 'message bị reject không tới được DLQ'),
    async () => (await countsOf(lab, 'payments.dlq')).ready > before,
    { whose: 'lab' },
  )
  return id
}

/** What is in a queue, in its order; it stays there. */
export async function peek(lab: Lab, queue: string): Promise<FoundMessage[]> {
  const channel = await lab.observer.channel()
  const found: FoundMessage[] = []
  for (;;) {
    const got = await channel.get(lab.name(queue))
    if (got === false) break
    const { properties, fields, content } = got
    found.push({
      body: content,
      exchange: fields.exchange,
      routingKey: fields.routingKey,
      redelivered: fields.redelivered,
      messageId: properties.messageId,
      correlationId: properties.correlationId,
      type: properties.type,
      contentType: properties.contentType,
      timestamp: properties.timestamp,
      deliveryMode: properties.deliveryMode,
      headers: properties.headers ?? {},
    })
  }
  if (found.length > 0) channel.nackAll(true)
  await channel.close()
  return found
}

export async function emptied(lab: Lab): Promise<void> {
  await resting(lab)
  for (const queue of ['payments.work', 'payments.dlq']) await lab.observer.takeAll(lab.name(queue))
}

/** Waits until nobody holds a message of the DLQ or of work. */
export async function resting(lab: Lab): Promise<void> {
  await becomes(lab, async () => {
    const both = [await countsOf(lab, 'payments.dlq'), await countsOf(lab, 'payments.work')]
    return both.every(({ unacked }) => unacked === 0)
  })
}

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
  await lab.observer.publish({ exchange: lab.name('payments'), routingKey: key, messageId, body })
}
