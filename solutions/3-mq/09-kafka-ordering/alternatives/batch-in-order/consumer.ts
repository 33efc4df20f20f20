// way: takes whole batches, and works on them one by one

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

/** Starts consuming. `stop()` finishes what is in work, and leaves the group. */
export async function consume(world: World, { topic, group, handle }: Work): Promise<Running> {
  const consumer = client(world).consumer({
    groupId: world.name(group),
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
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale }) => {
      for (const { offset, value } of batch.messages) {
        if (!isRunning() || isStale()) return
        // What throws is fetched again from here on: kafkajs waits, and nothing behind it goes ahead.
        await handle(openEvent(value ?? ''))
        resolveOffset(offset)
        await heartbeat()
        await commitOffsetsIfNecessary()
      }
    },
  })
  return { stop: () => consumer.disconnect() }
}
