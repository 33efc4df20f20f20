// way: leaves the coming back to amqplib's own recovery, with the delays of this task's choice

/** One connection that comes back: opened again, with all that stands on it, until it is closed on purpose. */

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'
import { firstMs, maxMs } from './backoff.ts'

export interface Line {
  /** Resolves when the line stands for the first time. */
  readonly ready: Promise<void>
  /** Comes back no more. */
  close(): Promise<void>
}

/**
 * `stand` puts on a fresh connection what the service needs: topology, channel, consumers. The library calls it for every
 * connection, waits longer after each failure, and draws its waits from a range.
 */
export function keepLine(
  world: World,
  name: string,
  stand: (connection: ChannelModel) => Promise<void>,
): Line {
  const opening = amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: name },
    recovery: { initialDelay: firstMs, maxDelay: maxMs, setup: stand },
  })
  const ready = opening.then((connection) => {
    connection.on('error', () => {})
  })
  return {
    ready,
    async close() {
      await (await opening).close()
    },
  }
}
