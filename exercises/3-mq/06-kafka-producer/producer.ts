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

export async function start(world: World, settings: Settings = {}): Promise<Producer> {
  // TODO mq-06.1: one kafkajs producer, connected once (clientId, world.kafkaBrokers, logCreator: kafkaLog(world.log)).
  // TODO mq-06.2: sendMessage() sends key and JSON, and answers partition and offset as the broker reported them.
  // TODO mq-06.3: acks as the settings say; -1 when they say nothing.
  // TODO mq-06.4: retries that wait longer each time. Given up after an attempt whose reply is missing: OutcomeUnknown.
  // TODO mq-06.5: idempotent, where acks allow it. Then look at the log when two sends are under way and a reply is lost.
  // TODO mq-06.8: the partitioner that Java uses too (Partitioners).
  // TODO mq-06.1: stop() waits for what is being sent.
  throw new Error('TODO: start a producer')
}
