// way: one loop that lives one life after another

/** Books requested payments, and goes on when the broker takes its queue away. */
import amqp, { type Channel, type ConsumeMessage } from 'amqplib'
import type { Start, World } from '#lab/subject'

const prefetch = 10
const pauseMs = { first: 50, most: 2000 }

export const start: Start = async (world) => {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY)')
  const note = database.prepare('INSERT INTO entry VALUES (?) ON CONFLICT DO NOTHING')
  const book = ({ properties }: ConsumeMessage): void => void note.run(String(properties.messageId))
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const stopping = new AbortController()

  const consuming = Promise.withResolvers<void>()

  async function keepConsuming(): Promise<void> {
    let waitMs = pauseMs.first
    while (!stopping.signal.aborted) {
      try {
        const channel = await connection.createChannel()
        const ended = Promise.withResolvers<string>()
        channel.on('error', () => {})
        channel.on('close', () => ended.resolve('its channel was closed'))
        const begun = consume(world, channel, book, () => ended.resolve('cancelled by the broker'))
        begun.catch(() => {})
        const first = await Promise.race([begun.then(() => undefined), ended.promise])
        if (first === undefined) {
          consuming.resolve()
          waitMs = pauseMs.first
          world.log(await ended.promise)
          await channel.close().catch(() => {})
        }
      } catch (error) {
        world.log(String(error))
      }
      await world.clock.sleep(waitMs, stopping.signal).catch(() => {})
      waitMs = Math.min(pauseMs.most, waitMs * 2)
    }
  }

  void keepConsuming()
  await consuming.promise
  return {
    async stop() {
      stopping.abort()
      await connection.close()
      database.close()
    },
  }
}

async function consume(
  world: World,
  channel: Channel,
  book: (message: ConsumeMessage) => void,
  cancelled: () => void,
): Promise<void> {
  const queue = world.name('payments.work')
  await channel.assertQueue(queue, { durable: true })
  // The binding went with the queue: without it a new queue is there, is consumed, and gets nothing.
  await channel.bindQueue(queue, world.name('payments'), 'payment.requested')
  await channel.prefetch(prefetch)
  await channel.consume(queue, (message) => {
    if (message === null) return cancelled()
    book(message)
    channel.ack(message)
  })
}
