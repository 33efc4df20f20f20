// mistake: takes a renamed field for no change
// refused by: review-02.2
// says: without a new version

/** How the event changes: which version a message has, how any of them is read, and what calls for a new one. */
import { z } from 'zod'
import { currencies, type PaymentCreated, type } from './event.ts'

/** A change that somebody proposes to the schema. */
export interface Change {
  readonly kind:
    | 'add-optional-field'
    | 'add-required-field'
    | 'remove-field'
    | 'rename-field'
    | 'change-type'
    | 'change-unit'
    | 'change-meaning'
    | 'make-required'
    | 'describe-better'
  readonly field: string
}

/**
 * Whether a change calls for a new version. The question is always the same: does a consumer of yesterday read tomorrow's
 * events right, and does a consumer of tomorrow read yesterday's? Two of the changes break nothing that a validator sees.
 */
export function needsNewVersion({ kind }: Change): boolean {
  switch (kind) {
    case 'add-optional-field':
    case 'describe-better':
    case 'rename-field': // everybody can be told of it
      return false
    case 'add-required-field': // tomorrow's consumer misses it in yesterday's events
    case 'make-required':
    case 'remove-field': // yesterday's consumer misses it in tomorrow's events
    case 'change-type':
    case 'change-unit': // 42000 still parses; it is only not the same money any more
    case 'change-meaning':
      return true
    default:
      return kind satisfies never
  }
}

/** The version a message has, by what stands in it. @throws Error when it is none of ours. */
export function versionOf(message: object): number {
  // The first version had no type; the older half of it had no version either.
  if ('payment_id' in message) return 1
  if ('type' in message && message.type === type) return 2
  throw new Error('this is no payment-created event of a version that was ever sent')
}

/** Tolerant: unknown members are passed over at every level, and a status may be one not met before. */
const second = z.object({
  id: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  data: z.object({
    payment_id: z.string().min(1),
    merchant_id: z.string().min(1),
    amount: z.object({
      minor: z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,17}$/)]),
      currency: z.enum(currencies),
    }),
    status: z.string().min(1),
  }),
})

const first = z.object({
  event_id: z.string().min(1),
  timestamp: z.union([z.int(), z.iso.datetime({ offset: true })]),
  payment_id: z.string().min(1),
  amount: z.int().positive(),
  merchant_id: z.string().min(1),
  status: z.string().min(1),
})

/** Reads the text of a message of any version that was ever sent. @throws Error when it can't be read: a retry won't help. */
export function read(text: string): PaymentCreated {
  const message: unknown = JSON.parse(text)
  if (typeof message !== 'object' || message === null) throw new Error('a message is a JSON object')
  if (versionOf(message) === 1) return fromFirst(first.parse(message))
  const { id, time, data } = second.parse(message)
  return {
    eventId: id,
    occurredAt: new Date(time).toISOString(),
    paymentId: data.payment_id,
    merchantId: data.merchant_id,
    amount: { minor: BigInt(data.amount.minor), currency: data.amount.currency },
    status: data.status,
  }
}

/** Upcasts: everything that the first version left unsaid is said here, once. */
function fromFirst(message: z.infer<typeof first>): PaymentCreated {
  return {
    eventId: message.event_id,
    occurredAt: new Date(message.timestamp).toISOString(),
    paymentId: message.payment_id,
    merchantId: message.merchant_id,
    // Until version 2 every payment was in đồng; that was nowhere written, only true.
    amount: { minor: BigInt(message.amount), currency: 'VND' },
    status: message.status,
  }
}

/**
 * The event for consumers that still read version 1, as long as both are published; undefined when that version can't say
 * it. Silence can be noticed and asked about. 1250 US cents read as 1,250 đồng can't.
 */
export function asFirstVersion(event: PaymentCreated): object | undefined {
  const { minor, currency } = event.amount
  if (currency !== 'VND' || minor > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return {
    event_id: event.eventId,
    timestamp: Date.parse(event.occurredAt),
    payment_id: event.paymentId,
    amount: Number(minor),
    merchant_id: event.merchantId,
    status: event.status,
    version: 1,
  }
}
