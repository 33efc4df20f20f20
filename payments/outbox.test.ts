/** The outbox: what is saved is told, in order, again if nobody knows whether it was. */
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { sealEvent } from './events.ts'
import { seededSource, somePayments } from './fixtures.ts'
import { Outbox, type OutboxMessage } from './outbox.ts'

const source = seededSource(3)
const payments = somePayments(3, source)

function newOutbox(count = payments.length) {
  const database = new Sqlite(':memory:')
  const outbox = new Outbox(database, source.clock)
  for (const payment of payments.slice(0, count)) {
    outbox.add({ id: payment.payment_id, version: 1 }, sealEvent('PaymentRequested', payment, source))
  }
  return { database, outbox }
}
const ids = payments.map(({ payment_id }) => payment_id)

describe('the relay', () => {
  it('sends everything once, in the order in which it was written', async () => {
    const { outbox } = newOutbox()
    const sent: OutboxMessage[] = []
    expect(await outbox.relay(async (message) => void sent.push(message))).toBe(3)
    expect(sent.map(({ aggregateId }) => aggregateId)).toEqual(ids)
    expect(sent[0]?.envelope.subject).toBe(ids[0])
    expect(outbox.unsentCount).toBe(0)
    expect(await outbox.relay(() => Promise.reject(new Error('nothing is left')))).toBe(0)
  })

  it('stops at the first that fails, counts the attempt, and begins with it again', async () => {
    const { outbox } = newOutbox()
    const sent: string[] = []
    let isDown = true
    const publish = async ({ aggregateId }: OutboxMessage) => {
      if (aggregateId === ids[1] && isDown) throw new Error('no confirm')
      sent.push(aggregateId)
    }
    await expect(outbox.relay(publish)).rejects.toThrow('no confirm')
    expect(sent).toEqual([ids[0]])
    expect(outbox.unsent(1)).toMatchObject([{ aggregateId: ids[1], attempts: 1 }])
    isDown = false
    expect(await outbox.relay(publish)).toBe(2)
    expect(sent).toEqual(ids)
  })

  it('sends what is its own, past what another carrier holds up', async () => {
    const { outbox } = newOutbox(2)
    const [, , payment] = payments
    if (payment === undefined) throw new Error('no payment')
    outbox.add({ id: payment.payment_id, version: 1 }, sealEvent('PaymentCaptured', payment, source))
    const sent: string[] = []
    const isFact = (type: string) => type.includes('captured')
    const count = await outbox.relay(
      async ({ aggregateId }) => void sent.push(aggregateId),
      undefined,
      isFact,
    )
    expect(count).toBe(1)
    expect(sent).toEqual([payment.payment_id])
    expect(outbox.unsentCount).toBe(2)
  })

  it('leaves the rest when it is told to stop', async () => {
    const { outbox } = newOutbox()
    const stop = new AbortController()
    expect(await outbox.relay(async () => stop.abort(), stop.signal)).toBe(1)
    expect(outbox.unsentCount).toBe(2)
  })
})

describe('a message', () => {
  it('waits, as the only one of its aggregate, until it was sent', async () => {
    const { outbox } = newOutbox(2)
    const stop = new AbortController()
    await outbox.relay(async () => stop.abort(), stop.signal)
    expect(ids.map((id) => outbox.isWaiting(id))).toEqual([false, true, false])
  })

  it('is not there when the transaction that wrote it was rolled back', () => {
    const { database, outbox } = newOutbox(0)
    const half = database.transaction(() => {
      const [payment] = payments as [(typeof payments)[number]]
      outbox.add({ id: payment.payment_id, version: 1 }, sealEvent('PaymentRequested', payment, source))
      throw new Error('the state was not saved')
    })
    expect(half).toThrow('the state was not saved')
    expect(outbox.unsentCount).toBe(0)
  })

  it('of a version that was told already is refused', () => {
    const { outbox } = newOutbox(1)
    const [payment] = payments as [(typeof payments)[number]]
    const second = sealEvent('PaymentRequested', payment, source)
    expect(() => outbox.add({ id: payment.payment_id, version: 1 }, second)).toThrow('UNIQUE')
  })
})
