// way: leaves the counting to the wallet, whose attempts are in the database: a copy that comes twice counts as one message
/** The wallet's consumer: it books payments, tries a failed one again later, and gives up after the last retry. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { type OpenedEvent, openEvent } from '#payments/events'
import { Wallet } from '#payments/wallet'
import { declareTopology, retryDelaysMs, waitQueue } from './topology.ts'

export const start: Start = async (world) => {
  const wallet = new Wallet(world.openDatabase('wallet'), world)
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const leave = (): never => process.exit(1)
  connection.on('close', leave)
  const channel = await connection.createConfirmChannel()
  channel.on('error', (error: Error) => world.log(error.message))
  await declareTopology(world, channel)
  await channel.prefetch(8)

  const busy = new Set<Promise<void>>()

  async function forward(
    message: ConsumeMessage,
    exchange: string,
    routingKey: string,
    reason: string,
    attempts: number,
  ) {
    const { expiration, ...properties } = message.properties
    const headers = properties.headers ?? {}
    await new Promise<void>((resolve, reject) => {
      channel.publish(
        exchange,
        routingKey,
        message.content,
        {
          ...properties,
          persistent: true,
          mandatory: true,
          headers: {
            ...headers,
            'x-reason': reason,
            'x-attempts': attempts,
            'x-origin-exchange': headers['x-origin-exchange'] ?? message.fields.exchange,
            'x-origin-key': headers['x-origin-key'] ?? message.fields.routingKey,
          },
        },
        (error) => (error ? reject(error) : resolve()),
      )
    })
    channel.ack(message)
  }

  async function handle(message: ConsumeMessage) {
    let event: OpenedEvent
    try {
      event = openEvent(message.content)
    } catch (error) {
      await forward(message, world.name('payments.dlx'), message.fields.routingKey, String(error), 1)
      return
    }
    const payment = event.data
    try {
      wallet.book(payment)
      channel.ack(message)
    } catch (error) {
      const attempts = wallet.attempts(payment.payment_id)
      if (attempts > retryDelaysMs.length)
        await forward(message, world.name('payments.dlx'), message.fields.routingKey, String(error), attempts)
      else await forward(message, '', waitQueue(world, attempts), String(error), attempts)
    }
  }

  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null) return
    const work = handle(message)
      .catch((error: unknown) => world.log(`left unacknowledged: ${error}`))
      .finally(() => busy.delete(work))
    busy.add(work)
  })

  return {
    async stop() {
      connection.off('close', leave)
      await channel.cancel(consumerTag)
      await Promise.all(busy)
      await channel.close()
      await connection.close()
    },
  }
}
