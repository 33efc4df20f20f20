/** The event that says a payment was created: its envelope, its fields, and the rules it must keep before it is sent. */

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

/** Where the six fields of the brief stand in a message, as JSON pointers (RFC 6901). */
export const fields: Readonly<
  Record<'event_id' | 'timestamp' | 'payment_id' | 'amount' | 'merchant_id' | 'status', string>
> = {
  // TODO design-01.2: such as '/data/payment_id'
  event_id: '',
  timestamp: '',
  payment_id: '',
  amount: '',
  merchant_id: '',
  status: '',
}

/** The message of an event, as plain JSON. Written twice it is the same message. @throws Error when it must not be sent. */
export function write(_event: PaymentCreated): object {
  // TODO design-01.1: a CloudEvents 1.0 envelope (specversion, id, source, type) around the facts
  throw new Error('TODO: write the event as a message')
}

/** What is wrong with a message before it is sent; nothing when it may go out. */
export function problems(_written: unknown): string[] {
  // TODO design-01.5: strict; a field that is not in the schema is a problem too
  throw new Error('TODO: name what is wrong with a message')
}

/** The same rules for teams that don't write TypeScript (JSON Schema 2020-12). */
export function jsonSchema(): object {
  // TODO design-01.1: zod can print it (z.toJSONSchema)
  throw new Error('TODO: publish the schema')
}
