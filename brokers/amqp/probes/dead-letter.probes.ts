/** Probes of dead lettering, time-to-live and queue expiry (rabbitmq.md 2.5, 2.6). Times are short, since real brokers are waited for. */
import type { FieldTable } from '../wire/field-table.ts'
import type { Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

const TTL_MS = 60
const QUORUM = { 'x-queue-type': 'quorum' }
const toDead = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }

/** A queue whose dead letters go to the queue `dead`. */
async function withDead(c: ProbeChannel, args: FieldTable = {}): Promise<void> {
  await c.queue('dead')
  await c.queue('q', { ...toDead, ...args })
}

async function rejectFirst(c: ProbeChannel): Promise<void> {
  await rejectAs(c, 'q', 1)
}

async function rejectAs(c: ProbeChannel, queue: string, deliveryTag: number): Promise<void> {
  await c.fetch(queue, 1, false)
  c.reject(deliveryTag, false)
}

export const deadLetterProbes: Programs = {
  'dead letter: rejected': async (c) => {
    await withDead(c)
    c.publish('q', 'm', { deliveryMode: 2, headers: { a: 1 } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: nacked, several at once': async (c) => {
    await withDead(c)
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    for (let at = 0; at < 3; at++) await c.fetch('q', 1, false)
    c.nack(3, false, true)
    await c.fetch('dead', 3)
  },
  'dead letter: expired by the queue': async (c, world) => {
    await withDead(c, { 'x-message-ttl': TTL_MS })
    c.publish('q')
    await world.pass(TTL_MS)
    await c.fetch('dead')
  },
  'dead letter: expired by the message, which loses its expiration': async (c, world) => {
    await withDead(c)
    c.publish('q', 'm', { expiration: String(TTL_MS) })
    await world.pass(TTL_MS)
    await c.fetch('dead')
  },
  'dead letter: rejected, an expiration goes, too': async (c) => {
    await withDead(c)
    c.publish('q', 'm', { expiration: '60000' })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: dropped for a limit': async (c) => {
    await withDead(c, { 'x-max-length': 1 })
    c.publish('q', 'old')
    c.publish('q', 'new')
    await c.fetch('dead')
  },
  'dead letter: dropped for a limit of bytes': async (c) => {
    await withDead(c, { 'x-max-length-bytes': 4 })
    c.publish('q', 'old')
    c.publish('q', 'new')
    await c.fetch('dead')
  },
  'dead letter: keeps its key without a key of the queue': async (c) => {
    await c.queue('dead')
    await c.bind('dead', 'amq.topic', '#')
    await c.queue('q', { 'x-dead-letter-exchange': 'amq.topic' })
    await c.bind('q', 'amq.direct', 'k')
    c.publish('k', 'm', {}, { exchange: 'amq.direct' })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: to a missing exchange': async (c) => {
    await c.queue('q', { 'x-dead-letter-exchange': 'none' })
    c.publish('q')
    await rejectFirst(c)
    await c.silence()
    await c.count('q', 0)
  },
  'dead letter: to where nothing leads': async (c) => {
    await c.queue('q', { 'x-dead-letter-exchange': 'amq.direct' })
    c.publish('q')
    await rejectFirst(c)
    await c.silence()
  },
  'dead letter: CC counts among the keys': async (c) => {
    await c.queue('dead')
    await c.bind('dead', 'amq.fanout')
    await c.queue('q', { 'x-dead-letter-exchange': 'amq.fanout' })
    c.publish('q', 'm', { headers: { CC: ['other'], BCC: ['hidden'] } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: CC routes again without a key of the queue': async (c) => {
    await c.queue('dead')
    await c.queue('other')
    await c.bind('dead', 'amq.direct', 'q')
    await c.bind('other', 'amq.direct', 'cc')
    await c.queue('q', { 'x-dead-letter-exchange': 'amq.direct' })
    c.publish('q', 'm', { headers: { CC: ['cc'] } })
    await rejectFirst(c)
    await c.fetch('dead')
    await c.fetch('other')
  },
  'dead letter: CC goes with a key of the queue': async (c) => {
    await withDead(c)
    c.publish('q', 'm', { headers: { CC: ['other'] } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: headers that are not in order': async (c) => {
    await withDead(c)
    c.publish('q', 'm', { headers: { z: 1, 'x-y': BigInt(2), a: 3 } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: a CC that was spent routes no more': async (c) => {
    await c.queue('other')
    await c.queue('last')
    await c.bind('last', 'amq.direct', 'dead')
    await c.bind('other', 'amq.direct', 'other')
    await c.queue('dead', { 'x-dead-letter-exchange': 'amq.direct' })
    await c.queue('q', toDead)
    c.publish('q', 'm', { headers: { CC: ['other'] } })
    await c.fetch('other')
    await c.fetch('q', 1, false)
    c.reject(2, false)
    await c.fetch('dead', 1, false)
    c.reject(3, false)
    await c.fetch('last')
    await c.silence()
    await c.get('other')
  },
  'dead letter: a second death keeps the original expiration': async (c, world) => {
    await c.queue('last')
    await c.queue('dead', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'last' })
    await c.queue('q', toDead)
    c.publish('q', 'm', { expiration: String(TTL_MS) })
    await world.pass(TTL_MS)
    await rejectAs(c, 'dead', 1)
    await c.fetch('last')
  },
  'dead letter: a second death for another reason': async (c, world) => {
    await c.queue('last')
    await c.queue('dead', {
      'x-message-ttl': TTL_MS,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'last',
    })
    await c.queue('q', toDead)
    c.publish('q')
    await rejectFirst(c)
    await world.pass(TTL_MS)
    await c.fetch('last')
  },
  'dead letter: a circle with a reject in it counts': async (c, world) => {
    await c.queue('wait', {
      'x-message-ttl': TTL_MS,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'q',
    })
    await c.queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'wait' })
    c.publish('q')
    for (let tag = 1; tag <= 3; tag++) {
      await c.fetch('q', 1, false)
      c.reject(tag, false)
      await world.pass(TTL_MS)
    }
    await c.fetch('q')
  },
  'dead letter: a circle without a reject ends': async (c, world) => {
    await c.queue('two', {
      'x-message-ttl': TTL_MS,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'one',
    })
    await c.queue('one', {
      'x-message-ttl': TTL_MS,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'two',
    })
    c.publish('one')
    for (let at = 0; at < 4; at++) await world.pass(TTL_MS)
    await c.count('one', 0)
    await c.count('two', 0)
  },
  'dead letter: x-death in a publish': async (c) => {
    await withDead(c)
    const death = { count: 3, reason: 'rejected', queue: 'q', exchange: '', 'routing-keys': ['q'] }
    c.publish('q', 'm', { headers: { 'x-death': [death] } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: published again with the headers it died with': async (c) => {
    await withDead(c)
    c.publish('q')
    await c.fetch('q', 1, false)
    c.reject(1, false)
    const headers: FieldTable = {
      'x-death': [{ count: BigInt(1), reason: 'rejected', queue: 'q', exchange: '', 'routing-keys': ['q'] }],
      'x-first-death-queue': 'q',
      'x-first-death-reason': 'rejected',
      'x-first-death-exchange': '',
    }
    await c.fetch('dead')
    c.publish('q', 'again', { headers })
    await c.fetch('q', 1, false)
    c.reject(3, false)
    await c.fetch('dead')
  },
  'dead letter: of a quorum queue': async (c) => {
    await withDead(c, QUORUM)
    c.publish('q', 'm', { headers: { a: 1 } })
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: of a quorum queue by time': async (c, world) => {
    await withDead(c, { ...QUORUM, 'x-message-ttl': TTL_MS })
    c.publish('q', 'm', { expiration: '60000' })
    await world.pass(TTL_MS)
    await c.fetch('dead')
  },
  'dead letter: into a quorum queue': async (c) => {
    await c.queue('dead', QUORUM)
    await c.queue('q', toDead)
    c.publish('q')
    await rejectFirst(c)
    await c.fetch('dead')
  },
  'dead letter: purged and deleted messages do not die': async (c) => {
    await withDead(c)
    c.publish('q')
    await c.count('q', 1)
    await c.call('queue.purge', { queue: 'q' })
    c.publish('q')
    await c.count('q', 1)
    await c.call('queue.delete', { queue: 'q' })
    await c.silence()
    await c.count('dead', 0)
  },
  'time-to-live: 0 goes at once': async (c) => {
    await withDead(c, { 'x-message-ttl': 0 })
    c.publish('q')
    await c.fetch('dead')
  },
  'time-to-live: 0 reaches a waiting consumer': async (c) => {
    await withDead(c)
    await c.consume('q', { noAck: true })
    c.publish('q', 'm', { expiration: '0' })
    await c.arrivals(1)
  },
  'time-to-live: the lower of queue and message': async (c, world) => {
    await withDead(c, { 'x-message-ttl': TTL_MS })
    c.publish('q', 'm', { expiration: '60000' })
    await world.pass(TTL_MS)
    await c.fetch('dead')
  },
  'time-to-live: a short one waits behind a long one': async (c, world) => {
    await withDead(c)
    c.publish('q', 'long', { expiration: '400' })
    c.publish('q', 'short', { expiration: '50' })
    await world.pass(120)
    await c.count('q', 2)
    await world.pass(400)
    await c.fetch('dead', 2)
  },
  'time-to-live: a short one waits behind one without': async (c, world) => {
    await withDead(c)
    c.publish('q', 'for ever')
    c.publish('q', 'short', { expiration: '50' })
    await world.pass(120)
    await c.count('q', 2)
    await c.get('q')
    await c.fetch('dead')
  },
  'time-to-live: a message that is out does not expire': async (c, world) => {
    await withDead(c, { 'x-message-ttl': TTL_MS })
    c.publish('q')
    await c.fetch('q', 1, false)
    await world.pass(TTL_MS)
    await c.count('dead', 0)
    c.ack(1)
    await c.silence()
  },
  'time-to-live: a message that comes back late expires': async (c, world) => {
    await withDead(c, { 'x-message-ttl': TTL_MS })
    c.publish('q')
    await c.fetch('q', 1, false)
    await world.pass(TTL_MS)
    c.nack(1, true)
    await c.fetch('dead')
  },
  'expiry: a queue that nobody uses goes': async (c, world) => {
    await c.queue('q', { 'x-expires': 150 })
    await world.pass(150)
    await world.pass(150)
    await c.queue('q', {}, { passive: true })
  },
  'expiry: a consumer keeps it': async (c, world) => {
    await c.queue('q', { 'x-expires': 150 })
    await c.consume('q')
    await world.pass(300)
    await c.queue('q', {}, { passive: true })
  },
  'expiry: messages in it do not die': async (c, world) => {
    await withDead(c, { 'x-expires': 150 })
    c.publish('q')
    await world.pass(300)
    await c.gone('q')
    await c.open()
    await c.count('dead', 0)
  },
}
