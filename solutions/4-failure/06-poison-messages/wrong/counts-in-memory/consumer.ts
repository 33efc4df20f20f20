// mistake: counts the attempts in a Map of its own process
// refused by: failure-06.3
// says: what did the next one know of the attempts before it?

/** The wallet's consumer: it books payments, tries a failed one again within bounds, and takes no other message along. */

import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { MerchantFrozen, Wallet } from '#payments/wallet'
import { attemptsMax, declareTopology } from './topology.ts'

/** How one attempt ended. */
type Outcome =
  | { readonly is: 'booked' }
  /** `mayPass`: a later attempt may succeed. */
  | { readonly is: 'failed'; readonly reason: string; readonly mayPass: boolean }

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const wallet = new Wallet(database, world)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-consumer' },
  })
  connection.on('error', () => {})
  let isStopping = false
  connection.on('close', () => {
    if (!isStopping) process.exit(1)
  })
  const channel = await connection.createConfirmChannel()
  let isOpen = true
  channel.on('error', () => {})
  channel.on('close', () => {
    isOpen = false
  })
  await declareTopology(world, channel)
  // One. If this process dies of a message, everything else that it holds is counted as having come back too: with ten out at a
  // time, three deaths would drag nine good payments into the DLQ.
  await channel.prefetch(1)

  /** Inside of the try stands everything that looks at the message: bytes that can't be read must not end the process. */
  function attempt(message: ConsumeMessage): Outcome {
    try {
      wallet.book(openEvent(message.content).data)
      return { is: 'booked' }
    } catch (error) {
      // Permanent unless known to pass: a class of errors that nobody has thought of is better found in the DLQ than in a loop.
      const mayPass = error instanceof MerchantFrozen
      return { is: 'failed', reason: error instanceof Error ? error.message : String(error), mayPass }
    }
  }

  async function work(message: ConsumeMessage): Promise<void> {
    const outcome = attempt(message)
    try {
      if (outcome.is === 'failed') {
        const id = String(message.properties.messageId)
        const attempts = (counts.get(id) ?? 0) + 1
        counts.set(id, attempts)
        // reject, not nack: from RabbitMQ 4.3 on only what was rejected (or lost with its consumer) counts.
        if (outcome.mayPass && attempts < attemptsMax) return channel.reject(message, true)
        await bury(message, { reason: outcome.reason, attempts })
      }
      if (isOpen) channel.ack(message)
    } catch {
      // Nobody confirmed the copy, so the original stays unacked, and comes again when this channel is gone.
    }
  }

  /** The last reject would do as well, but the broker can't say why: so the reason travels in headers, and the ack comes last. */
  async function bury(message: ConsumeMessage, story: { reason: string; attempts: number }): Promise<void> {
    const { headers, ...properties } = message.properties
    // Other people's headers go along. The broker's counts belong to the delivery that ends here.
    const { 'x-delivery-count': _, 'x-death': __, ...others } = headers ?? {}
    const { exchange, routingKey } = message.fields
    await publishConfirmed(channel, world.name('payments.dlx'), routingKey, message.content, {
      ...(properties as amqp.Options.Publish),
      headers: {
        ...others,
        'x-reason': story.reason,
        'x-attempts': story.attempts,
        'x-origin-exchange': exchange,
        'x-origin-routing-key': routingKey,
        'x-died-at': world.clock.now(),
      },
      persistent: true,
      mandatory: true,
    })
  }

  const counts = new Map<string, number>()
  const inWork = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null) return
    const working = work(message).finally(() => inWork.delete(working))
    inWork.add(working)
  })

  return {
    async stop() {
      isStopping = true
      if (isOpen) await channel.cancel(consumerTag)
      await Promise.all(inWork)
      if (isOpen) await channel.close()
      await connection.close()
      database.close()
    },
  }
}

/** Resolves when the broker has the message in a queue; rejects when it came back, was refused, or nobody knows. */
function publishConfirmed(
  channel: ConfirmChannel,
  exchange: string,
  routingKey: string,
  content: Buffer,
  options: amqp.Options.Publish,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isReturned = false
    const onReturn = (returned: { properties: { messageId?: unknown } }) => {
      if (returned.properties.messageId === options.messageId) isReturned = true
    }
    channel.on('return', onReturn)
    channel.publish(exchange, routingKey, content, options, (error: unknown) => {
      channel.off('return', onReturn)
      if (error === null && !isReturned) resolve()
      else reject(error instanceof Error ? error : new Error(`${exchange} leads to no queue`))
    })
  })
}
