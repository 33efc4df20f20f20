/**
 * The messages of the payment saga: commands (`charge-card`) and what came of them (`card-charged`), each a CloudEvents envelope
 * about one payment, named by its routing key.
 */
import { z } from 'zod'
import { type Envelope, open, seal, valueOrThrow } from './envelope.ts'
import type { Payment } from './events.ts'
import { foreignIdSchema, type IdSource } from './ids.ts'
import { moneySchema, tolerantMoneySchema, toWire } from './money.ts'

/** A message as its reader sees it. */
export interface SagaMessage {
  /** The same on each delivery. */
  readonly id: string
  /** Its routing key: `charge-card`. */
  readonly name: string
  readonly payment: Payment
  /** Why somebody refused. */
  readonly reason: string | undefined
  /** How long the customer has the saga wait for an answer, on a request that says it; else the table of steps counts. */
  readonly patienceMs: number | undefined
}

/** What a message may say besides its name and its payment. */
export interface SagaMessageMore {
  readonly reason?: string | undefined
  readonly patienceMs?: number | undefined
}

// An event of the payment service is a message of the saga, too: `payment-requested` begins one.
const namePattern = /^workbook\.(?:saga|payments)\.(?<name>[a-z]+(?:-[a-z]+)*)\.v1$/

const dataSchema = z.looseObject({
  payment_id: foreignIdSchema,
  merchant_id: foreignIdSchema,
  amount: tolerantMoneySchema,
  reason: z.string().optional(),
  patience_ms: z.int().positive().optional(),
})

/**
 * Makes a message. To send it again, send the same envelope.
 * @throws EnvelopeError when the name or the payment is none
 */
export function sealSagaMessage(
  name: string,
  payment: Payment,
  ids: IdSource,
  { source, reason, patienceMs }: SagaMessageMore & { readonly source: string },
): Envelope {
  const { payment_id, merchant_id, amount } = payment
  const type = `workbook.saga.${name}.v1`
  valueOrThrow(moneySchema.safeEncode(amount), 'this message must not be sent', '/data/amount')
  const data = {
    payment_id,
    merchant_id,
    amount: toWire(amount),
    ...(reason === undefined ? {} : { reason }),
    ...(patienceMs === undefined ? {} : { patience_ms: patienceMs }),
  }
  const dataschema = `https://workbook.example/schemas/${type}.json`
  return seal(
    {
      source,
      type,
      subject: payment_id,
      dataschema,
      partitionkey: payment_id,
      correlationid: payment_id,
      data,
    },
    ids,
  )
}

/**
 * Reads a message.
 * @throws EnvelopeError when it can't be read; trying again is useless
 */
export function openSagaMessage(content: Uint8Array | string | object): SagaMessage {
  const envelope = open(content)
  const name = namePattern.exec(envelope.type)?.groups?.['name']
  const text = 'must be a message of the saga, such as workbook.saga.charge-card.v1'
  const type = z
    .string(text)
    .refine(() => name !== undefined, text)
    .safeParse(envelope.type)
  valueOrThrow(type, 'this message cannot be read', '/type')
  const read = valueOrThrow(dataSchema.safeParse(envelope.data), 'this message cannot be read', '/data')
  const { payment_id, merchant_id, amount, reason, patience_ms: patienceMs } = read
  return {
    id: envelope.id,
    name: name ?? '',
    payment: { payment_id, merchant_id, amount },
    reason,
    patienceMs,
  }
}
