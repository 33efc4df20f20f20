// mistake: retries every failure alike
// refused by: mq-04.8
// says: can't be read tomorrow either

import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Wallet } from '#payments/wallet'
import { declareTopology, retryDelaysMs, waitQueue } from './topology.ts'

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
  await channel.prefetch(10)

  function attempt(message: ConsumeMessage): Outcome {
    let payment: ReturnType<typeof openEvent>['data']
    try {
      payment = openEvent(message.content).data
    } catch (error) {
      return { is: 'failed', reason: messageOf(error), mayPass: true }
    }
    try {
      wallet.book(payment)
      return { is: 'booked' }
    } catch (error) {
      return { is: 'failed', reason: messageOf(error), mayPass: true }
    }
  }

  async function work(message: ConsumeMessage): Promise<void> {
    const outcome = attempt(message)
    try {
      if (outcome.is === 'failed') await handOn(message, outcome)
      // Last of all. A kill before it leaves two copies, which the ledger can tell; the other order would leave none.
      if (isOpen) channel.ack(message)
    } catch {
      // Nobody confirmed the copy, so the original stays where it is: unacked, and given out again once this channel is gone.
    }
  }

  async function handOn(
    message: ConsumeMessage,
    { reason, mayPass }: { reason: string; mayPass: boolean },
  ): Promise<void> {
    const { headers = {}, ...properties } = message.properties
    // The count travels with the message: neither this process nor the broker has to remember anything.
    const attempts = Number(headers['x-attempts'] ?? 0) + 1
    const origin = {
      'x-origin-exchange': headers['x-origin-exchange'] ?? message.fields.exchange,
      'x-origin-routing-key': headers['x-origin-routing-key'] ?? message.fields.routingKey,
    }
    const mayRetry = mayPass && attempts <= retryDelaysMs.length
    const [exchange, routingKey] = mayRetry
      ? ['', world.name(waitQueue(attempts))]
      : [world.name('payments.dlx'), String(origin['x-origin-routing-key'])]
    await publishConfirmed(channel, exchange, routingKey, message.content, {
      ...(properties as amqp.Options.Publish),
      // Ours only: an x-death that a client sends would be counted on by one broker and ignored by another.
      headers: { ...origin, 'x-attempts': attempts, 'x-reason': reason },
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
      else reject(error instanceof Error ? error : new Error(`${routingKey} leads to no queue`))
    })
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
