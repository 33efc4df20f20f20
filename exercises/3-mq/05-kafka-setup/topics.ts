/** The topics of this service, created on purpose: by this file, and by nobody who merely mistypes a name. */

import type { World } from '#lab/subject'
import { client } from './client.ts'

/** Give this to `world.name`. */
export const topic = 'payments.events'

/** Makes sure that the topic is there, as it has to be. May be called at every start of every instance. */
export async function createTopics(world: World): Promise<void> {
  // TODO mq-05.5: 6 partitions, 3 replicas each, min.insync.replicas 2. What if it is there already, and looks different?
  throw new Error('TODO: create the topic')
}
