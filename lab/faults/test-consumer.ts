/** A subject for tests of the faults: a consumer that acks each message once it has noted it. */
import { connect } from 'amqplib'
import type { Running, World } from '../subject/world.ts'

export async function start(world: World): Promise<Running & { handled(): string[] }> {
  const connection = await connect(world.amqpUrl, { noDelay: true })
  const channel = await connection.createChannel()
  const handled: string[] = []
  await channel.prefetch(1)
  await channel.consume(world.name('work'), (message) => {
    if (message === null) return
    handled.push(message.content.toString())
    channel.ack(message)
  })
  return { stop: () => connection.close(), handled: () => handled }
}
