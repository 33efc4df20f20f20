// mistake: lets the design fall behind what the review says of it: nothing that is refused has an end
// refused by: review-02.4
// says: design-05:

/** The topology of the payment system as data: what is declared, who publishes, who reads. */

export interface Topology {
  /** What is declared in RabbitMQ, in its own words. */
  readonly exchanges: readonly {
    readonly name: string
    readonly type: 'direct' | 'topic' | 'fanout'
    readonly durable: boolean
    readonly arguments?: Readonly<Record<string, string | number>>
  }[]
  readonly queues: readonly {
    readonly name: string
    readonly durable: boolean
    readonly arguments?: Readonly<Record<string, string | number>>
  }[]
  readonly bindings: readonly {
    readonly exchange: string
    readonly queue: string
    readonly routingKey: string
  }[]
  /** Kafka: what is kept to be read again. `key` is the field of the event that the record is keyed by. */
  readonly topics: readonly {
    readonly name: string
    readonly key: string
    readonly partitions: number
    readonly retentionDays: number
    readonly events: readonly string[]
  }[]
  /** Who publishes to which exchange, under which keys. An event's key is its name, such as `payment.captured`. */
  readonly publishers: readonly {
    readonly service: string
    readonly exchange: string
    readonly keys: readonly string[]
  }[]
  /** Who reads which queue or topic. */
  readonly readers: readonly ({ readonly service: string } & (
    | { readonly queue: string }
    | { readonly topic: string }
  ))[]
}

/** What is tried again waits here first; mq-04 shows who puts it there, and why the level is a queue of its own. */
const retryDelayMs = 10_000

/** A work queue with what belongs to it: its bindings, one level of retry, and the place where its dead end. */
function work(name: string, exchange: string, keys: readonly string[]) {
  const deadEnd = `${name}.dlq`
  const retry = `${name}.retry.10s`
  return {
    queues: [
      {
        name,
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
        },
      },
      {
        name: retry,
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-message-ttl': retryDelayMs,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': name,
        },
      },
      // No time-to-live, no limit: the last copy waits for a person.
      { name: deadEnd, durable: true, arguments: { 'x-queue-type': 'quorum' } },
    ],
    bindings: [
      ...keys.map((routingKey) => ({ exchange, queue: name, routingKey })),
      { exchange: 'retries', queue: retry, routingKey: name },
      { exchange: 'dead', queue: deadEnd, routingKey: name },
    ],
  }
}

const bookings = work('wallet.bookings', 'payments', ['payment.captured', 'payment.refunded'])
// Bound to what it wants, word by word: `payment.*` would bring it payment.created as well, the day somebody adds it.
const mail = work('notifications.mail', 'payments', [
  'payment.captured',
  'payment.declined',
  'payment.refunded',
])
const screening = work('fraud.screening', 'payments', ['payment.created'])
const pushes = work('notifications.push', 'wallet', ['wallet.balance-changed'])
const works = [bookings, mail, screening, pushes]

export const topology: Topology = {
  exchanges: [
    // One for each service that owns facts, so that permissions and keys have an owner too.
    { name: 'payments', type: 'topic', durable: true },
    { name: 'wallet', type: 'topic', durable: true },
    { name: 'retries', type: 'direct', durable: true },
    { name: 'dead', type: 'direct', durable: true },
  ],
  queues: works.flatMap(({ queues }) => queues),
  bindings: works.flatMap(({ bindings }) => bindings),
  topics: [
    {
      name: 'payments.events.v1',
      key: 'payment_id',
      partitions: 12,
      retentionDays: 400,
      events: ['payment.created', 'payment.captured', 'payment.declined', 'payment.refunded'],
    },
    {
      name: 'wallet.events.v1',
      key: 'wallet_id',
      partitions: 12,
      retentionDays: 400,
      events: ['wallet.balance-changed'],
    },
  ],
  publishers: [
    {
      service: 'payments',
      exchange: 'payments',
      keys: ['payment.created', 'payment.captured', 'payment.declined', 'payment.refunded'],
    },
    { service: 'wallet', exchange: 'wallet', keys: ['wallet.balance-changed'] },
    // A reader that can't process a message now puts it into its own waiting room.
    { service: 'wallet', exchange: 'retries', keys: ['wallet.bookings'] },
    { service: 'notifications', exchange: 'retries', keys: ['notifications.mail', 'notifications.push'] },
    { service: 'fraud', exchange: 'retries', keys: ['fraud.screening'] },
  ],
  readers: [
    { service: 'wallet', queue: 'wallet.bookings' },
    { service: 'notifications', queue: 'notifications.mail' },
    { service: 'notifications', queue: 'notifications.push' },
    { service: 'fraud', queue: 'fraud.screening' },
    { service: 'operations', queue: 'wallet.bookings.dlq' },
    { service: 'operations', queue: 'notifications.mail.dlq' },
    { service: 'operations', queue: 'notifications.push.dlq' },
    { service: 'operations', queue: 'fraud.screening.dlq' },
    { service: 'audit', topic: 'payments.events.v1' },
    { service: 'audit', topic: 'wallet.events.v1' },
    { service: 'analytics', topic: 'payments.events.v1' },
  ],
}
