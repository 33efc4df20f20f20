/** Two calculations, as functions: an answer that is one number can't be tried with other numbers. */

/** What arrives, and what one consumer gets done. */
export interface Load {
  readonly perSecond: number
  readonly perConsumerPerSecond: number
}

/** The fewest consumers that do not get less done than arrives: the theoretical minimum. */
export function minimumConsumers(load: Load): number {
  // TODO review-06.6: the minimum
  throw new Error('TODO: minimumConsumers')
}

/**
 * The fewest consumers of whom none is busy for more than `busyMax` of its time (0.8 is 80 %), even while `spare` of them are down.
 */
export function consumersFor(load: Load, room: { readonly busyMax: number; readonly spare: number }): number {
  // TODO review-06.6: the number that you would run
  throw new Error('TODO: consumersFor')
}

/** Seconds until so many waiting messages are worked off while new ones arrive; `Infinity` when they never are. */
export function drainSeconds(
  load: Load,
  given: { readonly backlog: number; readonly consumers: number },
): number {
  // TODO review-06.6: after an outage
  throw new Error('TODO: drainSeconds')
}

/**
 * Whether a Kafka group keeps up: partition i gets `shares[i]` of all messages and belongs to member i modulo `consumers`. A member keeps
 * up when less arrives in its partitions than it gets done.
 */
export function keepsUp(
  load: Load,
  group: { readonly consumers: number; readonly shares: readonly number[] },
): boolean {
  // TODO review-06.6: the same in a Kafka topic
  throw new Error('TODO: keepsUp')
}

/** Your answer for 1,000 messages a second and consumers of 100 a second. */
export const consumersAnswer = {
  // TODO review-06.6: the theoretical minimum, the number that you would run, and why so many
  minimum: 0,
  consumers: 0,
  why: '',
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
export function longestStay(model: StayModel, settings: StaySettings): number {
  // TODO review-06.7: one formula for each model
  throw new Error('TODO: longestStay')
}

/** Your answer for a TTL of 60 s, 3 retries and 10 s of delay: in which model, how many seconds, and why this model. */
export const stayAnswer: { readonly model: StayModel; readonly seconds: number; readonly why: string } = {
  // TODO review-06.7: your answer
  model: 'free-consumer',
  seconds: 0,
  why: '',
}
