/** One payment sent through the topology and back: the proof that all the pieces hold together. */
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

/**
 * Connects, declares, publishes the payment through the exchange, takes it from the queue, acknowledges it, leaves.
 * Answers the payment as it came back.
 */
export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  // TODO mq-01.7: send JSON.stringify(payment) with its id as messageId, and parse what arrives.
  throw new Error('TODO: publish and consume one payment')
}
