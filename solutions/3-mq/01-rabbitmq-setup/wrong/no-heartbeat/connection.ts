// mistake: switches heartbeats off, because they "close connections for no reason"
// refused by: mq-01.3
// says: heartbeats are switched off

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'

export async function connect(world: World): Promise<ChannelModel> {
  return amqp.connect(`${world.amqpUrl}?heartbeat=0`, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-worker' },
  })
}

export async function disconnect(connection: ChannelModel): Promise<void> {
  await connection.close()
}
