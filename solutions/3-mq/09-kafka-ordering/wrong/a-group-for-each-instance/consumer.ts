// mistake: gives each instance a group of its own, so that none is left out
// refused by: mq-09.4
// says: in different groups

/** A consumer that works on the records of each partition one after another, whatever fails in between. */

import type { Running, World } from '#lab/subject'
import { type OpenedEvent, openEvent } from '#payments/events'
import { client } from './topics.ts'

/** What a service says about the events it wants. */
export interface Work {
  /** `events` or `journal`. */
  readonly topic: string
  /** The service; all its instances share the work. Give it to `world.name`. */
  readonly group: string
  /** Does the work. Resolves when it is done for good, rejects when it could not be done just now. */
  handle(event: OpenedEvent): Promise<void>
}

/** How many partitions of this consumer are worked on at a time. Within one, never more than one record. */
const partitionsAtOnce = 6
/** Tried so often where it stands; after that the consumer begins anew, at the same record. */
const attemptsMax = 8
const firstDelayMs = 50
const delayMsMax = 1000

/** Starts consuming. `stop()` finishes what is in work, and leaves the group. */
export async function consume(world: World, { topic, group, handle }: Work): Promise<Running> {
  const consumer = client(world).consumer({
    groupId: world.name(`${group}-${world.random.integer(0, 1_000_000)}`),
    allowAutoTopicCreation: false,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    // An idle fetch notices a rebalance only when it returns.
    maxWaitTimeInMs: 100,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [world.name(topic)], fromBeginning: true })
  await consumer.run({
    // Committed after each record, so that a crash repeats one of each partition, and not a batch.
    autoCommitThreshold: 1,
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachMessage: async ({ message, heartbeat }) => {
      const event = openEvent(message.value ?? '')
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await handle(event)
        } catch (error) {
          // Set aside and tried later, it would be overtaken by the next event of its wallet. So everybody behind it waits.
          if (attempt === attemptsMax) throw error
          await world.clock.sleep(Math.min(delayMsMax, firstDelayMs * 2 ** (attempt - 1)))
          // Who is silent for the session timeout loses the partition to somebody else.
          await heartbeat()
        }
      }
    },
  })
  return { stop: () => consumer.disconnect() }
}
