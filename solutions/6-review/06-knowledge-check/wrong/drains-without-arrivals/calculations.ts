// mistake: forgets that new messages arrive while a backlog is worked off
// refused by: review-06.6
// says: drainSeconds(

/** Two calculations, as functions: an answer that is one number can't be tried with other numbers. */

/** What arrives, and what one consumer gets done. */
export interface Load {
  readonly perSecond: number
  readonly perConsumerPerSecond: number
}

/** The fewest consumers that do not get less done than arrives: the theoretical minimum. */
export function minimumConsumers({ perSecond, perConsumerPerSecond }: Load): number {
  return Math.ceil(perSecond / perConsumerPerSecond)
}

/**
 * The fewest consumers of whom none is busy for more than `busyMax` of its time (0.8 is 80 %), even while `spare` of them are down.
 */
export function consumersFor(load: Load, room: { readonly busyMax: number; readonly spare: number }): number {
  // A consumer that may be busy for a share of its time is a consumer that gets that share done.
  const working = load.perSecond / (load.perConsumerPerSecond * room.busyMax)
  return Math.ceil(working) + room.spare
}

/** Seconds until so many waiting messages are worked off while new ones arrive; `Infinity` when they never are. */
export function drainSeconds(
  load: Load,
  given: { readonly backlog: number; readonly consumers: number },
): number {
  // The backlog is there, and all consumers work on it.
  return given.backlog / (given.consumers * load.perConsumerPerSecond)
}

/**
 * Whether a Kafka group keeps up: partition i gets `shares[i]` of all messages and belongs to member i modulo `consumers`. A member keeps
 * up when less arrives in its partitions than it gets done.
 */
export function keepsUp(
  load: Load,
  group: { readonly consumers: number; readonly shares: readonly number[] },
): boolean {
  // The sum says nothing: one hot partition has one owner, and the idle members can't help it.
  const arriving = new Array<number>(group.consumers).fill(0)
  for (const [partition, share] of group.shares.entries()) {
    const member = partition % group.consumers
    arriving[member] = (arriving[member] ?? 0) + share * load.perSecond
  }
  return arriving.every((perSecond) => perSecond < load.perConsumerPerSecond)
}

/** The answer for 1,000 messages a second and consumers of 100 a second. */
export const consumersAnswer = {
  minimum: 10,
  consumers: 15,
  why: 'Ten are busy all the time and never catch up. Fourteen are busy for 71 %, and one more may be down or be deployed. A backlog of one minute, 60,000 messages, is gone after 120 s.',
}

/**
 * What one may mean by "TTL, retries, delay"; the lesson draws each.
 * - `free-consumer`: each visit is taken at once; refused, it waits for the delay in another queue
 * - `one-wait`: the first visit waits as long as it may, the others are taken at once
 * - `every-visit`: each visit waits as long as it may, and is then refused
 * - `attempts`: the same, where `retries` counts all attempts and not those after the first
 * - `requeued`: refused back into the same queue, without a delay
 * - `nobody`: no consumer; what expires goes to a dead letter queue
 * - `nobody-round`: no consumer; what expires goes into the delay's queue, and from there back
 */
export type StayModel =
  | 'free-consumer'
  | 'one-wait'
  | 'every-visit'
  | 'attempts'
  | 'requeued'
  | 'nobody'
  | 'nobody-round'

/** In seconds. `processing` is what the consumer takes before it refuses. */
export interface StaySettings {
  readonly ttl: number
  readonly retries: number
  readonly delay: number
  readonly processing: number
}

/** The longest time, in seconds, from the publish until the message is in the dead letter queue, or nowhere. */
export function longestStay(model: StayModel, { ttl, retries, delay, processing }: StaySettings): number {
  // One visit more than there are retries, and one delay between each two visits.
  const visits = retries + 1
  switch (model) {
    case 'free-consumer':
      return visits * processing + retries * delay
    case 'one-wait':
      return ttl + visits * processing + retries * delay
    case 'every-visit':
      // Dead-lettered and back, a message begins a new life in the queue: its TTL counts anew each time.
      return visits * (ttl + processing) + retries * delay
    case 'attempts':
      return retries * (ttl + processing) + (retries - 1) * delay
    case 'requeued':
      // Requeued, it keeps its first expiry. While it is out with a consumer it can't expire, so the processing may come on top.
      return ttl + processing
    case 'nobody':
      return ttl
    case 'nobody-round':
      // The broker takes it for a circle, since nobody refused it, and drops it where it would come by again.
      return ttl + delay
  }
}

/** The answer for a TTL of 60 s, 3 retries and 10 s of delay. */
export const stayAnswer: { readonly model: StayModel; readonly seconds: number; readonly why: string } = {
  model: 'every-visit',
  seconds: 270,
  why: 'The work queue has the TTL, refused messages wait in a second queue, and a busy consumer takes each visit at the last moment: 4 × 60 + 3 × 10. With a consumer that is always free it would be 30 s, with one wait 90 s.',
}
