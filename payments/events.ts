/**
 * The facts of a payment's life: for each event its type, its routing key, the status it leaves the payment
 * in, and the schemas of its data. Within `.v1` data may grow optional fields; to remove, rename, retype or
 * re-unit one makes `.v2`.
 */
import { z } from 'zod'
import type { Draft, Envelope, OpenedEnvelope } from './envelope.ts'
import { EnvelopeError, open, seal, valueOrThrow } from './envelope.ts'
import type { IdSource } from './ids.ts'
import { foreignIdSchema, idSchema } from './ids.ts'
import type { Money, WireMoney } from './money.ts'
import { moneySchema, tolerantMoneySchema } from './money.ts'

/** The states of a payment. VOIDED and SETTLED are reached by events that are not written yet. */
export const paymentStatuses = [
  'CREATED',
  'VALIDATED',
  'AUTHORIZED',
  'CAPTURED',
  'SETTLED',
  'DECLINED',
  'VOIDED',
  'REFUNDED',
  'NEEDS_REVIEW',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

/**
 * What a status means to this version. One that a later producer added reads as UNKNOWN: keep the text as it
 * came, change no state by it, and leave the payment to whoever knows the word.
 */
export function readStatus(status: string): PaymentStatus | 'UNKNOWN' {
  return paymentStatuses.find((known) => known === status) ?? 'UNKNOWN'
}

const isPositive = (amount: Money): boolean => amount.minor > 0n
const positive = {
  path: ['minor'],
  error: 'must be more than 0: money taken back is an event of its own, not a sign',
}
const merchantText = 'must be 1 to 64 lower-case letters, digits and hyphens'

/** For producers: exactly these fields, and the one status that belongs to the event. */
function producerSchema(status: PaymentStatus) {
  return z.strictObject({
    payment_id: idSchema,
    merchant_id: z.string(merchantText).regex(/^[a-z0-9-]{1,64}$/, merchantText),
    amount: moneySchema.refine(isPositive, positive),
    status: z.literal(status, `must be ${status} in this event`),
  })
}

/** For consumers: further fields are kept, ids taken as they are, and a status may be one not met before. */
export const consumerSchema = z.looseObject(
  {
    payment_id: foreignIdSchema,
    merchant_id: foreignIdSchema,
    amount: tolerantMoneySchema.refine(isPositive, positive),
    status: z.string('must be text').min(1, 'must not be empty'),
  },
  'must be a JSON object with payment_id, merchant_id, amount and status',
)

function row<const Key extends string, const Status extends PaymentStatus>(key: Key, status: Status) {
  return {
    routingKey: `payment.${key}`,
    type: `workbook.payments.payment-${key}.v1`,
    dataschema: `https://workbook.example/schemas/workbook.payments.payment-${key}.v1.json`,
    status,
    producer: producerSchema(status),
    consumer: consumerSchema,
  } as const
}

/** Every event by name. `producer` and `consumer` are the schemas of its data on either side. */
export const paymentEvents = {
  PaymentRequested: row('requested', 'CREATED'),
  PaymentValidated: row('validated', 'VALIDATED'),
  PaymentAuthorized: row('authorized', 'AUTHORIZED'),
  PaymentCaptured: row('captured', 'CAPTURED'),
  PaymentDeclined: row('declined', 'DECLINED'),
  PaymentRefunded: row('refunded', 'REFUNDED'),
  // The attempts ran out and nobody knows what the card network did: a person has to look.
  PaymentFailed: row('failed', 'NEEDS_REVIEW'),
} as const

export type PaymentEventName = keyof typeof paymentEvents
export type RoutingKey = (typeof paymentEvents)[PaymentEventName]['routingKey']
export type PaymentEventType = (typeof paymentEvents)[PaymentEventName]['type']

/** What every event tells about its payment. */
export interface Payment {
  readonly payment_id: string
  readonly merchant_id: string
  readonly amount: Money
}

/** Data of an event as JSON carries it. */
export interface WirePayment {
  readonly payment_id: string
  readonly merchant_id: string
  readonly amount: WireMoney
  readonly status: PaymentStatus
}

/** Data as a consumer reads it: amount as Money, status as it came (`readStatus`), further fields kept. */
export type ReadPayment = Readonly<z.output<typeof consumerSchema>>

export interface OpenedEvent {
  readonly name: PaymentEventName
  readonly envelope: OpenedEnvelope
  readonly data: ReadPayment
}

/** What a producer may add or set. Unless told, `source` is `/payments`, `partitionkey` the payment's id. */
export type EventAttributes = Partial<Omit<Draft, 'type' | 'subject' | 'dataschema' | 'data'>>

/**
 * Makes an event of a payment, as plain JSON ready to be sent. To send it again, send the same envelope: a
 * second one would be a second event.
 * @throws EnvelopeError when the payment or an attribute breaks the producer's schema.
 */
export function sealEvent(
  name: PaymentEventName,
  payment: Payment,
  idSource: IdSource,
  attributes: EventAttributes = {},
): Envelope<WirePayment> {
  const { type, dataschema, status, producer } = paymentEvents[name]
  const written = producer.safeEncode({ ...payment, status })
  const data = valueOrThrow(written, 'this event must not be sent', '/data')
  const { payment_id: subject } = payment
  const draft = { source: '/payments', partitionkey: subject, ...attributes, type, subject, dataschema, data }
  return seal(draft, idSource)
}

/**
 * Reads an event from a message's bytes, text or parsed JSON.
 * @throws EnvelopeError when envelope or data cannot be read, or the type is not ours. Retrying is useless.
 */
export function openEvent(content: Uint8Array | string | object): OpenedEvent {
  const envelope = open(content)
  const name = eventNameOf(envelope.type)
  if (name === undefined) {
    const quoted = JSON.stringify(envelope.type)
    const text = `is ${quoted}, unknown to this consumer; route it elsewhere or upcast it`
    throw new EnvelopeError('this message cannot be read', [{ path: '/type', text }])
  }
  const read = paymentEvents[name].consumer.safeParse(envelope.data)
  return { name, envelope, data: valueOrThrow(read, 'this message cannot be read', '/data') }
}

/** The event with this routing key or this type; undefined when there is none. */
export function eventNameOf(keyOrType: string): PaymentEventName | undefined {
  const names = Object.keys(paymentEvents) as PaymentEventName[]
  return names.find(
    (name) => paymentEvents[name].routingKey === keyOrType || paymentEvents[name].type === keyOrType,
  )
}
