/** The documents that are made of a design keep AsyncAPI's own schema; what is none is refused. */
import { expect, test } from 'vitest'
import { asyncApiOf, payloadSchema } from './asyncapi.ts'
import { asyncApiProblems } from './asyncapi-schema.ts'

const service = {
  name: 'orders',
  owns: ['order'],
  waitsFor: [],
  handles: [
    {
      on: 'place order',
      writes: ['order'],
      needs: [],
      publishes: [{ message: 'order.placed', when: 'always' }],
      remembers: ['order_id'],
    },
  ],
}
const design = {
  services: [service],
  events: [
    {
      name: 'order.placed',
      carrier: 'kafka',
      key: 'order_id',
      tells: 'order',
      carries: { order_id: 'event id', total: 'money', at: 'time' },
    },
  ],
  commands: [{ name: 'place order', carrier: 'rabbitmq', carries: { order_id: 'text' } }],
} as const

test('a service sends and receives, by names of any kind', () => {
  const document = asyncApiOf(design, service)

  expect(asyncApiProblems(document)).toEqual([])
  expect(document).toMatchObject({
    channels: {
      'order.placed': { address: 'order.placed', servers: [{ $ref: '#/servers/kafka' }] },
      'place-order': { address: 'place order', servers: [{ $ref: '#/servers/rabbitmq' }] },
    },
    components: { messages: { 'order.placed': { bindings: { kafka: { key: { type: 'string' } } } } } },
    servers: { rabbitmq: { protocol: 'amqp' }, kafka: { protocol: 'kafka' } },
    operations: { 'receive-place-order': { action: 'receive' }, 'send-order.placed': { action: 'send' } },
  })
})

test('a payload has all its fields', () => {
  expect(
    payloadSchema({ name: 'x', carrier: 'kafka', carries: { id: 'event id', version: 'version' } }),
  ).toMatchObject({
    required: ['id', 'version'],
    properties: { version: { type: 'integer', minimum: 1 } },
  })
})

test.each([
  ['another version', { asyncapi: '2.6.0' }],
  ['no title', { info: { version: '1.0.0' } }],
  ['an action that is none', { operations: { x: { action: 'shout', channel: { $ref: '#/channels/a' } } } }],
])('%s is refused', (_, spoilt) => {
  expect(asyncApiProblems({ ...asyncApiOf(design, service), ...spoilt })).not.toEqual([])
})
