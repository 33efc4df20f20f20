/** A wallet that books payments from a queue, in one of three ways. What differs between them is two lines. */
import { connect } from 'amqplib'
import type { Running, World } from '#lab/subject'

export interface Way {
  /** The delivery counts as the ack: at most once. */
  readonly noAck?: boolean
  /** Notes the id of each payment in the transaction that books it: one effect, however often it is delivered. */
  readonly remembers?: boolean
}

export async function startWallet(world: World, { noAck = false, remembers = false }: Way): Promise<Running> {
  const database = world.openDatabase('book')
  const note = database.prepare('INSERT INTO inbox VALUES (?) ON CONFLICT DO NOTHING')
  const enter = database.prepare('INSERT INTO entry VALUES (?)')
  const book = database.transaction((id: string) => {
    if (remembers && note.run(id).changes === 0) return
    enter.run(id)
  })
  const connection = await connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  await channel.consume(
    world.name('payments.work'),
    (message) => {
      if (message === null) return
      book(String(message.properties.messageId))
      if (!noAck) channel.ack(message)
    },
    { noAck },
  )
  return { stop: () => connection.close() }
}
