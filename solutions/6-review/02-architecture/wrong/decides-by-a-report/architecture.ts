// mistake: decides on money by a view that lags
// refused by: review-02.5
// says: and needs strong

/** The event-driven design of the payment system as data. */

/** What a field of an event is. */
export type FieldKind =
  | 'id'
  | 'time'
  | 'version'
  | 'minor units'
  | 'currency'
  | 'decimal'
  | 'text'
  | 'number'
  | 'flag'

/** From the strongest to the weakest. */
export type Strategy = 'strong' | 'read-your-writes' | 'bounded-staleness' | 'eventual'

export interface Architecture {
  /** `event_id`, `occurred_at` and `version` are the envelope. `before` holds the fields of the version before. */
  readonly events: readonly {
    readonly name: string
    readonly version: number
    readonly fields: Readonly<Record<string, FieldKind>>
    readonly optional?: readonly string[]
    readonly key: string
    readonly before?: Readonly<Record<string, FieldKind>>
  }[]
  /** In AMQP's own words, as in design-05. A Kafka topic is an exchange of type `fanout` here, and each group a queue. */
  readonly topology: {
    readonly exchanges: readonly {
      readonly name: string
      readonly type: string
      readonly arguments?: Readonly<Record<string, unknown>>
    }[]
    readonly queues: readonly {
      readonly name: string
      readonly durable: boolean
      readonly arguments?: Readonly<Record<string, unknown>>
    }[]
    readonly bindings: readonly {
      readonly exchange: string
      readonly queue: string
      readonly routingKey: string
    }[]
  }
  /** Under which keys a service publishes; a key is the name of an event. */
  readonly publishers: readonly {
    readonly service: string
    readonly exchange: string
    readonly keys: readonly string[]
  }[]
  readonly consumers: readonly {
    readonly service: string
    readonly queue: string
    readonly attempts: number
    readonly backoff: 'none' | 'fixed' | 'exponential'
    readonly jitter: boolean
    readonly knowsCopiesBy: string | null
  }[]
  readonly views: readonly {
    readonly name: string
    readonly owner: string
    readonly strategy: Strategy
    readonly staleSeconds?: number
    readonly repairedBy?: string
  }[]
  readonly readers: readonly {
    readonly service: string
    readonly view: string
    readonly decides: string
    readonly needs: Strategy
  }[]
}

const envelope = { event_id: 'id', occurred_at: 'time', version: 'version' } as const
const dead = {
  'x-queue-type': 'quorum',
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': 'payments.dead',
}

export const architecture: Architecture = {
  events: [
    {
      name: 'payment.requested',
      version: 2,
      // The payment, and not the customer: what happens to one payment has an order, and customers are independent.
      key: 'payment_id',
      fields: {
        ...envelope,
        payment_id: 'id',
        wallet_id: 'id',
        merchant_id: 'id',
        amount: 'minor units',
        currency: 'currency',
        channel: 'text',
      },
      // New in version 2, so it has to be optional: events of version 1 are read for years.
      optional: ['channel'],
      before: {
        ...envelope,
        payment_id: 'id',
        wallet_id: 'id',
        merchant_id: 'id',
        amount: 'minor units',
        currency: 'currency',
      },
    },
    {
      name: 'payment.captured',
      version: 1,
      key: 'payment_id',
      fields: { ...envelope, payment_id: 'id', wallet_id: 'id', amount: 'minor units', currency: 'currency' },
    },
    {
      name: 'payment.refused',
      version: 1,
      key: 'payment_id',
      fields: { ...envelope, payment_id: 'id', wallet_id: 'id', reason: 'text' },
    },
  ],
  topology: {
    exchanges: [{ name: 'payments', type: 'topic' }],
    queues: [
      { name: 'payments.wallet', durable: true, arguments: dead },
      { name: 'payments.ledger', durable: true, arguments: dead },
      { name: 'payments.mailer', durable: true, arguments: dead },
      { name: 'payments.dead', durable: true, arguments: { 'x-queue-type': 'quorum' } },
    ],
    bindings: [
      { exchange: 'payments', queue: 'payments.wallet', routingKey: 'payment.requested' },
      { exchange: 'payments', queue: 'payments.ledger', routingKey: 'payment.captured' },
      { exchange: 'payments', queue: 'payments.mailer', routingKey: 'payment.captured' },
      { exchange: 'payments', queue: 'payments.mailer', routingKey: 'payment.refused' },
    ],
  },
  publishers: [
    { service: 'checkout', exchange: 'payments', keys: ['payment.requested'] },
    { service: 'wallet', exchange: 'payments', keys: ['payment.captured', 'payment.refused'] },
  ],
  consumers: [
    {
      service: 'wallet',
      queue: 'payments.wallet',
      attempts: 5,
      backoff: 'exponential',
      jitter: true,
      knowsCopiesBy: 'event_id in an inbox, in the transaction of the capture',
    },
    {
      service: 'ledger',
      queue: 'payments.ledger',
      attempts: 5,
      backoff: 'exponential',
      jitter: true,
      knowsCopiesBy: 'event_id in an inbox, in the transaction of the entry',
    },
    // A mail too many is better than none; what it knows keeps it from three.
    {
      service: 'mailer',
      queue: 'payments.mailer',
      attempts: 3,
      backoff: 'exponential',
      jitter: true,
      knowsCopiesBy: 'event_id, noted after the mail: at least once',
    },
    {
      service: 'operations',
      queue: 'payments.dead',
      attempts: 1,
      backoff: 'none',
      jitter: false,
      knowsCopiesBy: 'event_id; a person looks',
    },
  ],
  views: [
    {
      name: 'wallet balance',
      owner: 'wallet',
      strategy: 'eventual',
      staleSeconds: 2,
      repairedBy: 'nightly replay',
    },
    { name: 'own payments', owner: 'checkout', strategy: 'read-your-writes' },
    {
      name: 'merchant turnover',
      owner: 'reports',
      strategy: 'bounded-staleness',
      staleSeconds: 60,
      repairedBy: 'rebuilt every night from the ledger',
    },
  ],
  readers: [
    { service: 'wallet', view: 'wallet balance', decides: 'whether a payment is covered', needs: 'strong' },
    {
      service: 'app',
      view: 'own payments',
      decides: 'whether to show "paid" to the one who has just paid',
      needs: 'read-your-writes',
    },
    {
      service: 'merchant portal',
      view: 'merchant turnover',
      decides: 'nothing: it is shown with its age',
      needs: 'bounded-staleness',
    },
  ],
}
