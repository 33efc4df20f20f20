// mistake: keeps the partitioner of kafkajs 1 (the warning says that this is safe)
// refused by: mq-06.8
// says: lie elsewhere than murmur2 says

/** A producer whose "sent" means: in the log, once, at the place that it answers. */

import { Kafka, type Producer as KafkaProducer, Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { kafkaLog } from '#payments/kafka-log'

/** Where a record lies in the log. */
export interface Placed {
  readonly partition: number
  /** A 64-bit number, as text. */
  readonly offset: string
}

/** What differs from one use to the next. */
export interface Settings {
  /** Who has to have a record before it counts as sent: all in-sync replicas (-1), the leader (1), nobody (0). */
  readonly acks?: -1 | 0 | 1
  /** How often a send is tried again before it is given up. */
  readonly retries?: number
}

/** What the rest of the service uses. */
export interface Producer {
  /**
   * Resolves with the place where the record lies; with undefined for acks 0, where nobody tells. Rejects with
   * OutcomeUnknown when nobody can know, with another error when the record is certainly not in the log.
   */
  sendMessage(topic: string, key: string, message: Envelope): Promise<Placed | undefined>
  /** Waits for what is being sent, then disconnects. */
  stop(): Promise<void>
}

/** Nobody can know whether the record is in the log. Whoever sends it again keeps its id, so that readers can tell. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

/** 50, 100, 200 … 5,000 ms: with ten of them an outage of 20 s is outlasted. kafkajs spreads each by 20 %. */
const backoff = { initialRetryTime: 50, multiplier: 2, maxRetryTime: 5000 }
const retriesByDefault = 10

/** What a broker answers when it has looked at the record and will never take it. */
const refusals = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
]

export async function start(
  world: World,
  { acks = -1, retries = retriesByDefault }: Settings = {},
): Promise<Producer> {
  const kafka = new Kafka({
    clientId: 'payments-producer',
    brokers: [...world.kafkaBrokers],
    // Said in full: given without `retries`, kafkajs falls back to 5, idempotent or not.
    retry: { ...backoff, retries },
    logCreator: kafkaLog(world.log),
  })
  let connected: Promise<KafkaProducer> | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function connect(): Promise<KafkaProducer> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.LegacyPartitioner,
      // Without confirmation there is nothing to repeat, so kafkajs refuses idempotence with acks 0 and 1.
      idempotent: acks === -1,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    return producer
  }

  function producer(): Promise<KafkaProducer> {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }

  /**
   * One send after another, retries included. kafkajs 2.2.4 counts a batch's sequence back when its send fails: a send
   * that slips in meanwhile gets the same number, and the broker takes it for a repetition of the first.
   */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }

  async function send(topic: string, key: string, message: Envelope): Promise<Placed | undefined> {
    const current = await producer()
    try {
      const value = JSON.stringify(message)
      const [placed] = await current.send({ topic, acks, messages: [{ key, value }] })
      // With acks 0 kafkajs answers an empty list: nobody has told it anything.
      if (placed?.baseOffset === undefined) return undefined
      return { partition: placed.partition, offset: placed.baseOffset }
    } catch (error) {
      if (refusals.includes((error as { type?: string }).type ?? '')) throw error
      // The next record would get this one's sequence number. A new producer has a new id and counts from 0.
      connected = undefined
      await current.disconnect().catch(() => {})
      const { id } = message
      throw new OutcomeUnknown(`nobody knows whether ${id} is in ${topic}`, { cause: error })
    }
  }

  await producer()
  return {
    sendMessage: (topic, key, message) => inTurn(() => send(topic, key, message)),
    stop: () => inTurn(async () => (await connected)?.disconnect()),
  }
}
