/** The payment API as a client meets it: over HTTP, with everything a client gets wrong. */
import type { AddressInfo } from 'node:net'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededSource } from './fixtures.ts'
import { paymentApi } from './payment-api.ts'
import { Payments } from './payments.ts'

const payments = new Payments(new Sqlite(':memory:'), seededSource(8))
const api = paymentApi(payments)
let server: ReturnType<typeof api.listen>
let base: string

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server = api.listen(0, '127.0.0.1', () => resolve())
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const wanted = { merchant_id: 'pho-lien', amount: { minor: 42_000, currency: 'VND' } }
const ask = (key: string | undefined, body: unknown) =>
  fetch(`${base}/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('POST /payments', () => {
  it('accepts a payment, which can be looked at where it says', async () => {
    const response = await ask('first', wanted)
    const payment = await response.json()
    expect(response.status).toBe(202)
    expect(payment).toMatchObject({ ...wanted, status: 'CREATED', version: 1 })
    const seen = await fetch(`${base}${response.headers.get('location')}`)
    expect(seen.headers.get('etag')).toBe('"1"')
    expect(await seen.json()).toEqual(payment)
  })

  it('answers a repeat with the payment there is, also when twenty come at once', async () => {
    const before = payments.outbox.unsentCount
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await ask('twenty', wanted)
        const { payment_id } = (await response.json()) as { payment_id: string }
        return { id: payment_id, isRepeat: response.headers.get('idempotent-replayed') === 'true' }
      }),
    )
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1)
    expect(payments.outbox.unsentCount).toBe(before + 1)
  })

  it.each([
    ['without a key', undefined, wanted, 400, 'send an Idempotency-Key header'],
    ['with a float', 'a', { ...wanted, amount: { minor: 0.1, currency: 'USD' } }, 400, 'minor units'],
    ['with nothing to pay', 'b', { ...wanted, amount: { minor: 0, currency: 'VND' } }, 400, 'more than 0'],
    ['with a field too many', 'c', { ...wanted, card: '4242' }, 400, 'card'],
    ['that is no JSON', 'd', '{', 400, "can't be read"],
    ['that is too long', 'e', JSON.stringify({ a: 'x'.repeat(20_000) }), 413, "can't be read"],
  ])('%s', async (_what, key, body, status, detail) => {
    const response = await ask(key, body)
    expect(response.status).toBe(status)
    expect(JSON.stringify(await response.json())).toContain(detail)
  })

  it('refuses a key that stood for another request of this merchant', async () => {
    const response = await ask('first', { ...wanted, amount: { minor: 1, currency: 'VND' } })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ status: 422, detail: expect.stringContaining('"first"') })
  })
})

it.each(['/payments/nobody', '/payments/019834f0-0000-7000-8000-000000000000', '/elsewhere'])(
  'GET %s is not found',
  async (path) => {
    expect((await fetch(base + path)).status).toBe(404)
  },
)
