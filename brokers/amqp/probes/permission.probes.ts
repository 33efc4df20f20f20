/** Probes of users and of what they may do in a vhost: configure, write and read, and topics (rabbitmq.md 2.3). */
import type { ProbeWorld, Program, Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

interface Patterns {
  readonly configure?: string
  readonly write?: string
  readonly read?: string
}

/** A user whose password is the name, with these patterns and none where they leave one out. */
async function addUser(world: ProbeWorld, name: string, { configure = '', write = '', read = '' }: Patterns) {
  await world.api('PUT', `/api/users/${name}`, { body: { password: name, tags: '' } })
  await world.api('PUT', `/api/permissions/%2F/${name}`, { body: { configure, write, read } })
}

const topicPattern = (world: ProbeWorld, exchange: string, { write = '', read = '' }: Patterns) =>
  world.api('PUT', '/api/topic-permissions/%2F/bob', { body: { exchange, write, read } })

/** What is there: a queue, an exchange of each kind, and bindings; then `act` as a user with these patterns. */
const as =
  (
    patterns: Patterns,
    act: (bob: ProbeChannel, c: ProbeChannel, world: ProbeWorld) => Promise<unknown>,
  ): Program =>
  async (c, world) => {
    await c.queue('q')
    await c.exchange('e', 'fanout')
    await c.exchange('topics', 'topic')
    await addUser(world, 'bob', patterns)
    const bob = await world.connect('bob', { user: 'bob', password: 'bob' })
    await act(bob, c, world)
  }

/** Each on the same channel, opened again after a refusal. */
const inTurn =
  (acts: readonly ((bob: ProbeChannel) => Promise<unknown>)[]) =>
  async (bob: ProbeChannel): Promise<void> => {
    for (const act of acts) {
      await act(bob)
      if (bob.wasClosed) await bob.open()
    }
  }

const publishing =
  (fields: { exchange?: string; routingKey?: string }, properties = {}) =>
  async (bob: ProbeChannel): Promise<void> => {
    await bob.call('confirm.select')
    bob.publish(fields.routingKey ?? 'k', 'm', properties, { exchange: fields.exchange ?? '' })
    await bob.arrivals(1)
  }

/** Everything that can be done, as the permission for it is asked. */
const everything: readonly ((bob: ProbeChannel) => Promise<unknown>)[] = [
  (bob) => bob.queue('new'),
  (bob) => bob.queue('q'),
  (bob) => bob.queue('q', {}, { passive: true }),
  (bob) => bob.queue('none', {}, { passive: true }),
  (bob) => bob.queue('dying', { 'x-dead-letter-exchange': 'e' }),
  (bob) => bob.queue('', {}, { exclusive: true }),
  (bob) => bob.exchange('e2', 'fanout'),
  (bob) => bob.exchange('e', 'fanout'),
  (bob) => bob.exchange('e', 'fanout', { passive: true }),
  (bob) => bob.exchange('e3', 'fanout', { arguments: { 'alternate-exchange': 'e' } }),
  (bob) => bob.bind('q', 'e'),
  (bob) => bob.bind('none', 'e'),
  (bob) => bob.bind('q', 'none'),
  (bob) => bob.call('queue.unbind', { queue: 'q', exchange: 'e' }),
  (bob) => bob.call('exchange.bind', { destination: 'e', source: 'topics' }),
  (bob) => bob.call('exchange.unbind', { destination: 'e', source: 'topics' }),
  publishing({ exchange: 'e' }),
  publishing({ exchange: 'topics' }),
  publishing({ exchange: 'none' }),
  publishing({ routingKey: 'q' }),
  (bob) => bob.get('q'),
  (bob) => bob.get('none'),
  (bob) => bob.consume('q'),
  (bob) => bob.call('basic.cancel', { consumerTag: 't' }),
  (bob) => bob.consume('amq.rabbitmq.reply-to', { noAck: true }),
  (bob) => bob.call('queue.purge', { queue: 'q' }),
  (bob) => bob.call('queue.delete', { queue: 'q' }),
  (bob) => bob.call('queue.delete', { queue: 'none' }),
  (bob) => bob.call('exchange.delete', { exchange: 'e' }),
  (bob) => bob.call('exchange.delete', { exchange: 'none' }),
]

const ALL = '.*'

export const permissionProbes: Programs = {
  'permission: none': as({}, inTurn(everything)),
  'permission: configure alone': as({ configure: ALL }, inTurn(everything)),
  'permission: write alone': as({ write: ALL }, inTurn(everything)),
  'permission: read alone': as({ read: ALL }, inTurn(everything)),
  'permission: configure and read': as({ configure: ALL, read: ALL }, inTurn(everything)),
  'permission: configure and write': as({ configure: ALL, write: ALL }, inTurn(everything)),
  'permission: write and read': as({ write: ALL, read: ALL }, inTurn(everything)),
  'permission: all': as({ configure: ALL, write: ALL, read: ALL }, inTurn(everything)),
  'permission: a pattern matches anywhere in the name': as(
    { configure: 'a', read: '^q$', write: '^(q|amq\\.default)$' },
    inTurn([
      (bob) => bob.queue('cab'),
      (bob) => bob.queue('b'),
      (bob) => bob.get('q'),
      (bob) => bob.get('qq'),
      publishing({ routingKey: 'q' }),
      (bob) => bob.queue('', {}, { exclusive: true }),
    ]),
  ),
  'permission: patterns that are long or with letters beyond ASCII': as(
    { configure: '^é.$', read: '^(?i)Q$' },
    inTurn([(bob) => bob.queue('éx'), (bob) => bob.queue('ééx'), (bob) => bob.get('q')]),
  ),
  'permission: a queue with a dead letter exchange needs more': as(
    { configure: ALL, read: '^dying$', write: '^e$' },
    inTurn([
      (bob) => bob.queue('dying', { 'x-dead-letter-exchange': 'e' }),
      (bob) => bob.queue('dying2', { 'x-dead-letter-exchange': 'e' }),
      (bob) => bob.queue('dying', { 'x-dead-letter-exchange': 'topics' }),
      (bob) => bob.queue('dying', { 'x-dead-letter-exchange': '' }),
    ]),
  ),
  'permission: an exchange with an alternate needs more': as(
    { configure: ALL, read: '^e3$', write: '^e$' },
    inTurn([
      (bob) => bob.exchange('e3', 'fanout', { arguments: { 'alternate-exchange': 'e' } }),
      (bob) => bob.exchange('e4', 'fanout', { arguments: { 'alternate-exchange': 'e' } }),
      (bob) => bob.exchange('e3', 'fanout', { arguments: { 'alternate-exchange': 'topics' } }),
    ]),
  ),
  'permission: what a channel was allowed it goes on doing': as(
    { configure: ALL, write: ALL, read: ALL },
    async (bob, _c, world) => {
      await bob.get('q')
      await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: '', write: '', read: '' } })
      await bob.get('q')
      await bob.queue('new')
      await bob.open()
      await bob.get('q')
      await bob.on(2).open()
      await bob.on(2).get('q')
    },
  ),
  'permission: what is remembered is forgotten after twelve more': as(
    { configure: ALL, write: ALL, read: ALL },
    async (bob, _c, world) => {
      await bob.get('q')
      for (let at = 0; at < 11; at++) await bob.queue(`x${at}`)
      await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: ALL, write: '', read: '' } })
      await bob.get('q')
      await bob.queue('x11')
      await bob.get('q')
    },
  ),
  'permission: a new secret makes a channel ask again': as(
    { configure: ALL, write: ALL, read: ALL },
    async (bob, _c, world) => {
      await bob.get('q')
      await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: ALL, write: '', read: '' } })
      await bob.get('q')
      bob.connection.raw.send(0, 'connection.update-secret', { newSecret: Buffer.from('bob'), reason: 'new' })
      await bob.closed()
      await bob.get('q')
    },
  ),
  'permission: a new secret that is not the password': as({ read: ALL }, async (bob) => {
    bob.connection.raw.send(0, 'connection.update-secret', { newSecret: Buffer.from('wrong'), reason: 'new' })
    await bob.closed()
    await bob.get('q')
  }),
  'permission: a new password while connected': as({ read: ALL }, async (bob, _c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password: 'other', tags: '' } })
    await bob.get('q')
    await (await world.connect('old', { user: 'bob', password: 'bob' })).closed()
    await (await world.connect('new', { user: 'bob', password: 'other' })).get('q')
  }),
  'permission: a user without a password': async (_c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password_hash: '', tags: '' } })
    await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: ALL, write: ALL, read: ALL } })
    await (await world.connect('bob', { user: 'bob', password: '' })).closed()
  },
  'permission: a transaction asks when it is published': as({ configure: ALL, read: ALL }, async (bob) => {
    await bob.call('tx.select')
    bob.publish('q')
    await bob.closed()
  }),
  'permission: a user without any': async (_c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: '' } })
    await (await world.connect('bob', { user: 'bob', password: 'bob' })).closed()
  },
  'permission: taken away while connected': as(
    { configure: ALL, write: ALL, read: ALL },
    async (bob, _c, world) => {
      await world.api('DELETE', '/api/permissions/%2F/bob')
      await bob.queue('new')
      await (await world.connect('again', { user: 'bob', password: 'bob' })).closed()
    },
  ),
  'permission: a user who is deleted while connected': as({ configure: ALL }, async (bob, _c, world) => {
    await world.api('DELETE', '/api/users/bob')
    await bob.closed()
  }),
  'permission: user_id of an impersonator': async (c, world) => {
    await c.queue('q')
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: 'impersonator' } })
    await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: ALL, write: ALL, read: ALL } })
    const bob = await world.connect('bob', { user: 'bob', password: 'bob' })
    bob.publish('q', 'm', { userId: 'alice' })
    await c.fetch('q')
  },
  'permission: topics': as({ configure: ALL, write: ALL, read: ALL }, async (bob, c, world) => {
    await topicPattern(world, 'topics', { write: '^a', read: '^b' })
    await world.api('GET', '/api/topic-permissions')
    await world.api('GET', '/api/topic-permissions/%2F/bob')
    await world.api('GET', '/api/users/bob/topic-permissions')
    await world.api('GET', '/api/vhosts/%2F/topic-permissions')
    await inTurn([
      publishing({ exchange: 'topics', routingKey: 'a.b' }),
      publishing({ exchange: 'topics', routingKey: 'b.a' }),
      publishing({ exchange: 'topics', routingKey: 'a.b' }, { headers: { CC: ['b.c'] } }),
      publishing({ exchange: 'amq.topic', routingKey: 'b.a' }),
      publishing({ exchange: 'e', routingKey: 'b.a' }),
      (one) => one.bind('q', 'topics', 'b.c'),
      (one) => one.bind('q', 'topics', 'a.c'),
      (one) => one.bind('q', 'topics', '#'),
      (one) => one.call('queue.unbind', { queue: 'q', exchange: 'topics', routingKey: 'a.c' }),
      (one) => one.call('exchange.bind', { destination: 'e', source: 'topics', routingKey: 'a.c' }),
    ])(bob)
    await world.api('DELETE', '/api/topic-permissions/%2F/bob')
    await c.bind('q', 'topics', 'k')
  }),
  'permission: topics with the name of user and vhost': as(
    { configure: ALL, write: ALL, read: ALL },
    async (bob, _c, world) => {
      await topicPattern(world, 'topics', { write: '^{username}\\.', read: ALL })
      await inTurn([
        publishing({ exchange: 'topics', routingKey: 'bob.x' }),
        publishing({ exchange: 'topics', routingKey: 'al.x' }),
      ])(bob)
    },
  ),
  'permission: the management API': async (_c, world) => {
    const put = (body: unknown) => world.api('PUT', '/api/permissions/%2F/bob', { body })
    await put({ configure: ALL, write: ALL, read: ALL })
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: 'management' } })
    await world.api('GET', '/api/permissions/%2F/bob')
    await world.api('GET', '/api/users/bob/permissions')
    await world.api('GET', '/api/queues/%2F', { user: 'bob', keys: ['name'] })
    await put({ configure: '(', write: ALL, read: ALL })
    await put({ configure: ALL })
    await put({ configure: '^x', write: '', read: 'q' })
    await put({ configure: '^x', write: 'w', read: 'q' })
    await world.api('GET', '/api/permissions/%2F/bob')
    await world.api('GET', '/api/users/bob/permissions')
    await world.api('GET', '/api/vhosts/%2F/permissions')
    const asBob = (method: string, path: string, body?: unknown) =>
      world.api(method, path, { user: 'bob', ...(body === undefined ? {} : { body }) })
    await asBob('PUT', '/api/queues/%2F/x', { durable: true })
    await asBob('PUT', '/api/queues/%2F/y', { durable: true })
    await asBob('PUT', '/api/exchanges/%2F/y', { type: 'fanout', durable: true })
    await asBob('DELETE', '/api/queues/%2F/x')
    await asBob('DELETE', '/api/queues/%2F/none')
    await asBob('DELETE', '/api/queues/%2F/x/contents')
    await asBob('POST', '/api/queues/%2F/x/get', { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' })
    const message = { properties: {}, routing_key: 'q', payload: 'm', payload_encoding: 'string' }
    await asBob('POST', '/api/exchanges/%2F/amq.default/publish', message)
    await asBob('POST', '/api/bindings/%2F/e/amq.topic/q/x', { routing_key: 'k' })
    await world.api('DELETE', '/api/permissions/%2F/bob')
    await world.api('DELETE', '/api/permissions/%2F/bob')
    await asBob('GET', '/api/queues/%2F')
  },
  'permission: who makes a vhost': async (_c, world) => {
    await world.api('PUT', '/api/vhosts/mine')
    await world.api('GET', '/api/vhosts/mine/permissions')
    await (await world.connect('guest', { vhost: 'mine' })).closed()
  },
}
