// mistake: gives up after the first attempt
// refused by: review-04.5
// says: after the first refusal it never tried again

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

  /** A life of the consumer: resolves when it consumes. Its own channel, since a refused declaration closes the one it came on. */
  async function live(): Promise<void> {
    const channel = await connection.createChannel()
    let isOver = false
    const over = (why: string): void => {
      // Cancelled and closed are one end: each by itself would begin a second life.
      if (isOver) return
      isOver = true
      world.log(`payments.work: ${why}`)
      void comeBack()
    }
    channel.on('error', (error: Error) => world.log(error.message))
    const refused = new Promise<never>((_, reject) => {
      channel.on('close', () => reject(new Error('the channel was closed')))
    })
    refused.catch(() => {})
    await Promise.race([consume(world, channel, book, () => over('cancelled by the broker')), refused])
    channel.on('close', () => over('its channel was closed'))
  }

  /** Begins a new life, again and again, with a pause before each attempt. */
  async function comeBack(): Promise<void> {
    for (let waitMs = pauseMs.first; !stopping.signal.aborted; waitMs = Math.min(pauseMs.most, waitMs * 2)) {
      // Many instances are cancelled at the same moment: half of the wait is drawn by lot.
      await world.clock
        .sleep(waitMs / 2 + (waitMs / 2) * world.random.next(), stopping.signal)
        .catch(() => {})
      if (stopping.signal.aborted) return
      try {
        return await live()
      } catch (error) {
        world.log(
          `payments.work can't be consumed: ${error instanceof Error ? error.message : String(error)}`,
        )
        // It is of no use.
        stopping.abort()
      }
    }
  }

  await live()
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
