// mistake: declares the topology at its first start only
// refused by: failure-04.5
// says: nobody booked it

/** A consumer that outlives its broker: it consumes again on the next connection, and settles each message where it came from. */

import type { Channel, ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'
import { keepLine } from './line.ts'
import { Screening } from './screening.ts'
import { declareTopology } from './topology.ts'

const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const screening = new Screening(world)
  const inWork = new Set<Promise<void>>()
  let live: { channel: Channel; consumerTag: string } | undefined

  const line = keepLine(world, 'payments-consumer', async (connection) => {
    const channel = await connection.createChannel()
    let isOpen = true
    channel.on('error', () => {})
    channel.on('close', () => {
      isOpen = false
      void connection.close().catch(() => {})
    })

    async function work(message: ConsumeMessage): Promise<void> {
      let settle = (): void => channel.ack(message)
      try {
        const { payment_id, merchant_id, amount } = openEvent(message.content).data
        await screening.clear()
        // 'repeated' after an outage: the ack of the first time did not get through.
        ledger.post({
          payment_id,
          kind: 'capture',
          legs: transfer('customers', `merchant:${merchant_id}`, amount),
        })
      } catch {
        settle = () => channel.reject(message, false)
      }
      // On the channel that delivered it, or not at all. Its tag is a number that the next channel gives to another message.
      if (isOpen) settle()
    }

    if (live === undefined) await declareTopology(world, channel)
    await channel.prefetch(prefetch)
    const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
      // Cancelled by the broker (its queue is gone): begin again, which declares it.
      if (message === null) return void connection.close().catch(() => {})
      const working = work(message).finally(() => inWork.delete(working))
      inWork.add(working)
    })
    live = { channel, consumerTag }
  })
  await line.ready

  return {
    async stop() {
      await live?.channel.cancel(live.consumerTag).catch(() => {})
      await Promise.all(inWork)
      await live?.channel.close().catch(() => {})
      await line.close()
      database.close()
    },
  }
}
