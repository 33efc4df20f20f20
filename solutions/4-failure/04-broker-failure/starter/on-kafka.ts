/** The same promise on a Kafka of three nodes: a producer and a consumer that outlive any one of them. */

import type { Running, World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export interface Producer {
  /** Resolves when all in-sync replicas have the event, however long that takes. One partition, one record after another. */
  send(event: Envelope): Promise<void>
  stop(): Promise<void>
}

export async function startProducer(world: World, topic: string): Promise<Producer> {
  // TODO failure-04.2: who has to have a record before it counts as sent?
  // TODO failure-04.5: the client comes back by itself, for as long as you tell it to.
  throw new Error('TODO: send through kafkajs')
}

/** Gives each event to `book`, in order, and commits its offset when that is done. */
export async function startConsumer(
  world: World,
  { topic, groupId }: { topic: string; groupId: string },
  book: (event: Envelope) => Promise<void>,
): Promise<Running> {
  // TODO failure-04.5: a node takes the leader along, or the coordinator of the group. When does kafkajs give up?
  throw new Error('TODO: consume through kafkajs')
}
