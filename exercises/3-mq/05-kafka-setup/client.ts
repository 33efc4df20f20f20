/** Where every Kafka client of this service begins: who we are, where the cluster is, how patient we are. */

import type { Kafka } from 'kafkajs'
import type { World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'

/** What a cluster says about itself when it is asked. */
export interface Cluster {
  readonly clusterId: string
  /** Ids of the nodes that are up. */
  readonly nodes: readonly number[]
}

/** The client from which producers, consumers and admins of this service are made. It connects to nothing yet. */
export function client(world: World): Kafka {
  // TODO mq-05.2: new Kafka({ clientId, brokers, … }): a client id of your own, the brokers of the world.
  //   logCreator: kafkaLog(world.log) keeps kafkajs' JSON lines out of your terminal.
  throw new Error('TODO: make the client')
}

/** Asks the cluster who it is, and leaves no connection behind. */
export async function whoAnswers(world: World): Promise<Cluster> {
  // TODO mq-05.1: an admin client; describeCluster().
  // TODO mq-05.2: disconnect, also when the question failed.
  throw new Error('TODO: ask the cluster')
}
