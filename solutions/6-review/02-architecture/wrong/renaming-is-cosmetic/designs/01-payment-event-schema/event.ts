/** The event that says a payment was created: its envelope, its fields, and the rules it must keep before it is sent. */
import { z } from 'zod'

/** What everybody means by "a payment was created". How it looks on the wire is this design's business. */
export interface PaymentCreated {
  readonly eventId: string
  /** When it happened: RFC 3339 in UTC with milliseconds, such as `2026-07-19T08:00:00.000Z`. */
  readonly occurredAt: string
  readonly paymentId: string
  readonly merchantId: string
  /** A count of the currency's smallest unit: 12.50 USD is 1250n, 12,500 VND is 12500n. More than 0. */
  readonly amount: { readonly minor: bigint; readonly currency: Currency }
  readonly status: string
}

/** The currencies we take, each with its number of decimals (ISO 4217). */
export const decimals = { VND: 0, JPY: 0, USD: 2, EUR: 2, KWD: 3 } as const
export type Currency = keyof typeof decimals
export const currencies = Object.keys(decimals) as [Currency, ...Currency[]]

export const type = 'workbook.payments.payment-created.v2'

/** Where the six fields of the brief stand in a message, as JSON pointers (RFC 6901). */
export const fields = {
  event_id: '/id',
  timestamp: '/time',
  payment_id: '/data/payment_id',
  amount: '/data/amount',
  merchant_id: '/data/merchant_id',
  status: '/data/status',
} as const

// A JSON number beyond 2^53 - 1 has lost digits before anybody looks; as text none are lost.
const minor = z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,17}$/)])

/** Strict: what a producer may send. What is not listed here is refused, a card number above all. */
const message = z.strictObject({
  specversion: z.literal('1.0'),
  // `source` and `id` together say which event this is (CloudEvents 1.0): whoever sends it again keeps both.
  source: z.literal('/payments'),
  id: z.string().min(1).max(256),
  type: z.literal(type),
  subject: z.string().min(1),
  time: z.iso.datetime({ precision: 3 }),
  datacontenttype: z.literal('application/json'),
  data: z.strictObject({
    payment_id: z.string().min(1).max(256),
    merchant_id: z.string().regex(/^[a-z0-9-]{1,64}$/),
    amount: z.strictObject({ minor, currency: z.enum(currencies) }),
    // The one status that belongs to this fact. "DECLINED" is another fact, and another event.
    status: z.literal('CREATED'),
  }),
})

/** The message of an event, as plain JSON. Written twice it is the same message. @throws Error when it must not be sent. */
export function write(event: PaymentCreated): object {
  const { minor: units, currency } = event.amount
  const written = {
    specversion: '1.0',
    source: '/payments',
    id: event.eventId,
    type,
    subject: event.paymentId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    data: {
      payment_id: event.paymentId,
      merchant_id: event.merchantId,
      amount: { minor: Number.isSafeInteger(Number(units)) ? Number(units) : units.toString(), currency },
      status: event.status,
    },
  }
  const found = problems(written)
  if (found.length > 0) throw new Error(`this event must not be sent: ${found.join('; ')}`)
  return written
}

/** What is wrong with a message before it is sent; nothing when it may go out. */
export function problems(written: unknown): string[] {
  const { success, error } = message.safeParse(written)
  return success ? [] : error.issues.map(({ path, message: said }) => `/${path.join('/')} ${said}`)
}

/** The same rules for teams that don't write TypeScript (JSON Schema 2020-12). */
export function jsonSchema(): object {
  return z.toJSONSchema(message)
}
