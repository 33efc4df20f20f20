/** Tests of the topology: ours holds together, and a broken one is told what is broken. */
import { describe, expect, test } from 'vitest'
import { paymentEvents } from './events.ts'
import { entitiesOf, paymentsTopology, topologySchema } from './topology.ts'

const issuesOf = (topology: unknown) =>
  topologySchema
    .safeParse(topology)
    .error?.issues.map(({ path, message }) => `${path.join('/')} ${message}`) ?? []

describe("the payment system's topology", () => {
  test('holds together, and survives JSON', () => {
    expect(topologySchema.parse(JSON.parse(JSON.stringify(paymentsTopology)))).toEqual(paymentsTopology)
  })

  test('everything in it outlives a restart of the broker', () => {
    for (const entity of [...paymentsTopology.exchanges, ...paymentsTopology.queues])
      expect(entity.durable).toBe(true)
  })

  test('binds by the routing key of an event, and leaves refunds unrouted', () => {
    const keys = new Set<string>(Object.values(paymentEvents).map(({ routingKey }) => routingKey))
    const bound = paymentsTopology.bindings.map(({ routingKey }) => routingKey)
    for (const key of bound) expect(keys).toContain(key)
    expect(bound).toEqual([paymentEvents.PaymentRequested.routingKey])
  })

  test('lists each entity once, what is bound before what binds', () => {
    expect(entitiesOf(paymentsTopology).map(({ kind }) => kind)).toEqual(['exchange', 'queue', 'binding'])
  })
})

describe('a topology of somebody else', () => {
  const work = { name: 'work', durable: true }
  const fanout = { name: 'dlx', type: 'fanout', durable: true }
  const quorum = { 'x-queue-type': 'quorum' }
  const empty = { exchanges: [], queues: [], bindings: [] }

  test('may be classic, transient or auto-deleted: that is a choice, not a mistake', () => {
    const queues = [
      {
        name: 'work',
        durable: false,
        exclusive: true,
        autoDelete: true,
        arguments: { 'x-queue-type': 'classic' },
      },
    ]
    expect(issuesOf({ ...empty, queues })).toEqual([])
  })

  test('may have retry and dead-letter queues, and arguments that are not listed here', () => {
    const exchanges = [fanout]
    const args = {
      'x-dead-letter-exchange': 'dlx',
      'x-message-ttl': 60_000,
      'x-delivery-limit': 3,
      'x-max-length-bytes': 1_000_000,
    }
    const queues = [
      { ...work, arguments: args },
      {
        name: 'retry',
        durable: true,
        arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'work' },
      },
    ]
    expect(issuesOf({ ...empty, exchanges, queues })).toEqual([])
  })

  test.each([
    [
      'a quorum queue that is not durable',
      { queues: [{ name: 'work', durable: false, arguments: quorum }] },
      /^queues\/0\/durable must be true/,
    ],
    [
      'an exclusive quorum queue',
      { queues: [{ ...work, exclusive: true, arguments: quorum }] },
      /^queues\/0\/exclusive must be false/,
    ],
    [
      'an exchange declared twice',
      { exchanges: [fanout, fanout] },
      /^exchanges\/1\/name dlx is declared twice/,
    ],
    ['a queue declared twice', { queues: [work, work] }, /^queues\/1\/name work is declared twice/],
    [
      'a reserved name',
      { queues: [{ ...work, name: 'amq.work' }] },
      /^queues\/0\/name must not begin with 'amq\.'/,
    ],
    [
      'a name too long in bytes',
      { queues: [{ ...work, name: 'ệ'.repeat(86) }] },
      /^queues\/0\/name must fit 255 bytes/,
    ],
    [
      'a misspelt type',
      { exchanges: [{ name: 'payments', type: 'Direct', durable: true }] },
      /^exchanges\/0\/type must be direct, fanout/,
    ],
    [
      'durability left open',
      { exchanges: [{ name: 'payments', type: 'direct' }] },
      /^exchanges\/0\/durable must be true or false/,
    ],
    ['a property that is none', { queues: [{ ...work, durabel: true }] }, /^queues\/0 .*durabel/],
    [
      'a TTL below zero',
      { queues: [{ ...work, arguments: { 'x-message-ttl': -1 } }] },
      /^queues\/0\/arguments\/x-message-ttl must not be negative/,
    ],
    [
      'a dead-letter exchange that is missing',
      { queues: [{ ...work, arguments: { 'x-dead-letter-exchange': 'dlx' } }] },
      /x-dead-letter-exchange dlx is not declared here/,
    ],
    [
      'a binding to an exchange that is missing',
      { queues: [work], bindings: [{ exchange: 'payments', queue: 'work', routingKey: 'x' }] },
      /^bindings\/0\/exchange payments is not/,
    ],
    [
      'a binding of a queue that is missing',
      {
        exchanges: [{ name: 'payments', type: 'direct', durable: true }],
        bindings: [{ exchange: 'payments', queue: 'work', routingKey: 'x' }],
      },
      /^bindings\/0\/queue work is not/,
    ],
  ])('is refused for %s', (_, broken, message) => {
    expect(issuesOf({ ...empty, ...broken })).toEqual([expect.stringMatching(message)])
  })
})
