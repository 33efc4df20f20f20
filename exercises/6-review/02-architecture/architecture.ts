/** Your event-driven design as data: what you have drawn in the design part, in a form that can be looked through. */

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

export const architecture: Architecture = {
  // TODO review-02.2: the events, with the version before where there was one
  events: [],
  // TODO review-02.3: how they travel, and who publishes them
  topology: { exchanges: [], queues: [], bindings: [] },
  publishers: [],
  // TODO review-02.4: who reads them, and what happens when that fails
  consumers: [],
  // TODO review-02.5: what is shown of it, how old it may be, and who decides what by it
  views: [],
  readers: [],
}
