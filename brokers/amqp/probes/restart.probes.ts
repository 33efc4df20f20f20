/** Probes over a restart (rabbitmq.md 2.9): what is there afterwards, in which order and with which flags. */
import type { FieldTable } from '../wire/field-table.ts'
import type { ProbeTable, RestartProbe } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

const QUORUM = { 'x-queue-type': 'quorum' }
type How = RestartProbe['by']

/** A queue with a confirmed message per body; all are persistent unless their body says otherwise. */
async function filled(c: ProbeChannel, queue: string, bodies: readonly string[], args: FieldTable = {}) {
  await c.queue(queue, args)
  await c.call('confirm.select')
  for (const body of bodies) c.publish(queue, body, { deliveryMode: body.startsWith('transient') ? 1 : 2 })
  await c.confirmed(bodies.length)
}

function probesOver(by: How): Readonly<Record<string, RestartProbe>> {
  const named = (name: string) => `${by}-${name}`
  const row = (
    before: (c: ProbeChannel) => Promise<unknown>,
    after: (c: ProbeChannel, old: ProbeChannel) => Promise<unknown>,
  ): RestartProbe => ({ by, before: (c) => before(c), after: (c, _world, old) => after(c, old) })
  const [q, x] = [named('q'), named('x')]
  return {
    [`${by}: what clients are told`]: row(
      (c) => c.silence(),
      (_c, old) => old.closed(),
    ),
    [`${by}: persistent messages stay, transient ones go`]: row(
      (c) => filled(c, `${q}1`, ['a', 'transient b', 'c']),
      async (c) => {
        await c.count(`${q}1`, 2)
        await c.fetch(`${q}1`, 2)
      },
    ),
    [`${by}: a quorum queue keeps transient messages, too`]: row(
      (c) => filled(c, `${q}2`, ['a', 'transient b', 'c'], QUORUM),
      async (c) => {
        await c.count(`${q}2`, 3)
        await c.fetch(`${q}2`, 3)
      },
    ),
    [`${by}: what was out comes back first, redelivered`]: row(
      async (c) => {
        await filled(c, `${q}3`, ['a', 'b', 'c'])
        await c.get(`${q}3`, false)
      },
      async (c) => {
        await c.count(`${q}3`, 3)
        await c.fetch(`${q}3`, 3)
      },
    ),
    [`${by}: what was acknowledged is gone`]: row(
      async (c) => {
        await filled(c, `${q}4`, ['a', 'b', 'c'])
        await c.get(`${q}4`, false)
        await c.get(`${q}4`, false)
        c.ack(2)
        // An ack is answered by nothing: the confirm of what comes behind it says that both are kept.
        c.publish(`${q}4`, 'd', { deliveryMode: 2 })
        await c.confirmed(4, 4)
      },
      async (c) => {
        await c.count(`${q}4`, 3)
        await c.fetch(`${q}4`, 3)
      },
    ),
    [`${by}: a quorum queue counts what was out`]: row(
      async (c) => {
        await filled(c, `${q}5`, ['a', 'b'], QUORUM)
        await c.fetch(`${q}5`, 1, false)
      },
      async (c) => {
        await c.count(`${q}5`, 2)
        await c.fetch(`${q}5`, 2)
      },
    ),
    [`${by}: transient queues go`]: row(
      (c) => c.queue(`${q}6`, {}, { durable: false }),
      (c) => c.queue(`${q}6`, {}, { passive: true }),
    ),
    [`${by}: exclusive queues go`]: row(
      (c) => c.queue(`${q}7`, {}, { exclusive: true }),
      (c) => c.queue(`${q}7`, {}, { passive: true }),
    ),
    [`${by}: a durable auto-delete queue stays without its consumer`]: row(
      async (c) => {
        await c.queue(`${q}8`, {}, { autoDelete: true })
        await c.consume(`${q}8`)
      },
      (c) => c.queue(`${q}8`, {}, { passive: true }),
    ),
    [`${by}: exchanges and bindings stay if they are durable`]: row(
      async (c) => {
        await c.exchange(x, 'topic', { arguments: { 'alternate-exchange': 'amq.fanout' } })
        await c.exchange(`${x}t`, 'topic', { durable: false })
        await c.queue(`${q}9`)
        await c.bind(`${q}9`, x, 'a.*', { some: 'argument' })
        await c.bind(`${q}9`, `${x}t`, 'b.*')
        await c.call('exchange.bind', { source: x, destination: 'amq.direct', routingKey: 'c' })
        await c.bind(`${q}9`, 'amq.direct', 'c')
      },
      async (c) => {
        await c.exchange(x, 'topic', { arguments: { 'alternate-exchange': 'amq.fanout' } })
        c.publish('a.1', 'bound', {}, { exchange: x })
        c.publish('c', 'through two', {}, { exchange: x })
        await c.fetch(`${q}9`, 2)
        await c.call('queue.unbind', {
          queue: `${q}9`,
          exchange: x,
          routingKey: 'a.*',
          arguments: { some: 'argument' },
        })
        c.publish('a.1', 'no more', {}, { exchange: x, mandatory: true })
        await c.arrivals(1)
        await c.exchange(`${x}t`, 'topic', { passive: true })
      },
    ),
    [`${by}: arguments of queues stay`]: row(
      (c) => c.queue(`${q}10`, { 'x-max-length': 5, 'x-message-ttl': 600_000 }),
      async (c) => {
        await c.queue(`${q}10`, { 'x-max-length': 5, 'x-message-ttl': 600_000 })
        await c.queue(`${q}10`)
      },
    ),
    [`${by}: priorities stay`]: row(
      async (c) => {
        await c.queue(`${q}11`, { 'x-max-priority': 5 })
        await c.call('confirm.select')
        c.publish(`${q}11`, 'low', { deliveryMode: 2, priority: 1 })
        c.publish(`${q}11`, 'high', { deliveryMode: 2, priority: 4 })
        await c.confirmed(2)
      },
      async (c) => {
        await c.count(`${q}11`, 2)
        await c.fetch(`${q}11`, 2)
      },
    ),
    [`${by}: deaths stay`]: row(
      async (c) => {
        await c.queue(`${q}12d`)
        await c.queue(`${q}12`, {
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': `${q}12d`,
        })
        c.publish(`${q}12`, 'm', { deliveryMode: 2 })
        await c.fetch(`${q}12`, 1, false)
        c.reject(1, false)
        await c.count(`${q}12d`, 1)
        // A dead letter has no confirm of its own: one that comes behind it in its queue says that both are kept.
        await filled(c, `${q}12d`, ['n'])
      },
      async (c) => {
        await c.count(`${q}12d`, 2)
        await c.fetch(`${q}12d`)
      },
    ),
    [`${by}: what came back to a quorum queue keeps its count`]: row(
      async (c) => {
        await filled(c, `${q}13`, ['a'], QUORUM)
        await c.fetch(`${q}13`, 1, false)
        c.nack(1, true)
        await c.count(`${q}13`, 1)
      },
      async (c) => {
        await c.count(`${q}13`, 1)
        await c.fetch(`${q}13`)
      },
    ),
  }
}

export const restartProbes: ProbeTable['restarts'] = { ...probesOver('stop'), ...probesOver('kill') }
