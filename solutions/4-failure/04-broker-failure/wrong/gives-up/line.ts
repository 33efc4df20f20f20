// mistake: comes back once, and takes the second loss for the end
// refused by: failure-04.5
// says: a payment could not be sent

/** One connection that comes back: opened again, with all that stands on it, until it is closed on purpose. */

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'
import { delayMs } from './backoff.ts'

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

  /** Answers what resolves when the connection is gone. */
  async function connectOnce(): Promise<{ gone: Promise<void> }> {
    const connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      timeout: openMsMax,
      clientProperties: { connection_name: name },
    })
    // 'close' always follows 'error', and is the one that counts: two listeners that come back would be two connections.
    connection.on('error', () => {})
    const gone = new Promise<void>((resolve) => connection.once('close', () => resolve()))
    current = connection
    try {
      await stand(connection)
    } catch (error) {
      await connection.close().catch(() => {})
      throw error
    }
    return { gone }
  }

  // One loop for the whole life of the service, so that there is one connection at a time.
  async function keep(): Promise<void> {
    let attempt = 0
    for (let stood = 0; stood < 2 && !closing.signal.aborted; stood += 1) {
      try {
        const { gone } = await connectOnce()
        first.resolve()
        // It stood: the next outage begins with a short wait again.
        attempt = 0
        await gone
      } catch (error) {
        world.log(`no line: ${error instanceof Error ? error.message : String(error)}`)
      }
      attempt += 1
      await world.clock.sleep(delayMs(attempt, world.random), closing.signal).catch(() => {})
    }
  }
  const keeping = keep()

  return {
    ready: first.promise,
    async close() {
      closing.abort()
      await current?.close().catch(() => {})
      await keeping
    },
  }
}
