/** The events of a wallet's history: what each says, what may be written, and how those of the first years are read today. */

/** What happened, as everybody talks about it. How it looks in the store is this design's business. */
export type Fact =
  | { readonly kind: 'opened'; readonly currency: string }
  | {
      readonly kind: 'deposited' | 'withdrawn'
      readonly transactionId: string
      readonly minor: bigint
      readonly currency: string
    }
  | {
      readonly kind: 'sent' | 'received'
      readonly transactionId: string
      readonly minor: bigint
      readonly currency: string
      /** The wallet on the other side. */
      readonly other: string
    }
  /** An earlier booking was wrong by so much: `minor` is added, and may be negative. */
  | {
      readonly kind: 'corrected'
      readonly transactionId: string
      readonly minor: bigint
      readonly currency: string
      readonly reason: string
    }

/** An event as it is stored: `data` is JSON. */
export interface WrittenEvent {
  readonly type: string
  readonly data: unknown
}

/** The event that tells of a fact, as it is stored. */
export function write(_fact: Fact): WrittenEvent {
  // TODO design-03.3: a type and a schema for each kind of fact
  throw new Error('TODO: write a fact as an event')
}

/** The fact that an event tells of, whichever version it was written in. @throws Error for an event that nobody knows */
export function read(_event: WrittenEvent): Fact {
  // TODO design-03.3: everything that write() was given has to come back
  throw new Error('TODO: read an event as a fact')
}

/** What is wrong with an event before it is stored; nothing when it may be. Only today's types may. */
export function problems(_event: WrittenEvent): string[] {
  // TODO design-03.3: what is stored is stored for ever
  throw new Error('TODO: look for what must not be stored')
}

/** An event as today's code knows it, whenever it was written. What is given is not changed. @throws Error for one that nobody knows */
export function upcast(_event: WrittenEvent): WrittenEvent {
  // TODO design-03.6: golden/first-years.json has the events of the first years
  throw new Error('TODO: turn an old event into one of today')
}
