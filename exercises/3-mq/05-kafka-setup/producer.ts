/** The producer: a payment counts as sent when every replica that is in sync has it. */

import { Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { client } from './client.ts'
import { topic } from './topics.ts'

/** Where a record lies in the log. */
export interface Placed {
  readonly partition: number
  /** A 64-bit number, as text: beyond 2^53 a JavaScript number would round it. */
  readonly offset: string
}

export interface PaymentProducer {
  /** Resolves when the cluster has the payment, with the place where it lies. Rejects otherwise. */
  publish(key: string, payment: Envelope): Promise<Placed>
  stop(): Promise<void>
}

export async function startProducer(world: World): Promise<PaymentProducer> {
  // TODO mq-05.3: a producer that creates no topic by accident (createPartitioner: Partitioners.DefaultPartitioner
  //   spares you a warning); each send waits for all in-sync replicas.
  // TODO mq-05.6: the value is the envelope as JSON; answer partition and offset as the broker reported them.
  throw new Error('TODO: start a producer')
}
