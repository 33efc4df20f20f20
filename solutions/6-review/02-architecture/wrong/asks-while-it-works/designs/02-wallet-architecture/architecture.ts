// mistake: lets a service wait for another one’s answer
// refused by: review-02.4
// says: design-02:

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

// What every fact carries: which one it is, and when it happened. Nobody orders by the time.
const fact = { event_id: 'event id', occurred_at: 'time' } as const
// A fact stays for whoever wants to hear of it later, and those of one wallet in the order in which they came to be.
const log = { carrier: 'kafka', key: 'wallet_id' } as const

export const architecture: Architecture = {
  services: [
    {
      name: 'transactions',
      owns: ['transaction'],
      waitsFor: ['ledger'],
      handles: [
        {
          on: 'RequestTransaction',
          does: 'writes the transaction down and its event into the outbox, in one commit, and answers 202 with its id',
          writes: ['transaction'],
          needs: ['transaction_id', 'wallet_id', 'amount'],
          publishes: [{ message: 'TransactionCreated', when: 'always' }],
          remembers: ['transaction_id'],
          onDuplicate: 'answers 202 with the same id: the app has retried',
        },
      ],
    },
    {
      name: 'ledger',
      owns: ['decision', 'entry', 'balance'],
      waitsFor: [],
      handles: [
        {
          on: 'TransactionCreated',
          does: 'books it if the balance covers it, else refuses it; decision, entries, balance and events in one commit',
          writes: ['decision', 'entry', 'balance'],
          needs: ['transaction_id', 'wallet_id', 'amount'],
          publishes: [
            { message: 'TransactionBooked', when: 'covered' },
            { message: 'BalanceUpdated', when: 'covered' },
            { message: 'TransactionRejected', when: 'not covered' },
          ],
          remembers: ['transaction_id'],
          onDuplicate: 'the decision is there, under a unique key; acknowledged, nothing published',
        },
      ],
    },
    {
      name: 'balances',
      owns: ['shown_balance'],
      waitsFor: [],
      handles: [
        {
          on: 'BalanceUpdated',
          does: 'keeps the balance with its version and time for the app to read, if the version is newer',
          writes: ['shown_balance'],
          needs: ['wallet_id', 'balance', 'version'],
          publishes: [],
          remembers: ['wallet_id', 'version'],
          onDuplicate: 'the version is not newer than the one kept: no change',
        },
      ],
    },
    {
      name: 'notifications',
      owns: ['sent_message'],
      waitsFor: [],
      handles: [
        {
          on: 'TransactionBooked',
          does: 'sends the receipt to the phone',
          writes: ['sent_message'],
          needs: ['transaction_id', 'wallet_id', 'amount'],
          publishes: [],
          remembers: ['transaction_id'],
          onDuplicate:
            'the receipt has its row: not sent again, unless the process died between sending and writing',
        },
        {
          on: 'TransactionRejected',
          does: 'tells the user why, in words that help',
          writes: ['sent_message'],
          needs: ['transaction_id', 'wallet_id', 'reason'],
          publishes: [],
          remembers: ['transaction_id'],
          onDuplicate: 'as for the receipt',
        },
      ],
    },
    {
      name: 'fraud',
      owns: ['score'],
      waitsFor: [],
      handles: [
        {
          on: 'TransactionCreated',
          does: 'scores it beside the ledger, holding nothing up, and opens a case for a person when it looks bad',
          writes: ['score'],
          needs: ['transaction_id', 'wallet_id', 'amount'],
          publishes: [],
          remembers: ['event_id'],
          onDuplicate: 'the score is there: no second case',
        },
      ],
    },
  ],
  events: [
    {
      name: 'TransactionCreated',
      ...log,
      tells: 'transaction',
      carries: { ...fact, transaction_id: 'transaction id', wallet_id: 'wallet id', amount: 'money' },
    },
    {
      name: 'TransactionBooked',
      ...log,
      tells: 'decision',
      carries: { ...fact, transaction_id: 'transaction id', wallet_id: 'wallet id', amount: 'money' },
    },
    {
      name: 'TransactionRejected',
      ...log,
      tells: 'decision',
      carries: { ...fact, transaction_id: 'transaction id', wallet_id: 'wallet id', reason: 'text' },
    },
    {
      // The balance and not only the change: whoever missed one is right again with the next.
      name: 'BalanceUpdated',
      ...log,
      tells: 'balance',
      carries: { ...fact, wallet_id: 'wallet id', change: 'money', balance: 'money', version: 'version' },
    },
  ],
  commands: [
    {
      name: 'RequestTransaction',
      // One handler, which may refuse; once it is written down nobody wants to read the request again.
      carrier: 'rabbitmq',
      // The app makes the transaction's id, so that its retry is the same request.
      carries: { transaction_id: 'transaction id', wallet_id: 'wallet id', amount: 'money' },
    },
  ],
  roles: {
    request: 'RequestTransaction',
    accepted: 'TransactionCreated',
    booked: 'TransactionBooked',
    rejected: 'TransactionRejected',
    balanceChanged: 'BalanceUpdated',
  },
  reads: [
    {
      what: 'the balance on the first screen',
      from: 'shown_balance',
      staleMsMax: 45_000,
      meanwhile:
        'the last balance with its time ("as of 14:03:20"); after an own transaction "being booked", without a figure that may be wrong',
    },
  ],
}
