// mistake: acknowledges on whatever channel is open now
// refused by: failure-04.3
// says: on the new one

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
  let open: Channel | undefined

  const line = keepLine(world, 'payments-consumer', async (connection) => {
    const channel = await connection.createChannel()
    open = channel
    channel.on('error', () => {})
    channel.on('close', () => {
      if (open === channel) open = undefined
      void connection.close().catch(() => {})
    })

    async function work(message: ConsumeMessage): Promise<void> {
      let settle = (): void => open?.ack(message)
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
        settle = () => open?.reject(message, false)
      }
      settle()
    }

    // Each time: the broker may have come back without them.
    await declareTopology(world, channel)
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
