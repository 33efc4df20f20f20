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
    { name: 'order.placed', tells: 'order', carries: { order_id: 'event id', total: 'money', at: 'time' } },
  ],
  commands: [{ name: 'place order', carries: { order_id: 'text' } }],
}

test('a service sends and receives, by names of any kind', () => {
  const document = asyncApiOf(design, service)

  expect(asyncApiProblems(document)).toEqual([])
  expect(document).toMatchObject({
    channels: { 'order.placed': { address: 'order.placed' }, 'place-order': { address: 'place order' } },
    operations: { 'receive-place-order': { action: 'receive' }, 'send-order.placed': { action: 'send' } },
  })
})

test('a payload has all its fields', () => {
  expect(payloadSchema({ name: 'x', carries: { id: 'event id', version: 'version' } })).toMatchObject({
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
