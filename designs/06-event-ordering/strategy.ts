/** How the order of a wallet's events is kept, as data: what depends on it, what keeps it, and what a failing event may hold up. */

export interface Strategy {
  /** Pairs of event types (also of one with itself) that lead elsewhere when they change places, each pair once. */
  readonly depends: readonly {
    readonly types: readonly [EventType, EventType]
    /** What goes wrong then, in a sentence. */
    readonly breaks: string
  }[]
  /** The field by whose value a record finds its partition; events that share it keep their order. */
  readonly key: 'eventId' | 'paymentId' | 'walletId' | 'merchantId'
  readonly partitions: number
  readonly consumers: number
  /** What a consumer may have in hand at a time: one record, one of each key, or any. */
  readonly within: 'one after another' | 'keys side by side' | 'side by side'
  /** What a record that fails for now holds up: its worker, the records of its key, or nothing. */
  readonly retry: 'in place' | 'park the key' | 'put aside'
  /** Whether events pass through sequencer.ts before they take effect. */
  readonly resequence: boolean
}

export type EventType =
  | 'wallet.credited'
  | 'payment.captured'
  | 'payment.refunded'
  | 'limit.changed'
  | 'fee.charged'
  | 'payment.noted'

export const strategy: Strategy = {
  // TODO design-06.1: which events depend on each other, and what breaks
  depends: [],
  // TODO design-06.2: what keeps them in order, and for which entity
  key: 'eventId',
  partitions: 1,
  consumers: 2,
  within: 'side by side',
  // TODO design-06.3: npm run measure design-06 says what it costs
  retry: 'put aside',
  resequence: false,
}
