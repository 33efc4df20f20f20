/**
 * The event that a wallet's balance changed: what the wallet publishes, and what a copy of the balances is kept by. It carries the change
 * and what came out of it, so that a consumer may add or replace, whichever it can answer for.
 */
import { z } from 'zod'
import { type Envelope, EnvelopeError, open, seal, valueOrThrow } from './envelope.ts'
import type { IdSource } from './ids.ts'

const type = 'workbook.wallets.balance-changed.v1'

const dataSchema = z.looseObject({
  wallet_id: z.string().min(1),
  /** In the smallest unit of the wallet's currency. */
  delta_minor: z.int(),
  /** What the wallet has after this change. */
  balance_minor: z.int(),
})

/** One change of one balance. */
export interface BalanceChanged {
  readonly wallet_id: string
  /** Higher than that of every earlier change of this wallet. */
  readonly version: number
  readonly delta_minor: number
  readonly balance_minor: number
  /** When it was committed, milliseconds since the Unix epoch. */
  readonly committed_at: number
}

/** The envelope of a change, ready for an outbox: made once, at the commit, and the same each time that it is sent. */
export function sealBalanceChanged(changed: BalanceChanged, ids: IdSource): Envelope {
  const { wallet_id, version, delta_minor, balance_minor, committed_at } = changed
  return seal(
    {
      source: '/workbook/wallet',
      type,
      subject: wallet_id,
      time: new Date(committed_at).toISOString(),
      dataschema: `https://workbook.example/schemas/${type}.json`,
      partitionkey: wallet_id,
      aggregateversion: version,
      data: { wallet_id, delta_minor, balance_minor },
    },
    ids,
  )
}

/** Reads the body of a message. @throws EnvelopeError when it tells of no change of a balance */
export function readBalanceChanged(content: Uint8Array): BalanceChanged {
  const envelope = open(content)
  const { aggregateversion: version, time } = envelope
  if (envelope.type !== type || version === undefined || time === undefined) {
    throw new EnvelopeError('this message cannot be read', [
      { path: '/type', text: `must be ${type}, with time and aggregateversion` },
    ])
  }
  const deed = 'this balance-changed event cannot be read'
  const { wallet_id, delta_minor, balance_minor } = valueOrThrow(
    dataSchema.safeParse(envelope.data),
    deed,
    '/data',
  )
  return { wallet_id, version, delta_minor, balance_minor, committed_at: Date.parse(time) }
}
