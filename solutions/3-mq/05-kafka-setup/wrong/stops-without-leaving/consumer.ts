// mistake: lets the process end: the broker will notice
// refused by: mq-05.4
// says: stop() ended without LeaveGroup

/** The consumer: a group of its own, which reads from the beginning until it has committed something. */

import type { Running, World } from '#lab/subject'
import { type OpenedEvent, openEvent } from '#payments/events'
import { client } from './client.ts'
import type { Placed } from './producer.ts'
import { topic } from './topics.ts'

/** A payment as it was read, and from where. */
export interface Received extends Placed {
  readonly key: string
  readonly payment: OpenedEvent
}

/** Gives each payment to `handle`, one after another in each partition. Its offset is committed when that is done. */
export async function startConsumer(
  world: World,
  handle: (received: Received) => Promise<void>,
): Promise<Running> {
  const consumer = client(world).consumer({
    // The name of the service, not of the process: all its instances share the work, and a restart goes on.
    groupId: world.name('payments-setup'),
    // A consumer must not create what it reads either.
    allowAutoTopicCreation: false,
    // How long an idle fetch waits at the broker, and so how soon a rebalance is noticed. kafkajs: 5 s.
    maxWaitTimeInMs: 100,
  })
  await consumer.connect()
  // Counts only where the group has no committed offset. The default, the end, skips what came before us.
  await consumer.subscribe({ topics: [world.name(topic)], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const payment = openEvent(message.value ?? '')
      await handle({ partition, offset: message.offset, key: message.key?.toString() ?? '', payment })
    },
  })
  return {
    async stop() {},
  }
}
