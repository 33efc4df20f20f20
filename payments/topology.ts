/**
 * The payment system's exchanges, queues and bindings in RabbitMQ as data, in AMQP's own words, so that every
 * service declares the same and any client takes them as they are.
 */
import { z } from 'zod'

const nameSchema = z
  .string('must be a name, as text')
  .min(1, 'must not be empty: the empty name is the default exchange, which nobody declares')
  .refine((name) => Buffer.byteLength(name) <= 255, 'must fit 255 bytes of UTF-8')
  .refine((name) => !name.startsWith('amq.'), "must not begin with 'amq.', which RabbitMQ keeps to itself")
const whole = z.int('must be a whole number').nonnegative('must not be negative')
const flag = z.boolean('must be true or false')
const scalar = z.union([z.string(), z.number(), z.boolean()], 'must be text, a number or a boolean')
const queueTypes = z.enum(['classic', 'quorum', 'stream'], 'must be classic, quorum or stream')
const exchangeTypes = z.enum(
  ['direct', 'fanout', 'topic', 'headers'],
  'must be direct, fanout, topic or headers',
)

/** The arguments of a queue that are checked, times in milliseconds; any others pass if they are scalars. */
const queueArgumentsSchema = z
  .object({
    'x-queue-type': queueTypes.exactOptional(),
    'x-message-ttl': whole.exactOptional(),
    'x-dead-letter-exchange': z.string().exactOptional(),
    'x-dead-letter-routing-key': z.string().exactOptional(),
    'x-dead-letter-strategy': z.enum(['at-most-once', 'at-least-once']).exactOptional(),
    'x-delivery-limit': z.int().exactOptional(),
    'x-max-length': whole.exactOptional(),
    'x-overflow': z.enum(['drop-head', 'reject-publish', 'reject-publish-dlx']).exactOptional(),
  })
  .catchall(scalar)

const exchangeSchema = z.strictObject({
  name: nameSchema,
  type: exchangeTypes,
  durable: flag,
  autoDelete: flag.exactOptional(),
  arguments: z.record(z.string(), scalar).exactOptional(),
})
const queueSchema = z
  .strictObject({
    name: nameSchema,
    durable: flag,
    exclusive: flag.exactOptional(),
    autoDelete: flag.exactOptional(),
    arguments: queueArgumentsSchema.exactOptional(),
  })
  // RabbitMQ answers 406 PRECONDITION_FAILED to either.
  .refine((queue) => !isQuorum(queue) || queue.durable, {
    path: ['durable'],
    error: 'must be true: a quorum queue is always durable',
  })
  .refine((queue) => !isQuorum(queue) || queue.exclusive !== true, {
    path: ['exclusive'],
    error: 'must be false: a quorum queue is never exclusive',
  })
const bindingSchema = z.strictObject({
  exchange: nameSchema,
  queue: nameSchema,
  routingKey: z.string("must be text; '' where the exchange ignores it"),
  arguments: z.record(z.string(), scalar).exactOptional(),
})

/**
 * A topology that hangs together: no name twice, and every binding and dead-letter exchange leads to
 * something declared.
 */
export const topologySchema = z
  .strictObject({
    exchanges: z.array(exchangeSchema),
    queues: z.array(queueSchema),
    bindings: z.array(bindingSchema),
  })
  .superRefine((topology, context) => {
    for (const link of brokenLinks(topology)) context.addIssue({ code: 'custom', ...link })
  })

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T

export type Topology = Frozen<z.infer<typeof topologySchema>>
export type Exchange = Topology['exchanges'][number]
export type Queue = Topology['queues'][number]
export type Binding = Topology['bindings'][number]

/** Anything that is declared, with what it is. */
export type Entity =
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | { readonly kind: 'queue'; readonly queue: Queue }
  | { readonly kind: 'binding'; readonly binding: Binding }

/**
 * The payment system's topology. `payment.refunded` leads nowhere on purpose: no service asks for refunds
 * yet, so publishing one with `mandatory` brings it back.
 */
export const paymentsTopology = {
  exchanges: [{ name: 'payments', type: 'direct', durable: true }],
  queues: [{ name: 'payments.work', durable: true, arguments: { 'x-queue-type': 'quorum' } }],
  bindings: [{ exchange: 'payments', queue: 'payments.work', routingKey: 'payment.requested' }],
} as const satisfies Topology

/** Every entity in the order in which it can be declared: exchanges, queues, then what binds them. */
export function entitiesOf({ exchanges, queues, bindings }: Topology): readonly Entity[] {
  return [
    ...exchanges.map((exchange) => ({ kind: 'exchange', exchange }) as const),
    ...queues.map((queue) => ({ kind: 'queue', queue }) as const),
    ...bindings.map((binding) => ({ kind: 'binding', binding }) as const),
  ]
}

function isQuorum(queue: { arguments?: { 'x-queue-type'?: string | undefined } | undefined }): boolean {
  return queue.arguments?.['x-queue-type'] === 'quorum'
}

interface BrokenLink {
  readonly path: (string | number)[]
  readonly message: string
}

function brokenLinks({ exchanges, queues, bindings }: Topology): BrokenLink[] {
  const exchangeNames = exchanges.map(({ name }) => name)
  const queueNames = queues.map(({ name }) => name)
  return [
    ...repeated('exchanges', exchangeNames),
    ...repeated('queues', queueNames),
    ...bindings.flatMap(({ exchange, queue }, index) => [
      ...missing(
        exchange,
        exchangeNames,
        ['bindings', index, 'exchange'],
        'declare it, or bind to one that is',
      ),
      ...missing(queue, queueNames, ['bindings', index, 'queue'], 'declare it, or bind one that is'),
    ]),
    ...queues.flatMap((queue, index) => {
      // '' is the default exchange, which is always there and leads to the queue that the routing key names.
      const target = queue.arguments?.['x-dead-letter-exchange'] ?? ''
      const path = ['queues', index, 'arguments', 'x-dead-letter-exchange']
      return target === ''
        ? []
        : missing(target, exchangeNames, path, 'RabbitMQ would drop dead letters without a word')
    }),
  ]
}

function repeated(list: 'exchanges' | 'queues', names: readonly string[]): BrokenLink[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: [list, index, 'name'], message: `${name} is declared twice; keep one` }]
      : [],
  )
}

function missing(
  name: string,
  names: readonly string[],
  path: BrokenLink['path'],
  advice: string,
): BrokenLink[] {
  return names.includes(name) ? [] : [{ path, message: `${name} is not declared here: ${advice}` }]
}
