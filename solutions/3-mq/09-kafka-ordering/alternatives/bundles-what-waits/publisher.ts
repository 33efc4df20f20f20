// way: sends in one request whatever came while the last one was under way

/** The publisher: what it is given first lies first in the log, whatever has to be sent again. */

import { Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { client } from './topics.ts'

export interface Publisher {
  /** Resolves when the event is in the log. Calls need not be awaited: those of one wallet stay in their order. */
  publish(topic: string, event: Envelope): Promise<void>
  stop(): Promise<void>
}

interface Waiting {
  readonly topic: string
  readonly event: Envelope
  readonly done: PromiseWithResolvers<void>
}

export async function start(world: World): Promise<Publisher> {
  const producer = client(world).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
  })
  await producer.connect()
  let waiting: Waiting[] = []
  let sending: Promise<void> | undefined
  let failure: unknown

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const bundle = waiting
      waiting = []
      try {
        // What could not be sent ends this publisher: what is behind it must not overtake it.
        if (failure !== undefined) throw failure
        await send(bundle)
        for (const { done } of bundle) done.resolve()
      } catch (error) {
        failure = error
        for (const { done } of bundle) done.reject(error)
      }
    }
    sending = undefined
  }

  async function send(bundle: readonly Waiting[]): Promise<void> {
    const topics = Map.groupBy(bundle, ({ topic }) => topic)
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...topics].map(([topic, those]) => ({
        topic: world.name(topic),
        messages: those.map(({ event }) => ({ key: walletOf(event), value: JSON.stringify(event) })),
      })),
    })
  }

  return {
    publish(topic, event) {
      const done = Promise.withResolvers<void>()
      waiting.push({ topic, event, done })
      // One turn later: calls that are not awaited come together.
      sending ??= Promise.resolve().then(work)
      return done.promise
    },
    async stop() {
      await sending
      await producer.disconnect()
    },
  }
}

function walletOf({ id, partitionkey }: Envelope): string {
  if (partitionkey === undefined) throw new Error(`${id} belongs to no wallet: it has no place in an order`)
  return partitionkey
}
