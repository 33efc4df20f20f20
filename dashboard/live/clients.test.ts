/** Who is at work on a RabbitMQ, from frames alone. */
import { expect, it } from 'vitest'
import type { RunEvent } from '#lab/verdict/events'
import { Clients } from './clients.ts'

function frame(method: string, fields: Record<string, unknown>, toBroker = true): RunEvent {
  const [from, to] = toBroker ? (['consumer', 'broker'] as const) : (['broker', 'consumer'] as const)
  return { kind: 'wire', atMs: 1, protocol: 'amqp', from, to, connection: 1, channel: 1, method, fields }
}

function consuming(): Clients {
  const clients = new Clients()
  clients.hear(frame('basic.qos', { prefetchCount: 3 }))
  clients.hear(frame('basic.consume', { queue: 'work', consumerTag: '' }))
  clients.hear(frame('basic.consume-ok', { consumerTag: 'amq.ctag-1' }, false))
  for (const deliveryTag of ['1', '2', '3'])
    clients.hear(frame('basic.deliver', { consumerTag: 'amq.ctag-1', deliveryTag }, false))
  return clients
}

it('counts what a consumer holds: deliveries less what it settled', () => {
  const clients = consuming()
  expect(clients.consumers).toMatchObject([{ queue: 'work', prefetch: 3, unacked: 3 }])
  clients.hear(frame('basic.ack', { deliveryTag: '1' }))
  expect(clients.consumers[0]?.unacked).toBe(2)
  clients.hear(frame('basic.nack', { deliveryTag: '3', multiple: true }))
  expect(clients.consumers[0]?.unacked).toBe(0)
})

it('takes the confirms of a broker for no settlement', () => {
  const clients = consuming()
  clients.hear(frame('basic.ack', { deliveryTag: '3', multiple: true }, false))
  expect(clients.consumers[0]?.unacked).toBe(3)
})

it.each<[string, RunEvent]>([
  ['the channel closes', frame('channel.close', {})],
  ['the connection closes', frame('connection.close', {})],
  ['it cancels', frame('basic.cancel', { consumerTag: 'amq.ctag-1' })],
  ['the broker is killed', { kind: 'broker', atMs: 2, server: 'RabbitMQ', state: 'killed' }],
  [
    'its process is gone, which ends the connection',
    { kind: 'connection', atMs: 2, lane: 'consumer', connection: 1, state: 'closed' },
  ],
  ['it is cut off', { kind: 'connection', atMs: 2, lane: 'consumer', connection: 1, state: 'cut' }],
])('forgets a consumer when %s', (_why, event) => {
  const clients = consuming()
  clients.hear(event)
  expect(clients.consumers).toEqual([])
})

it.each<[string, RunEvent]>([
  [
    'another connection of its lane ends',
    { kind: 'connection', atMs: 2, lane: 'consumer', connection: 2, state: 'closed' },
  ],
  [
    'another process of its lane is killed',
    { kind: 'subject', atMs: 2, name: 'c', lane: 'consumer', state: 'killed', pid: 1 },
  ],
])('keeps a consumer when %s', (_why, event) => {
  const clients = consuming()
  clients.hear(event)
  expect(clients.consumers).toHaveLength(1)
})

it('says along which edge a message went', () => {
  const clients = consuming()
  const [consumer] = clients.consumers
  expect(clients.hear(frame('basic.publish', { exchange: 'payments', routingKey: 'a' }))).toBe(
    'publish consumer > exchange payments',
  )
  expect(clients.hear(frame('basic.publish', { exchange: '', routingKey: 'work' }))).toBe(
    'publish consumer > queue work',
  )
  expect(clients.hear(frame('basic.deliver', { consumerTag: 'amq.ctag-1', deliveryTag: '4' }, false))).toBe(
    `deliver work > ${consumer?.id}`,
  )
  expect(clients.hear(frame('basic.publish', { exchange: 'x', dropped: true }))).toBeUndefined()
})
