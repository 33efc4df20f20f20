/** How this service reaches RabbitMQ, and how it leaves. */

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * Opens the one connection of this process.
 * Hints: `amqp.connect(url, socketOptions)`; a `?heartbeat=` in the URL; `clientProperties: { connection_name }` and
 * `noDelay: true` among the socket options.
 */
export async function connect(world: World): Promise<ChannelModel> {
  // TODO mq-01.1 mq-01.3: connect to world.amqpUrl, with a heartbeat between 10 and 30 seconds and a name of your own.
  throw new Error('TODO: open the connection')
}

/** Leaves so that the broker knows at once, instead of finding out by a missing heartbeat. */
export async function disconnect(connection: ChannelModel): Promise<void> {
  // TODO mq-01.2: close the connection.
  throw new Error('TODO: close the connection')
}
