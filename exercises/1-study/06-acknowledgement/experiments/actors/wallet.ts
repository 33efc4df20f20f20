/** A wallet that books payments from a queue with a prefetch of 5, and acknowledges each booking unless taking was the ack. */
import { connect } from 'amqplib'
import type { Running, World } from '#lab/subject'

const prefetch = 5

export async function startWallet(
  world: World,
  { queue, noAck }: { readonly queue: string; readonly noAck: boolean },
): Promise<Running> {
  const database = world.openDatabase(queue)
  const enter = database.prepare('INSERT INTO entry VALUES (?)')
  const book = database.transaction((id: string) => void enter.run(id))
  const connection = await connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  await channel.prefetch(prefetch)
  await channel.consume(
    world.name(queue),
    (message) => {
      if (message === null) return
      book(String(message.properties.messageId))
      if (!noAck) channel.ack(message)
    },
    { noAck },
  )
  return { stop: () => connection.close() }
}
