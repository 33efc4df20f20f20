/** Messages of the saga: what is sealed is read back, and what can't be read says where it is wrong. */
import { describe, expect, it } from 'vitest'
import { EnvelopeError } from './envelope.ts'
import { sealEvent } from './events.ts'
import { seededSource, somePayments } from './fixtures.ts'
import { openSagaMessage, sealSagaMessage } from './saga-message.ts'

const ids = seededSource(7)
const payments = somePayments(3, ids)

describe('a message of the saga', () => {
  it('is read as it was sealed, in every currency', () => {
    for (const payment of payments) {
      const more = { source: '/card', reason: 'declined', patienceMs: 200 }
      const envelope = sealSagaMessage('card-declined', payment, ids, more)
      const read = openSagaMessage(JSON.stringify(envelope))
      expect(read).toEqual({
        id: envelope.id,
        name: 'card-declined',
        payment,
        reason: 'declined',
        patienceMs: 200,
      })
    }
  })

  it('may be an event of the payment service: a request begins a saga', () => {
    const [payment] = payments
    if (payment === undefined) throw new Error('no payment')
    const event = sealEvent('PaymentRequested', payment, ids)
    expect(openSagaMessage(JSON.stringify(event))).toMatchObject({
      id: event.id,
      name: 'payment-requested',
      payment,
    })
  })

  it.each([
    ['no JSON', '{'],
    ['no envelope', '{}'],
  ])('that is %s is refused for good', (_, content) => {
    expect(() => openSagaMessage(content)).toThrow(EnvelopeError)
  })

  it('of another family is refused by its type', () => {
    const [payment] = payments
    if (payment === undefined) throw new Error('no payment')
    const envelope = {
      ...sealSagaMessage('charge-card', payment, ids, { source: '/x' }),
      type: 'other.thing.v1',
    }
    expect(() => openSagaMessage(envelope)).toThrow(/\/type/)
  })
})
