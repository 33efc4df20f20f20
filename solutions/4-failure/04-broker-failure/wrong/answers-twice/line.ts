// mistake: begins anew for each event of a loss, for error and for close
// refused by: failure-04.5
// says: connections

/** One connection that comes back: opened again, with all that stands on it, until it is closed on purpose. */

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'
import { delayMs, firstMs } from './backoff.ts'

export interface Line {
  /** Resolves when the line stands for the first time. */
  readonly ready: Promise<void>
  /** Comes back no more. */
  close(): Promise<void>
}

/** How long a connection may take to be open: a broker that accepts and says nothing is not there. */
const openMsMax = 5000

/**
 * `stand` puts on a fresh connection what the service needs: topology, channel, consumers. It is called for every connection; what
 * it rejects with ends that connection, and the next attempt follows.
 */
export function keepLine(
  world: World,
  name: string,
  stand: (connection: ChannelModel) => Promise<void>,
): Line {
  const closing = new AbortController()
  const first = Promise.withResolvers<void>()
  let current: ChannelModel | undefined

  async function connectOnce(): Promise<ChannelModel> {
    const connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      timeout: openMsMax,
      clientProperties: { connection_name: name },
    })
    connection.on('error', () => void again())
    connection.on('close', () => void world.clock.sleep(firstMs).then(again))
    current = connection
    try {
      await stand(connection)
    } catch (error) {
      await connection.close().catch(() => {})
      throw error
    }
    return connection
  }

  let attempt = 0
  async function again(): Promise<void> {
    if (closing.signal.aborted) return
    try {
      await connectOnce()
      attempt = 0
      first.resolve()
    } catch {
      attempt += 1
      await world.clock.sleep(delayMs(attempt, world.random), closing.signal).catch(() => {})
      await again()
    }
  }
  const keeping = again()

  return {
    ready: first.promise,
    async close() {
      closing.abort()
      await current?.close().catch(() => {})
      await keeping
    },
  }
}
