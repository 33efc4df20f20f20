// mistake: one record at a time keeps the order, so a failing one may come later
// refused by: design-06.2
// says: took effect in this order
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
  depends: [
    {
      types: ['wallet.credited', 'payment.captured'],
      breaks: 'a capture that comes before the credit that covers it is refused, and the goods are not paid',
    },
    {
      types: ['payment.captured', 'payment.captured'],
      breaks: 'when the balance covers one of two, the order decides which merchant is paid',
    },
    {
      types: ['payment.captured', 'payment.refunded'],
      breaks: 'a refund that overtakes its capture finds nothing to give back, and the capture then stands',
    },
    {
      types: ['limit.changed', 'limit.changed'],
      breaks: 'the limit that the customer took back is the one that stays',
    },
    {
      types: ['limit.changed', 'payment.captured'],
      breaks: 'a payment is judged by a limit that was not yet, or no longer, set',
    },
    {
      types: ['fee.charged', 'payment.captured'],
      breaks: 'the fee takes what the payment needed, or the payment what the fee would have taken',
    },
  ],
  // All that these rules look at is in one wallet, so nothing finer will do: a credit has no payment that a capture shares.
  key: 'walletId',
  // More than consumers, so that there is room to grow: adding partitions later moves keys while their events are under way.
  partitions: 12,
  consumers: 4,
  within: 'one after another',
  // Whoever fails comes again from a topic of its own, and holds nobody up.
  retry: 'put aside',
  resequence: false,
}
