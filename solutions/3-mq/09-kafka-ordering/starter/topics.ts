/** Two topics, two promises of order: within each wallet, and over everything. */

import { Kafka } from 'kafkajs'
import type { World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'

/** Order within each wallet: its partitions are worked on side by side. Give it to `world.name`. */
export const events = 'wallet.events'
/** One order over everything that happens to any wallet, for the auditor. */
export const journal = 'wallet.journal'

/** The client from which the admin, the publisher and the consumers are made. */
export function client(world: World): Kafka {
  return new Kafka({
    clientId: 'wallets',
    brokers: [...world.kafkaBrokers],
    retry: { initialRetryTime: 100, retries: 8 },
    logCreator: kafkaLog(world.log),
  })
}

/** Makes sure that both are there. */
export async function createTopics(world: World): Promise<void> {
  // TODO mq-09.1: wallet.events with 6 partitions (replicationFactor: 1, one node is enough here).
  // TODO mq-09.4: wallet.journal, whose events have one order over all wallets.
  throw new Error('TODO: create the topics')
}
