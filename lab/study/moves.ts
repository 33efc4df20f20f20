/**
 * The few moves that experiments are made of, so that each reads as what it shows. Producers and consumers speak
 * through the lab's proxies: whoever watches sees every frame, and faults can be placed before them.
 */
import type { Channel, ConsumeMessage } from 'amqplib'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { Lab } from '../kit/lab.ts'
import { text } from '../verdict/language.ts'
import type { Lane } from '../verdict/verdict.ts'

/** Payments to send, the same for the same seed. */
export function paymentEvents(lab: Lab, count: number): Envelope[] {
  const { seed } = lab.run
  return somePayments(count, seededSource(seed)).map((payment) => requestedEvent(payment, seed))
}

export interface Publication {
  readonly exchange: string
  readonly routingKey: string
  /** The body. Its id is the message's. */
  readonly event: { readonly id: string }
  /** Default true. */
  readonly persistent?: boolean
  readonly mandatory?: boolean
  readonly headers?: Readonly<Record<string, unknown>>
  /** Milliseconds until it expires. */
  readonly expiration?: number
}

export interface Producer {
  /** Resolves with the broker's answer. Names pass through `lab.name` here. */
  publish(publication: Publication): Promise<'confirmed' | 'nacked' | 'returned'>
}

/** A producer with publisher confirms, one message after another. */
export async function openProducer(lab: Lab, lane: Lane = 'producer'): Promise<Producer> {
  const channel = await (await lab.client(lane)).createConfirmChannel()
  channel.on('error', () => {})
  return {
    async publish({ exchange, routingKey, event, expiration, ...options }) {
      let isReturned = false
      const onReturn = (): void => {
        isReturned = true
      }
      channel.once('return', onReturn)
      const answer = await new Promise<'confirmed' | 'nacked'>((resolve) => {
        const { persistent = true } = options
        channel.publish(
          exchange === '' ? '' : lab.name(exchange),
          // The default exchange knows a queue by its name, which is a name of this run.
          exchange === '' ? lab.name(routingKey) : routingKey,
          Buffer.from(JSON.stringify(event)),
          {
            ...options,
            persistent,
            messageId: event.id,
            ...(expiration === undefined ? {} : { expiration: String(expiration) }),
          },
          (error: unknown) => resolve(error ? 'nacked' : 'confirmed'),
        )
      })
      channel.off('return', onReturn)
      return isReturned && answer === 'confirmed' ? 'returned' : answer
    },
  }
}

export interface Delivery {
  readonly id: string
  readonly redelivered: boolean
  readonly message: ConsumeMessage
}

export interface Consumer {
  /** What it was given so far, in order. */
  readonly deliveries: readonly Delivery[]
  readonly channel: Channel
  /** Its consumer tag, to cancel it by. */
  readonly tag: string
  /** Resolves when it has been given so many. */
  has(count: number): Promise<void>
  ack(delivery: Delivery | undefined): void
  /** Resolves when the broker has handled what was sent before, such as an ack. */
  told(): Promise<void>
  /** Closes its connection: what it has not acknowledged goes back. */
  close(): Promise<void>
}

/** A consumer with a connection of its own, which acknowledges nothing by itself. Without `prefetch` it gets all. */
export async function openConsumer(
  lab: Lab,
  options: {
    readonly queue: string
    readonly prefetch?: number
    readonly noAck?: boolean
    readonly lane?: Lane
  },
): Promise<Consumer> {
  const connection = await lab.client(options.lane ?? 'consumer')
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  const queue = lab.name(options.queue)
  const deliveries: Delivery[] = []
  if (options.prefetch !== undefined) await channel.prefetch(options.prefetch)
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      if (message === null) return
      const { messageId = '' } = message.properties
      deliveries.push({ id: String(messageId), redelivered: message.fields.redelivered, message })
    },
    { noAck: options.noAck ?? false },
  )
  return {
    deliveries,
    channel,
    tag: consumerTag,
    async has(count) {
      const missing = text(
        `a consumer got ${deliveries.length} of ${count} messages`,
        `consumer mới nhận ${deliveries.length} trên ${count} message`,
      )
      await lab.until(missing, () => deliveries.length >= count, { whose: 'lab' })
    },
    ack(delivery) {
      if (delivery !== undefined) channel.ack(delivery.message)
    },
    async told() {
      await channel.checkQueue(queue)
    },
    async close() {
      await connection.close()
    },
  }
}

/** Queues, exchanges and bindings of an experiment, declared past the proxies: they are not what it is about. */
export async function declare(
  lab: Lab,
  topology: {
    readonly exchanges?: Readonly<Record<string, 'direct' | 'fanout' | 'topic' | 'headers'>>
    readonly queues: Readonly<
      Record<
        string,
        {
          readonly durable?: boolean
          readonly arguments?: Readonly<Record<string, unknown>>
          /** Exchange and routing key of each binding. */
          readonly bindings?: readonly (readonly [exchange: string, routingKey: string, headers?: object])[]
        }
      >
    >
  },
): Promise<void> {
  const channel = await lab.observer.channel()
  for (const [name, type] of Object.entries(topology.exchanges ?? {}))
    await channel.assertExchange(lab.name(name), type, { durable: true })
  for (const [name, { durable = true, arguments: given = {}, bindings = [] }] of Object.entries(
    topology.queues,
  )) {
    await channel.assertQueue(lab.name(name), { durable, arguments: given })
    for (const [exchange, key, headers = {}] of bindings)
      await channel.bindQueue(lab.name(name), lab.name(exchange), key, headers)
  }
  await channel.close()
}

/** How many messages a queue holds, ready and unacknowledged, as the broker counts them; nothing when it is gone. */
export async function countsIn(
  lab: Lab,
  queue: string,
): Promise<{ readonly ready: number; readonly unacked: number } | undefined> {
  const { queues } = await lab.inspect()
  const found = queues.find(({ name }) => lab.shown(name) === queue)
  return found === undefined ? undefined : { ready: found.ready, unacked: found.unacked }
}
