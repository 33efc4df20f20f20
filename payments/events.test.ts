/** Tests of the payment events: one table, strict producers, tolerant consumers. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { EnvelopeError } from './envelope.ts'
import type { PaymentEventName } from './events.ts'
import { consumerSchema, eventNameOf, openEvent, paymentEvents, readStatus, sealEvent } from './events.ts'
import { seededSource, somePayments } from './fixtures.ts'
import { money } from './money.ts'

const names = Object.keys(paymentEvents) as PaymentEventName[]
const source = seededSource(7)
const payment = {
  payment_id: '019c2b1e-7d40-7c3a-9f10-5b2c4d6e8a3f',
  merchant_id: 'pho-lien',
  amount: money(42_000n, 'VND'),
}
const requested = () => sealEvent('PaymentRequested', payment, source)

describe('the table', () => {
  test('maps routing keys and types one to one', () => {
    expect(names.map((name) => paymentEvents[name].routingKey)).toEqual([
      'payment.requested',
      'payment.validated',
      'payment.authorized',
      'payment.captured',
      'payment.declined',
      'payment.refunded',
      'payment.failed',
    ])
    for (const name of names) {
      const { routingKey, type } = paymentEvents[name]
      expect(type).toBe(`workbook.payments.${routingKey.replace('.', '-')}.v1`)
      expect(eventNameOf(routingKey)).toBe(name)
      expect(eventNameOf(type)).toBe(name)
    }
    expect(eventNameOf('payment.forgotten')).toBeUndefined()
  })

  test('exports the JSON form of its schemas', () => {
    const exported = z.toJSONSchema(paymentEvents.PaymentRequested.producer, { io: 'input' })
    expect(exported).toMatchObject({
      type: 'object',
      required: ['payment_id', 'merchant_id', 'amount', 'status'],
      additionalProperties: false,
    })
  })
})

describe('a producer', () => {
  test('sends plain JSON: amount in minor units, status by the event, subject and key by the payment', () => {
    const event = requested()
    expect(JSON.parse(JSON.stringify(event))).toEqual(event)
    expect(event).toMatchObject({
      type: 'workbook.payments.payment-requested.v1',
      source: '/payments',
      subject: payment.payment_id,
      partitionkey: payment.payment_id,
      data: { ...payment, amount: { minor: 42_000, currency: 'VND' }, status: 'CREATED' },
    })
  })

  test('names cause and case when told to', () => {
    const cause = requested()
    const event = sealEvent('PaymentValidated', payment, source, {
      correlationid: 'case-1',
      causationid: cause.id,
      aggregateversion: 2,
    })
    expect(event).toMatchObject({ correlationid: 'case-1', causationid: cause.id, aggregateversion: 2 })
  })

  test.each([
    ['a payment id of its own making', { payment_id: 'p1' }, '/data/payment_id'],
    ['a merchant id with spaces', { merchant_id: 'Pho Lien' }, '/data/merchant_id'],
    ['no amount', { amount: undefined }, '/data/amount must be Money, such as'],
    [
      'an amount with a note',
      { amount: { minor: 1n, currency: 'VND', note: '' } },
      '/data/amount/note is not',
    ],
    ['nothing to pay', { amount: money(0n, 'VND') }, '/data/amount/minor'],
    ['a negative amount', { amount: money(-1n, 'USD') }, '/data/amount/minor'],
    ['an amount as a number', { amount: { minor: 42_000, currency: 'VND' } }, '/data/amount/minor'],
    ['a currency unknown here', { amount: { minor: 1n, currency: 'XAU' } }, '/data/amount/currency'],
    ['a field of the next version', { note: 'N+1' }, '/data/note'],
  ])('is refused %s', (_, wrong, path) => {
    const seal = () => sealEvent('PaymentRequested', { ...payment, ...wrong } as never, source)
    expect(seal).toThrow(EnvelopeError)
    expect(seal).toThrow(`this event must not be sent: ${path} `)
  })

  test('cannot say another status than the event has', () => {
    const { producer } = paymentEvents.PaymentCaptured
    expect(producer.safeEncode({ ...payment, status: 'CAPTURED' }).success).toBe(true)
    expect(producer.safeEncode({ ...payment, status: 'REFUNDED' }).success).toBe(false)
  })
})

describe('a consumer', () => {
  test('reads every event that a producer sends, with the exact amount', () => {
    for (const name of names) {
      for (const given of somePayments(30, source)) {
        const { data, ...opened } = openEvent(Buffer.from(JSON.stringify(sealEvent(name, given, source))))
        expect(opened.name).toBe(name)
        expect(data).toEqual({ ...given, status: paymentEvents[name].status })
      }
    }
  })

  test('reads an event of the next version: fields and attributes more, a status never heard of', () => {
    const event = requested()
    const amount = { ...event.data.amount, taxIncluded: true }
    const later = {
      ...event,
      tenant: 'hanoi',
      data: { ...event.data, amount, status: 'ON_HOLD', channel: 'qr' },
    }
    const { envelope, data } = openEvent(JSON.stringify(later))
    expect(envelope.tenant).toBe('hanoi')
    expect(data).toEqual({ ...payment, status: 'ON_HOLD', channel: 'qr' })
    expect(readStatus(data.status)).toBe('UNKNOWN')
  })

  test('keeps the words it knows', () => {
    for (const name of names) expect(readStatus(paymentEvents[name].status)).toBe(paymentEvents[name].status)
  })

  test.each([
    ['no amount', { amount: undefined }, '/data/amount must be an amount:'],
    ['a float amount', { amount: { minor: 0.3, currency: 'USD' } }, '/data/amount/minor'],
    ['an amount of nothing', { amount: { minor: 0, currency: 'USD' } }, '/data/amount/minor'],
    ['a currency it cannot count in', { amount: { minor: 1, currency: 'XAU' } }, '/data/amount/currency'],
    ['no payment id', { payment_id: undefined }, '/data/payment_id'],
    ['an empty status', { status: '' }, '/data/status'],
  ])('is tolerant, not blind: it refuses %s', (_, wrong, path) => {
    const event = requested()
    const open = () => openEvent(JSON.stringify({ ...event, data: { ...event.data, ...wrong } }))
    expect(open).toThrow(EnvelopeError)
    expect(open).toThrow(`this message cannot be read: ${path} `)
  })

  test('refuses a breaking version by its type, and data that is missing', () => {
    const event = requested()
    expect(() => openEvent({ ...event, type: 'workbook.payments.payment-requested.v2' })).toThrow(
      /\/type is .*\.v2", unknown to this consumer/,
    )
    expect(() => openEvent({ ...event, data: undefined })).toThrow(/: \/data /)
  })

  test('takes an amount beyond 2^53 as digits', () => {
    const event = sealEvent(
      'PaymentRequested',
      { ...payment, amount: money(9_007_199_254_740_993n, 'VND') },
      source,
    )
    expect(event.data.amount.minor).toBe('9007199254740993')
    expect(consumerSchema.parse(event.data).amount.minor).toBe(9_007_199_254_740_993n)
  })
})
