// way: a wait between two attempts: errors are counted in a header, deaths by the broker

/** The wallet's consumer: it books payments, tries a failed one again within bounds, and takes no other message along. */

import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { MerchantFrozen, Wallet } from '#payments/wallet'
import { attemptsMax, declareTopology, waitQueue } from './topology.ts'

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
  // A process that has lost its connection would look healthy and do nothing. It ends, and whoever runs it starts it again.
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
        const { headers = {} } = message.properties
        // Two counts: what failed before its last wait, and how often it came back since, whoever died of it.
        const attempts = Number(headers['x-attempts'] ?? 0) + Number(headers['x-delivery-count'] ?? 0) + 1
        await handOn(message, {
          reason: outcome.reason,
          attempts,
          mayRetry: outcome.mayPass && attempts < attemptsMax,
        })
      }
      if (isOpen) channel.ack(message)
    } catch {
      // Nobody confirmed the copy, so the original stays unacked, and comes again when this channel is gone.
    }
  }

  async function handOn(
    message: ConsumeMessage,
    story: { reason: string; attempts: number; mayRetry: boolean },
  ): Promise<void> {
    const { headers = {}, ...properties } = message.properties
    const exchange = headers['x-origin-exchange'] ?? message.fields.exchange
    const routingKey = headers['x-origin-routing-key'] ?? message.fields.routingKey
    const [toExchange, toKey] = story.mayRetry
      ? ['', world.name(waitQueue)]
      : [world.name('payments.dlx'), routingKey]
    await publishConfirmed(channel, toExchange, toKey, message.content, {
      ...(properties as amqp.Options.Publish),
      headers: {
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
