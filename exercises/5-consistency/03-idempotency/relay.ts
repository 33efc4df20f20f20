/** Sends what the outbox holds, confirmed, one after the other; what could not be sent stays there. Leave it as it is. */

import amqp from 'amqplib'
import type { Running, World } from '#lab/subject'
import type { Outbox, OutboxMessage } from '#payments/outbox'

export interface Relay extends Running {
  /** There is something to send. */
  wake(): void
}

export async function startRelay(world: World, outbox: Outbox): Promise<Relay> {
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments' },
  })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  const stopping = new AbortController()
  channel.on('error', () => {})
  channel.on('close', () => stopping.abort())

  const publish = ({ envelope }: OutboxMessage): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.publish(
        world.name('payments'),
        'payment.requested',
        Buffer.from(JSON.stringify(envelope)),
        { messageId: envelope.id, contentType: 'application/json', persistent: true },
        (error: unknown) => (error === null ? resolve() : reject(error)),
      )
    })

  let relaying = Promise.resolve()
  const wake = (): void => {
    relaying = relaying
      .then(() => outbox.relay(publish, stopping.signal))
      .then(() => {})
      .catch((error: unknown) => world.log(`not sent yet: ${String(error)}`))
  }
  wake()
  return {
    wake,
    async stop() {
      await relaying
      stopping.abort()
      await channel.close().catch(() => {})
      await connection.close().catch(() => {})
    },
  }
}
