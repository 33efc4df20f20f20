/** What a reader gets of a frame: wire names and values that JSON can hold, the learner's names, no bodies. */
import { expect, test } from 'vitest'
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import { runEventSchema } from '../verdict/events.ts'
import { text } from '../verdict/language.ts'
import { traceStep, wireEvent } from './wire-event.ts'

const frame: SeenFrame = {
  atMs: 12.5,
  direction: 'to-broker',
  connection: 2,
  channel: 1,
  method: 'basic.publish',
  fields: { exchange: 'payments-x1', routingKey: 'k', deliveryTag: 7n, mandatory: true },
  properties: {
    messageId: '0193-7a3f',
    headers: { raw: Buffer.from('abc'), list: ['payments-x1', 1n, null] },
  },
  bodySize: 42,
  message: '0193-7a3f',
  forwarded: true,
}
const shown = (value: string): string => value.replace('-x1', '')
const withBody = (body: string): unknown =>
  (wireEvent({ ...frame, body: Buffer.from(body) }, 'producer') as { fields: Record<string, unknown> }).fields
    .amount

test('a frame to the broker, in values that JSON can hold', () => {
  const event = wireEvent(frame, 'producer', shown, text('look', 'nhìn đây'))

  expect(event).toEqual({
    kind: 'wire',
    protocol: 'amqp',
    from: 'producer',
    to: 'broker',
    connection: 2,
    channel: 1,
    method: 'basic.publish',
    fields: {
      exchange: 'payments',
      routingKey: 'k',
      deliveryTag: '7',
      mandatory: true,
      properties: { messageId: '0193-7a3f', headers: { raw: '3 bytes', list: ['payments', '1', null] } },
      bodySize: 42,
    },
    message: '0193-7a3f',
    note: text('look', 'nhìn đây'),
  })
  expect(runEventSchema.safeParse(JSON.parse(JSON.stringify({ ...event, atMs: 1 }))).success).toBe(true)
})

test('a frame to the client that settles many and was dropped', () => {
  const ack: SeenFrame = {
    atMs: 1,
    direction: 'to-client',
    connection: 1,
    channel: 1,
    method: 'basic.ack',
    fields: {},
    messages: ['a', 'b'],
    forwarded: false,
  }

  expect(wireEvent(ack, 'consumer')).toMatchObject({
    from: 'broker',
    to: 'consumer',
    fields: { messages: ['a', 'b'], dropped: true },
  })
})

test('of a body only the amount of a payment is told', () => {
  expect(withBody('{"data":{"amount":{"minor":42000,"currency":"VND","note":"x"}}}')).toEqual({
    minor: 42_000,
    currency: 'VND',
  })
  for (const body of [
    '',
    'plain text',
    '{',
    '{}',
    '{"data":null}',
    '{"data":{"amount":"much"}}',
    '{"data":{"amount":{"value":"x"}}}',
  ]) {
    expect(withBody(body), body).toBeUndefined()
  }
})

test('an event that its writer numbered says which one it is', () => {
  const told = (body: string): unknown =>
    (wireEvent({ ...frame, body: Buffer.from(body) }, 'consumer') as { fields: { numbered?: string } }).fields
      .numbered
  expect(told('{"wallet_id":"wallet-a","sequence":3,"kind":"withdrawn"}')).toBe('wallet-a #3 withdrawn')
  expect(told('{"wallet_id":"wallet-a","sequence":3}')).toBe('wallet-a #3')
  for (const body of ['', '{', '{}', '{"wallet_id":7,"sequence":3}', '{"wallet_id":"a","sequence":"3"}'])
    expect(told(body), body).toBeUndefined()
})

test('a step of a trace has the short id and the lanes in the direction of the frame', () => {
  expect(traceStep(frame, 'producer', text('a', 'b'))).toEqual({
    atMs: 12.5,
    from: 'producer',
    to: 'broker',
    what: 'basic.publish',
    message: '…a3f',
    note: text('a', 'b'),
  })
  expect(traceStep({ ...frame, direction: 'to-client' }, 'consumer')).toMatchObject({
    from: 'broker',
    to: 'consumer',
  })
})
