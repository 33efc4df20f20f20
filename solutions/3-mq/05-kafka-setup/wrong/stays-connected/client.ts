// mistake: asks, and leaves the connection to the garbage collector
// refused by: mq-05.2
// says: connections are still open

/** Where every Kafka client of this service begins: who we are, where the cluster is, how patient we are. */

import { Kafka } from 'kafkajs'
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
  return new Kafka({
    // In request logs, quotas and metrics of the brokers this is all that tells us from everybody else.
    clientId: 'payments-setup',
    // Only the way in: any node that answers tells the addresses of all of them.
    brokers: [...world.kafkaBrokers],
    connectionTimeout: 3000,
    // Doubles from 100 ms; kafkajs' default begins with 300.
    retry: { initialRetryTime: 100, retries: 8 },
    // By itself kafkajs prints JSON, and calls an ERROR what it is about to try again.
    logCreator: kafkaLog(world.log),
  })
}

/** Asks the cluster who it is, and leaves no connection behind. */
export async function whoAnswers(world: World): Promise<Cluster> {
  const admin = client(world).admin()
  await admin.connect()
  const { clusterId, brokers } = await admin.describeCluster()
  return { clusterId, nodes: brokers.map(({ nodeId }) => nodeId) }
}
