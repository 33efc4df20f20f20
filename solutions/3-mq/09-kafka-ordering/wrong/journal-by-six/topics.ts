// mistake: gives the journal six partitions too: it is the busier one
// refused by: mq-09.4
// says: wallet.journal has 6 partitions

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
  const admin = client(world).admin()
  await admin.connect()
  try {
    await admin.createTopics({
      topics: [
        // As many as consumers may ever work at once. More can't be added later without moving wallets about.
        { topic: world.name(events), numPartitions: 6, replicationFactor: 1 },
        { topic: world.name(journal), numPartitions: 6, replicationFactor: 1 },
      ],
    })
  } finally {
    await admin.disconnect()
  }
}
