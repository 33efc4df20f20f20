/** The wallet system as data: services with what each owns, messages with what each carries, and who does what on which. */

export interface Architecture {
  readonly services: readonly Service[]
  readonly events: readonly EventType[]
  readonly commands: readonly Message[]
  /** Which of your messages are the ones that the brief speaks of. */
  readonly roles: {
    /** The command by which the app asks for a transaction. */
    readonly request: string
    /** The event that says it is written down and will be decided. */
    readonly accepted: string
    readonly booked: string
    readonly rejected: string
    readonly balanceChanged: string
  }
  /** What users read, and how far behind it may be. */
  readonly reads: readonly Read[]
}

/** What a field is. */
export type FieldKind = 'event id' | 'transaction id' | 'wallet id' | 'money' | 'version' | 'time' | 'text'

export interface Message {
  readonly name: string
  /**
   * `rabbitmq`: whoever does something on it has a queue of their own, out of which it is gone once it is acknowledged.
   * `kafka`: it lies in a topic of three partitions, for whoever reads it now or later.
   */
  readonly carrier: 'rabbitmq' | 'kafka'
  /** On Kafka, the field by whose value it finds its partition; without one it may lie in any. */
  readonly key?: string
  /** Its fields by name. */
  readonly carries: Readonly<Record<string, FieldKind>>
}

export interface EventType extends Message {
  /** The table in which the fact lies that it tells of. */
  readonly tells: string
}

export interface Service {
  readonly name: string
  /** Tables that it alone reads and writes. */
  readonly owns: readonly string[]
  /** Services whose answer it waits for while it works. */
  readonly waitsFor: readonly string[]
  readonly handles: readonly Handling[]
}

export interface Handling {
  /** The event or command. */
  readonly on: string
  /** In a sentence. */
  readonly does: string
  readonly reads?: readonly string[]
  readonly writes: readonly string[]
  /** Fields of the message that it can't do without. */
  readonly needs: readonly string[]
  readonly publishes: readonly {
    readonly message: string
    /** `covered`: only when the balance covers the transaction; `not covered`: only when it does not. */
    readonly when: 'always' | 'covered' | 'not covered'
  }[]
  /** Fields by which it knows that this message was here before. */
  readonly remembers: readonly string[]
  /** In a sentence. */
  readonly onDuplicate: string
}

export interface Read {
  /** What the user looks at. */
  readonly what: string
  /** The table that answers. */
  readonly from: string
  /** How far behind it may be at most, in milliseconds. */
  readonly staleMsMax: number
  /** What the user is shown while it is behind. */
  readonly meanwhile: string
}

export const architecture: Architecture = {
  // TODO design-02.1: the services, each with the tables that it alone goes into
  // TODO design-02.5: what each does on a message, and how it knows that it was here before
  services: [],
  // TODO design-02.3: the events, and what each carries; design-02.4: the table that each tells of is its publisher's
  events: [],
  commands: [
    {
      name: 'RequestTransaction',
      carrier: 'rabbitmq',
      carries: { transaction_id: 'transaction id', wallet_id: 'wallet id', amount: 'money' },
    },
  ],
  // TODO design-02.2: from the request to the balance, without anybody waiting, and each wallet's transactions in their order
  roles: {
    request: 'RequestTransaction',
    accepted: '',
    booked: '',
    rejected: '',
    balanceChanged: '',
  },
  // TODO design-02.7: which reads may be behind, for how long, and what the user sees meanwhile
  reads: [],
}
