/** The consumer: a group of its own, which reads from the beginning until it has committed something. */

import type { Running, World } from '#lab/subject'
import { type OpenedEvent, openEvent } from '#payments/events'
import { client } from './client.ts'
import type { Placed } from './producer.ts'
import { topic } from './topics.ts'

/** A payment as it was read, and from where. */
export interface Received extends Placed {
  readonly key: string
  readonly payment: OpenedEvent
}

/** Gives each payment to `handle`, one after another in each partition. Its offset is committed when that is done. */
export async function startConsumer(
  world: World,
  handle: (received: Received) => Promise<void>,
): Promise<Running> {
  // TODO mq-05.4: a group id (world.name) that is the same at every start; read from the beginning while nothing is
  //   committed. maxWaitTimeInMs: 100 lets an idle consumer notice what happens to its group.
  // TODO mq-05.6: openEvent() reads a value; give it to handle() with partition, offset and key.
  throw new Error('TODO: start a consumer')
}
