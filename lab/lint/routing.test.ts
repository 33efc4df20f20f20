/** Routing over data does what RabbitMQ does: topic patterns, the default exchange, alternates, deaths. */
import { describe, expect, test } from 'vitest'
import { arrivalsOf, queuesBehind, type TopologyData } from './routing.ts'

const bound = (type: string, ...keys: readonly string[]): TopologyData => ({
  exchanges: [{ name: 'x', type }],
  queues: keys.map((key) => ({ name: key, durable: true })),
  bindings: keys.map((routingKey) => ({ exchange: 'x', queue: routingKey, routingKey })),
})

describe('a topic exchange', () => {
  test.each([
    ['payment.*', 'payment.captured', true],
    ['payment.*', 'payment', false],
    ['payment.*', 'payment.card.captured', false],
    ['payment.#', 'payment', true],
    ['payment.#', 'payment.card.captured', true],
    ['#', '', true],
    ['#', 'a.b.c', true],
    ['#.captured', 'captured', true],
    ['#.captured', 'a.b.captured', true],
    ['a.#.b', 'a.b', true],
    ['a.#.b', 'a.x.y.b', true],
    ['a.#.b', 'a.x.c', false],
    ['*.*', 'a.b', true],
    ['*', '', true],
    ['payment.captured', 'payment.captured', true],
    ['payment.captured', 'payment.Captured', false],
  ])('%s takes %s: %s', (pattern, key, expected) => {
    expect(queuesBehind(bound('topic', pattern), 'x', key).length > 0).toBe(expected)
  })
})

test('a direct exchange compares, a fanout does not look', () => {
  expect(queuesBehind(bound('direct', 'a', 'a.*'), 'x', 'a')).toEqual(['a'])
  expect(queuesBehind(bound('fanout', 'a', 'b'), 'x', 'whatever')).toEqual(['a', 'b'])
})

test('the default exchange leads to the queue of that name', () => {
  expect(queuesBehind(bound('direct', 'q'), '', 'q')).toEqual(['q'])
  expect(queuesBehind(bound('direct', 'q'), '', 'p')).toEqual([])
})

test('what no binding takes goes to the alternate exchange, also round in a circle', () => {
  const topology: TopologyData = {
    exchanges: [
      { name: 'x', type: 'direct', arguments: { 'alternate-exchange': 'y' } },
      { name: 'y', type: 'direct', arguments: { 'alternate-exchange': 'x' } },
    ],
    queues: [{ name: 'q', durable: true }],
    bindings: [{ exchange: 'y', queue: 'q', routingKey: 'k' }],
  }
  expect(queuesBehind(topology, 'x', 'k')).toEqual(['q'])
  expect(queuesBehind(topology, 'x', 'nothing')).toEqual([])
})

test('a death keeps the key unless the queue gives another one, and a circle ends', () => {
  const topology: TopologyData = {
    exchanges: [{ name: 'x', type: 'topic' }],
    queues: [
      {
        name: 'work',
        durable: true,
        arguments: { 'x-dead-letter-exchange': 'x', 'x-dead-letter-routing-key': 'wait' },
      },
      {
        name: 'wait',
        durable: true,
        arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'work' },
      },
    ],
    bindings: [
      { exchange: 'x', queue: 'work', routingKey: 'payment.#' },
      { exchange: 'x', queue: 'wait', routingKey: 'wait' },
    ],
  }
  expect(arrivalsOf(topology, [{ exchange: 'x', key: 'payment.captured' }])).toEqual([
    { queue: 'work', key: 'payment.captured' },
    { queue: 'wait', key: 'wait' },
    { queue: 'work', key: 'work' },
  ])
})
