/** A listener: what @KafkaListener does in Spring. It takes records from a topic, as one member of a group, and commits what is done. */

import { Kafka, Partitioners } from 'kafkajs'
import type { Running, World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'

/** What a handler is told about a record beside its value. */
export interface Delivery {
  readonly partition: number
  /** Its place in the partition. A string, as in kafkajs: it may be larger than a number can hold. */
  readonly offset: string
  readonly key: string | null
}

/** What a service says about the records it wants. */
export interface Listener<Message> {
  /** Topics and group by the names that the broker knows. */
  readonly topic: string
  readonly groupId: string
  /** Where a record goes that can't be read or not be done, for a person to look at. */
  readonly deadTopic: string
  /** On so many partitions at a time, and within each on one record after another. */
  readonly concurrency: number
  /** Turns a value into what the handler wants. Throws for one that nobody will ever be able to read. */
  read(value: Buffer): Message
  /** Does the work. Resolves when it is done for good, rejects when it could not be done. */
  handle(message: Message, delivery: Delivery): Promise<void>
}

/**
 * Short ones, so that a rebalance takes a moment. A member that is silent for sessionTimeout is given up (a broker allows no
 * less than 6 s); the others hear of that, and of a new member, with their next heartbeat.
 */
const timing = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 300,
  maxWaitTimeInMs: 100,
}

/** Starts listening. `stop()` takes no more, finishes what is in work, commits it, and leaves the group. */
export async function listen<Message>(world: World, listener: Listener<Message>): Promise<Running> {
  // TODO mq-07.1: a Kafka client (logCreator: kafkaLog(world.log)), a consumer with this timing, subscribed and running.
  // TODO mq-07.1 mq-07.7: a group that has committed nothing reads from the beginning.
  // TODO mq-07.3 mq-07.4: decide who commits and when. What is committed is the next offset to read.
  // TODO mq-07.5: what can't be read or done goes to deadTopic, with its key and value as they were, and its partition goes on.
  // TODO mq-07.6: work on as many partitions at a time as the listener says, and in each on one record at a time.

  // TODO mq-07.2: stop() finishes what is in work, commits it, and leaves the group.
  throw new Error('TODO: read records, handle them, commit')
}
