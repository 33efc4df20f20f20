/** The card gateway: it fails as it is told to, and what it did can be asked. */
import { expect, it } from 'vitest'
import { type CardGateway, startCardGateway } from './card-gateway.ts'

const body = { payment_id: 'p1', amount: { minor: 42_000, currency: 'VND' } }

async function charge(gateway: CardGateway, key: string, sent: unknown = body, path = '/charges') {
  try {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Idempotency-Key': key },
      body: typeof sent === 'string' ? sent : JSON.stringify(sent),
    })
    return response.status
  } catch {
    return 'unknown'
  }
}
const ask = async (gateway: CardGateway, key: string) =>
  (await fetch(`${gateway.url}/operations/${key}`)).status

it('does an operation once for a key, and answers a repeat as it answered the first', async () => {
  await using gateway = await startCardGateway()
  gateway.script({ does: 'approve' }, { does: 'decline' })
  expect([
    await charge(gateway, 'a'),
    await charge(gateway, 'a'),
    await charge(gateway, 'b'),
    await charge(gateway, 'b'),
  ]).toEqual([201, 201, 402, 402])
  expect(gateway.operations.map(({ key, outcome }) => [key, outcome])).toEqual([
    ['a', 'approved'],
    ['b', 'declined'],
  ])
  expect(gateway.calls).toHaveLength(4)
  expect(await charge(gateway, 'a', { ...body, payment_id: 'p2' })).toBe(422)
  expect(await charge(gateway, 'a', body, '/refunds')).toBe(422)
})

it('declines charges, and never money that is given back', async () => {
  await using gateway = await startCardGateway()
  gateway.script({ does: 'decline' }, { does: 'decline' })
  expect([await charge(gateway, 'a', body, '/refunds'), await charge(gateway, 'b')]).toEqual([201, 402])
})

it('tells apart by its query what a client can not: a lost request and a lost answer', async () => {
  await using gateway = await startCardGateway()
  gateway.script({ does: 'lose-request' }, { does: 'lose-answer' }, { does: 'fail' })
  expect([await charge(gateway, 'a'), await charge(gateway, 'b'), await charge(gateway, 'c')]).toEqual([
    'unknown',
    'unknown',
    503,
  ])
  expect([await ask(gateway, 'a'), await ask(gateway, 'b'), await ask(gateway, 'c')]).toEqual([404, 200, 404])
  expect([await charge(gateway, 'a'), await charge(gateway, 'b'), await charge(gateway, 'c')]).toEqual([
    201, 201, 201,
  ])
  expect(gateway.operations.map(({ key }) => key)).toEqual(['b', 'a', 'c'])
})

it('says that a key is on its way while its first call is', async () => {
  const heard: string[] = []
  await using gateway = await startCardGateway({ onCall: ({ key }) => void heard.push(key) })
  gateway.script({ does: 'approve', delayMs: 200 })
  const slow = charge(gateway, 'a')
  await expect.poll(() => heard).toEqual(['a'])
  expect(await charge(gateway, 'a')).toBe(409)
  expect(await ask(gateway, 'a')).toBe(404)
  expect(await slow).toBe(201)
  expect(gateway.operations).toHaveLength(1)
})

it('gives money back once', async () => {
  await using gateway = await startCardGateway()
  await charge(gateway, 'a')
  expect([
    await charge(gateway, 'r', body, '/refunds'),
    await charge(gateway, 'r', body, '/refunds'),
  ]).toEqual([201, 201])
  expect(gateway.operations.map(({ kind }) => kind)).toEqual(['charge', 'refund'])
})

it.each([
  ['no amount', { payment_id: 'p1' }],
  ['a negative one', { payment_id: 'p1', amount: { minor: -1, currency: 'VND' } }],
  ['no JSON', '{'],
])('refuses %s', async (_what, sent) => {
  await using gateway = await startCardGateway()
  expect(await charge(gateway, 'a', sent)).toBe(400)
  expect(gateway.calls).toHaveLength(0)
})
