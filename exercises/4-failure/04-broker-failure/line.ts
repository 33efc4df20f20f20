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

/** `stand` puts on a fresh connection what the service needs: topology, channel, consumers. It is called for every connection. */
export function keepLine(
  world: World,
  name: string,
  stand: (connection: ChannelModel) => Promise<void>,
): Line {
  // TODO failure-04.1: connect (noDelay: true, the name) and let it stand. Without a listener, an 'error' event ends the process.
  // TODO failure-04.4: between two attempts, wait for delayMs(attempt, world.random).
  // TODO failure-04.5: when it is lost, one new connection, with everything on it.
  throw new Error('TODO: keep a connection')
}
