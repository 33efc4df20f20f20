/** The reference of the schema design and the events of this folder speak the same language, though neither imports the other. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { open } from './envelope.ts'
import { consumerSchema, paymentEvents, sealEvent } from './events.ts'
import { money } from './money.ts'

interface Design {
  type: string
  write(event: object): Record<string, unknown>
  problems(message: unknown): string[]
  read(text: string): { amount: { minor: bigint; currency: string }; paymentId: string; status: string }
}

const folder = join(import.meta.dirname, '..', 'solutions', 'designs', '01-payment-event-schema')
const load = async (file: string) => (await import(pathToFileURL(join(folder, file)).href)) as Partial<Design>
const design = { ...(await load('event.ts')), ...(await load('versions.ts')) } as Design

const idSource = {
  clock: { now: () => Date.UTC(2026, 6, 19, 8) },
  random: { next: () => 0.42 },
}
const payment = {
  payment_id: '019f77ac-2bff-7a31-8c55-02b9d3e1a7c4',
  merchant_id: 'highlands-72',
  amount: money(1250n, 'USD'),
}

describe('the reference of design-01', () => {
  test('writes what the consumers of payments read as the same payment', () => {
    const message = design.write({
      eventId: '019f77ac-2c03-76b8-b34e-9f1d87a6e4f5',
      occurredAt: '2026-07-19T08:00:00.000Z',
      paymentId: payment.payment_id,
      merchantId: payment.merchant_id,
      amount: { minor: 1250n, currency: 'USD' },
      status: 'CREATED',
    })

    const envelope = open(JSON.stringify(message))

    expect(envelope.id).toBe('019f77ac-2c03-76b8-b34e-9f1d87a6e4f5')
    expect(consumerSchema.parse(envelope.data)).toEqual({ ...payment, status: 'CREATED' })
  })

  test('takes what payments seals, but for the type and what the envelope may have more', () => {
    const { partitionkey: _, dataschema: __, ...sealed } = sealEvent('PaymentRequested', payment, idSource)
    const message = { ...sealed, type: design.type }

    expect(paymentEvents.PaymentRequested.status).toBe('CREATED')
    expect(design.problems(message)).toEqual([])
    expect(design.read(JSON.stringify(message))).toMatchObject({
      paymentId: payment.payment_id,
      amount: { minor: 1250n, currency: 'USD' },
      status: 'CREATED',
    })
  })
})
