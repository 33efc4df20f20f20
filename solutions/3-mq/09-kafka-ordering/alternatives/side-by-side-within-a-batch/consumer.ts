// way: within a batch, wallets side by side, each wallet in its order; committed when the whole batch is done

/** A consumer that works on the records of each partition one after another, whatever fails in between. */

import type { Running, World } from '#lab/subject'
import { type OpenedEvent, openEvent } from '#payments/events'
import { client, journal } from './topics.ts'

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
    groupId: world.name(group),
    allowAutoTopicCreation: false,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    // An idle fetch notices a rebalance only when it returns.
    maxWaitTimeInMs: 100,
  })
  // The journal has one order over all wallets.
  const oneAtATime = topic === journal
  await consumer.connect()
  await consumer.subscribe({ topics: [world.name(topic)], fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachBatch: async ({ batch, heartbeat }) => {
      const byWallet = Map.groupBy(batch.messages, ({ key }) => (oneAtATime ? '' : String(key)))
      const beat = setInterval(() => void heartbeat().catch(() => {}), 500)
      try {
        await Promise.all(
          [...byWallet.values()].map(async (messages) => {
            for (const { value } of messages) await untilDone(openEvent(value ?? ''))
          }),
        )
      } finally {
        clearInterval(beat)
      }
    },
  })

  async function untilDone(event: OpenedEvent): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await handle(event)
      } catch (error) {
        if (attempt === attemptsMax) throw error
        await world.clock.sleep(Math.min(delayMsMax, firstDelayMs * 2 ** (attempt - 1)))
      }
    }
  }
  return { stop: () => consumer.disconnect() }
}
