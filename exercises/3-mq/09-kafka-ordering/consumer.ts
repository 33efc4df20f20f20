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

/** Starts consuming. `stop()` finishes what is in work, and leaves the group. */
export async function consume(world: World, work: Work): Promise<Running> {
  // TODO mq-09.2: read from the beginning, openEvent() each value, and handle() the events of a wallet one after another.
  //   maxWaitTimeInMs: 100 and heartbeatInterval: 500 let it notice a rebalance soon (kafkajs: 5 s and 3 s).
  // TODO mq-09.3: partitions that have nothing to do with each other need not wait for each other.
  // TODO mq-09.5: what could not be done just now is tried again. Who may go on meanwhile?
  throw new Error('TODO: consume in order')
}
