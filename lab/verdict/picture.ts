/** A broker at a moment, as much of it as a drawing needs. Names are as the learner wrote them. */
import { z } from 'zod'

const count = z.number().int().nonnegative()

export const rabbitmqPictureSchema = z.strictObject({
  product: z.literal('rabbitmq'),
  exchanges: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  queues: z.array(
    z.strictObject({
      name: z.string(),
      /** `classic` or `quorum`. */
      type: z.string(),
      /** Messages that could be delivered now, and those delivered but not settled. */
      ready: count,
      unacked: count,
      consumers: count,
      /** Where its dead messages go; '' is the default exchange. */
      deadLetterExchange: z.string().optional(),
      deadLetterRoutingKey: z.string().optional(),
    }),
  ),
  bindings: z.array(
    z.strictObject({
      source: z.string(),
      destination: z.string(),
      destinationType: z.enum(['queue', 'exchange']),
      routingKey: z.string(),
    }),
  ),
})
export type RabbitMQPicture = z.infer<typeof rabbitmqPictureSchema>

export const kafkaPictureSchema = z.strictObject({
  product: z.literal('kafka'),
  nodes: z.array(z.number().int()),
  topics: z.array(
    z.strictObject({
      name: z.string(),
      partitions: z.array(
        z.strictObject({
          index: count,
          /** -1: there is none just now. */
          leader: z.number().int(),
          replicas: z.array(z.number().int()),
          isr: z.array(z.number().int()),
          start: z.number().int(),
          highWatermark: z.number().int(),
          /** Behind the last record that the leader has, where the engine can see it. */
          end: z.number().int().optional(),
        }),
      ),
    }),
  ),
  groups: z.array(
    z.strictObject({
      id: z.string(),
      state: z.string(),
      members: z.array(
        z.strictObject({
          /** What its client calls itself, and the end of its id: two members may have the same name. */
          name: z.string(),
          partitions: z.array(z.strictObject({ topic: z.string(), partition: count })),
        }),
      ),
      committed: z.array(z.strictObject({ topic: z.string(), partition: count, offset: z.number().int() })),
    }),
  ),
})
export type KafkaPicture = z.infer<typeof kafkaPictureSchema>

export const pictureSchema = z.discriminatedUnion('product', [rabbitmqPictureSchema, kafkaPictureSchema])
export type Picture = z.infer<typeof pictureSchema>
