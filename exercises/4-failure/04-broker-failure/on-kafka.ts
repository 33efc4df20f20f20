/** The same promise on a Kafka of three nodes: a producer that outlives the leader. */

import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export interface Producer {
  /** Resolves when all in-sync replicas have the event, however long that takes. One partition, one record after another. */
  send(event: Envelope): Promise<void>
  stop(): Promise<void>
}

export async function startProducer(world: World, topic: string): Promise<Producer> {
  // TODO failure-04.2: who has to have a record before it counts as sent?
  // TODO failure-04.2: the client looks for the new leader by itself, for as long as you tell it to.
  throw new Error('TODO: send through kafkajs')
}
