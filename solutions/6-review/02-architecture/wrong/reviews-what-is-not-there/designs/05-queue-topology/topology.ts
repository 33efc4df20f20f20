// mistake: reviews a design that was never made
// refused by: review-02.3, review-02.4
// says: design-05 could not be reviewed: topology.ts declares no queue yet

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

export const topology: Topology = {
  // TODO design-05.1: nothing is declared yet; the lab will declare what stands here on a broker
  exchanges: [],
  // TODO design-05.2: queues named <service>.<purpose>, topics with a key
  queues: [],
  // TODO design-05.5: every event to those who want it, and to nobody else
  bindings: [],
  topics: [],
  // TODO design-05.3: each event has one owner
  publishers: [],
  // TODO design-05.4: no queue without a reader; design-05.6: and none without an end for what dies in it
  readers: [],
}
