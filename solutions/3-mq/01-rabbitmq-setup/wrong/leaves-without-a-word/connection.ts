// mistake: tears the socket instead of closing the connection: "the process ends anyway"
// refused by: mq-01.2
// says: torn without connection.close

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'

export async function connect(world: World): Promise<ChannelModel> {
  const connection = await amqp.connect(`${world.amqpUrl}?heartbeat=15`, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-worker' },
  })
  connection.on('error', () => {})
  return connection
}

export async function disconnect(connection: ChannelModel): Promise<void> {
  const { stream } = connection.connection as unknown as { stream: import('node:net').Socket }
  const gone = new Promise((resolve) => stream.once('close', resolve))
  stream.destroy()
  await gone
}
