// mistake: the currency is in the first event, no other needs it
// refused by: design-03.3
// says: came back as
/** The events of a wallet's history: what each says, what may be written, and how those of the first years are read today. */
import { z } from 'zod'

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

const prefix = 'workbook.payments.'
const id = z.string().min(1).max(256)
const currency = z.string().regex(/^[A-Z]{3}$/)
// As text: a JSON number has lost digits beyond 2^53 before anybody looks.
const amount = z.strictObject({ minor: z.string().regex(/^[1-9]\d{0,17}$/), currency })
const signedAmount = z.strictObject({ minor: z.string().regex(/^-?[1-9]\d{0,17}$/), currency })

/** Today's events. Strict: what is not listed here is not stored, since it would be stored for ever. */
const schemas = {
  [`${prefix}wallet-opened.v1`]: z.strictObject({ currency }),
  [`${prefix}money-deposited.v2`]: z.strictObject({ transaction_id: id, amount }),
  [`${prefix}money-withdrawn.v2`]: z.strictObject({ transaction_id: id, amount }),
  [`${prefix}transfer-sent.v1`]: z.strictObject({ transaction_id: id, amount, to: id }),
  [`${prefix}transfer-received.v1`]: z.strictObject({ transaction_id: id, amount, from: id }),
  [`${prefix}booking-corrected.v1`]: z.strictObject({
    transaction_id: id,
    amount: signedAmount,
    reason: z.string().min(1),
  }),
} as const

export function write(fact: Fact): WrittenEvent {
  if (fact.kind === 'opened') return { type: `${prefix}wallet-opened.v1`, data: { currency: fact.currency } }
  const data = {
    transaction_id: fact.transactionId,
    amount: { minor: fact.minor.toString(), currency: 'VND' },
  }
  switch (fact.kind) {
    case 'deposited':
      return { type: `${prefix}money-deposited.v2`, data }
    case 'withdrawn':
      return { type: `${prefix}money-withdrawn.v2`, data }
    case 'sent':
      return { type: `${prefix}transfer-sent.v1`, data: { ...data, to: fact.other } }
    case 'received':
      return { type: `${prefix}transfer-received.v1`, data: { ...data, from: fact.other } }
    case 'corrected':
      return { type: `${prefix}booking-corrected.v1`, data: { ...data, reason: fact.reason } }
    default:
      return fact satisfies never
  }
}

/** The fact that an event tells of, whichever version it was written in. @throws Error for an event that nobody knows */
export function read(event: WrittenEvent): Fact {
  const { type, data } = upcast(event)
  const { currency: unit, amount: moved, transaction_id, to, from, reason } = data as Stored
  if (type === `${prefix}wallet-opened.v1`) return { kind: 'opened', currency: unit }
  const booking = { transactionId: transaction_id, minor: BigInt(moved.minor), currency: moved.currency }
  if (type === `${prefix}money-deposited.v2`) return { kind: 'deposited', ...booking }
  if (type === `${prefix}money-withdrawn.v2`) return { kind: 'withdrawn', ...booking }
  if (type === `${prefix}transfer-sent.v1`) return { kind: 'sent', ...booking, other: to }
  if (type === `${prefix}transfer-received.v1`) return { kind: 'received', ...booking, other: from }
  return { kind: 'corrected', ...booking, reason }
}

/** What stands in the data of one event or another. */
interface Stored {
  readonly currency: string
  readonly amount: { readonly minor: string; readonly currency: string }
  readonly transaction_id: string
  readonly to: string
  readonly from: string
  readonly reason: string
}

/** What is wrong with an event before it is stored; nothing when it may be. Only today's types may. */
export function problems({ type, data }: WrittenEvent): string[] {
  const schema = (schemas as Readonly<Record<string, z.ZodType>>)[type]
  if (schema === undefined) return [`${type} is no event of today`]
  const { success, error } = schema.safeParse(data)
  return success ? [] : error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`)
}

// One step for each version that was ever written, none of which is touched again when the next one comes.
const steps: Readonly<Record<string, (data: never) => WrittenEvent>> = {
  // The first wallets were all in đồng; that was nowhere written, only true.
  'wallet.created': () => ({ type: `${prefix}wallet-opened.v1`, data: { currency: 'VND' } }),
  'wallet.movement': ({ tx, amount: moved }: { tx: number; amount: number }) => ({
    type: `${prefix}money-${moved < 0 ? 'withdrawn' : 'deposited'}.v1`,
    data: { transaction_id: String(tx), minor: Math.abs(moved), currency: 'VND' },
  }),
  [`${prefix}money-deposited.v1`]: (data: FirstAmount) => ({
    type: `${prefix}money-deposited.v2`,
    data: amended(data),
  }),
  [`${prefix}money-withdrawn.v1`]: (data: FirstAmount) => ({
    type: `${prefix}money-withdrawn.v2`,
    data: amended(data),
  }),
}

interface FirstAmount {
  readonly transaction_id: string
  readonly minor: number
  readonly currency: string
}

const amended = ({ transaction_id, minor, currency: unit }: FirstAmount) => ({
  transaction_id,
  amount: { minor: String(minor), currency: unit },
})

/** An event as today's code knows it, whenever it was written. What is given is not changed. @throws Error for one that nobody knows */
export function upcast(event: WrittenEvent): WrittenEvent {
  let current = event
  for (let step = steps[current.type]; step !== undefined; step = steps[current.type])
    current = step(current.data as never)
  // Passed over, it would be missing from a balance, and nobody would ever know.
  if (!(current.type in schemas)) throw new Error(`nobody here knows the event ${event.type}`)
  return current
}
