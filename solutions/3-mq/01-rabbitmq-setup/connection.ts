/** How this service reaches RabbitMQ, and how it leaves. */

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'

/** Notices a dead peer after about two beats, without closing a connection for every hiccup of the network. */
const heartbeatSeconds = 15

export async function connect(world: World): Promise<ChannelModel> {
  const url = new URL(world.amqpUrl)
  url.searchParams.set('heartbeat', String(heartbeatSeconds))
  return amqp.connect(url.href, {
    // Without it each handshake waits 45 ms: Nagle's algorithm against the delayed ACK.
    noDelay: true,
    // What an operator reads in the list of connections.
    clientProperties: { connection_name: 'payments-worker' },
  })
}

export async function disconnect(connection: ChannelModel): Promise<void> {
  // connection.close and its close-ok: the broker returns unacked messages now, not after a missed heartbeat.
  await connection.close()
}
