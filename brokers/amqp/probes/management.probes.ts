/** Probes of the management HTTP API: what it tells of each thing, and how it refuses. Rates and histories are left out. */
import type { ProbeWorld, Programs } from './probe.ts'

const message = (routing_key: string, properties: object = {}) => ({
  properties,
  routing_key,
  payload: 'm',
  payload_encoding: 'string',
})

const queueKeys = [
  'name',
  'vhost',
  'type',
  'durable',
  'auto_delete',
  'exclusive',
  'arguments',
  'state',
  'policy',
  'operator_policy',
  'effective_policy_definition',
  'exclusive_consumer_tag',
  'single_active_consumer_tag',
] as const

/** A queue of which its own process has told already. */
const told = (item: { policy?: unknown }) => item.policy !== undefined

const get = (world: ProbeWorld, path: string, keys?: readonly string[]) =>
  world.api('GET', path, keys === undefined ? {} : { keys })

export const managementProbes: Programs = {
  'api: a queue': async (c, world) => {
    await world.api('PUT', '/api/queues/%2F/q', {
      body: { durable: true, arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': 'e' } },
    })
    await world.api('GET', '/api/queues/%2F/q', { keys: queueKeys, until: told })
    await c.queue('plain')
    await world.api('GET', '/api/queues/%2F/plain', { keys: queueKeys, until: told })
    await get(world, '/api/queues/%2F/none')
    await get(world, '/api/queues/nowhere')
    await world.api('PUT', '/api/queues/%2F/q', { body: { durable: true, arguments: { 'x-max-length': 5 } } })
    await world.api('PUT', '/api/queues/%2F/bad', {
      body: { durable: true, arguments: { 'x-max-length': 'x' } },
    })
    await world.api('PUT', '/api/queues/%2F/bad', { body: { durable: 'maybe' } })
    await world.api('PUT', '/api/queues/%2F/bad', { body: '{' })
    await world.api('PUT', '/api/queues/nowhere/q', { body: {} })
    await world.api('PUT', '/api/queues/%2F/amq.foo', { body: { durable: true } })
    await world.api('DELETE', '/api/queues/%2F/q')
    await world.api('DELETE', '/api/queues/%2F/q')
  },
  'api: an exclusive queue': async (c, world) => {
    await c.queue('own', {}, { exclusive: true })
    await world.api('GET', '/api/queues/%2F/own', { keys: ['exclusive', 'durable'], until: told })
    await world.api('DELETE', '/api/queues/%2F/own')
    await world.api('DELETE', '/api/queues/%2F/own/contents')
    await world.api('POST', '/api/queues/%2F/own/get', {
      body: { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' },
    })
  },
  'api: deleting a queue that is in use or not empty': async (c, world) => {
    await c.queue('q')
    c.publish('q')
    await c.count('q', 1)
    await world.api('DELETE', '/api/queues/%2F/q?if-empty=true')
    await c.consume('q')
    await world.api('DELETE', '/api/queues/%2F/q?if-unused=true')
  },
  'api: an exchange': async (c, world) => {
    await c.exchange('e', 'topic', { arguments: { 'alternate-exchange': 'a' } })
    const keys = ['name', 'vhost', 'type', 'durable', 'auto_delete', 'internal', 'arguments']
    await get(world, '/api/exchanges/%2F/e', keys)
    await get(world, '/api/exchanges/%2F/amq.default', keys)
    await get(world, '/api/exchanges/%2F/none')
    await world.api('PUT', '/api/exchanges/%2F/e', { body: { type: 'fanout', durable: true } })
    await world.api('PUT', '/api/exchanges/%2F/new', { body: { type: 'no-such-type' } })
    await world.api('PUT', '/api/exchanges/%2F/new', { body: {} })
    await world.api('PUT', '/api/exchanges/%2F/amq.foo', { body: { type: 'fanout' } })
    await world.api('DELETE', '/api/exchanges/%2F/amq.topic')
    await world.api('DELETE', '/api/exchanges/%2F/e')
    await world.api('DELETE', '/api/exchanges/%2F/e')
  },
  'api: bindings': async (c, world) => {
    await c.queue('q')
    await c.exchange('e', 'fanout')
    await world.api('POST', '/api/bindings/%2F/e/amq.topic/q/q', { body: { routing_key: 'a b/c.*' } })
    await world.api('POST', '/api/bindings/%2F/e/amq.topic/e/e', { body: { routing_key: '' } })
    await world.api('POST', '/api/bindings/%2F/e/none/q/q', { body: { routing_key: 'k' } })
    await get(world, '/api/bindings/%2F/e/amq.topic/q/q')
    await get(world, '/api/bindings/%2F/e/amq.topic/e/e')
    await get(world, '/api/queues/%2F/q/bindings')
    await get(world, '/api/exchanges/%2F/amq.topic/bindings/source')
    await get(world, '/api/exchanges/%2F/e/bindings/destination')
    await get(world, '/api/bindings/%2F/e/amq.topic/q/q/none')
    await world.api('DELETE', '/api/bindings/%2F/e/amq.topic/e/e/~')
    await get(world, '/api/bindings/%2F/e/amq.topic/e/e')
  },
  'api: publishing and getting': async (c, world) => {
    await c.queue('q')
    const publish = (exchange: string, body: object) =>
      world.api('POST', `/api/exchanges/%2F/${exchange}/publish`, { body })
    await publish('amq.default', message('q', { delivery_mode: 2, headers: { a: 1 }, priority: 3 }))
    await publish('amq.default', message('nowhere'))
    await publish('none', message('q'))
    await publish('amq.default', { ...message('q'), payload_encoding: 'rot13' })
    await publish('amq.default', { properties: {} })
    await publish('amq.default', message('q', { expiration: 'soon' }))
    await publish('amq.default', message('q', { user_id: 'bob' }))
    await publish('amq.default', { ...message('q'), payload: '/w==', payload_encoding: 'base64' })
    await c.count('q', 2)
    const take = (body: object, queue = 'q') => world.api('POST', `/api/queues/%2F/${queue}/get`, { body })
    await take({ count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' })
    await take({ count: 5, ackmode: 'reject_requeue_true', encoding: 'base64', truncate: 1 })
    await take({ count: 5, ackmode: 'ack_requeue_false', encoding: 'auto' })
    await take({ count: 5, ackmode: 'ack_requeue_false', encoding: 'auto' })
    await take({ count: 5, ackmode: 'ack_requeue_true', encoding: 'nosuch' })
    await take({ ackmode: 'ack_requeue_true' })
    await take({ count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' }, 'none')
  },
  'api: getting from a quorum queue': async (c, world) => {
    await c.queue('q', { 'x-queue-type': 'quorum' })
    c.publish('q')
    await c.count('q', 1)
    for (const ackmode of ['ack_requeue_true', 'ack_requeue_false']) {
      await world.api('POST', '/api/queues/%2F/q/get', { body: { count: 1, ackmode, encoding: 'auto' } })
    }
  },
  'api: a vhost': async (c, world) => {
    await world.api('PUT', '/api/vhosts/extra', { body: { description: 'for extras', tags: 'a,b' } })
    await get(world, '/api/vhosts/extra', [
      'name',
      'description',
      'tags',
      'tracing',
      'default_queue_type',
      'metadata',
    ])
    await get(world, '/api/vhosts/%2F', [
      'name',
      'description',
      'tags',
      'tracing',
      'default_queue_type',
      'metadata',
    ])
    await get(world, '/api/vhosts/nowhere')
    await world.api('PUT', '/api/vhosts/extra', { body: {} })
    await world.api('DELETE', '/api/vhosts/nowhere')
    const inside = await world.connect('inside', { vhost: 'extra' })
    await inside.queue('q')
    await world.api('DELETE', '/api/vhosts/extra')
    await c.queue('q')
  },
  'api: a user': async (_c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: 'management,monitoring' } })
    await get(world, '/api/users/bob', ['name', 'tags', 'hashing_algorithm', 'limits'])
    await get(world, '/api/users/nobody')
    await world.api('PUT', '/api/users/eve', { body: { password: 'eve' } })
    await world.api('PUT', '/api/users/eve', { body: { tags: '' } })
    await world.api('GET', '/api/whoami', { user: 'bob' })
    await world.api('GET', '/api/users', { user: 'bob' })
    await world.api('GET', '/api/nodes', { user: 'bob', keys: ['type', 'running'] })
    await world.api('GET', '/api/whoami', { user: 'nobody' })
    await world.api('DELETE', '/api/users/nobody')
  },
  'api: connections, channels and consumers': async (_c, world) => {
    await world.api('PUT', '/api/vhosts/own')
    const c = await world.connect('own', { vhost: 'own' })
    await c.queue('q')
    await c.qos(7)
    await c.consume('q')
    const isThere = (list: readonly { vhost?: string }[]) => list.length > 0 && list[0]?.vhost !== undefined
    await world.api('GET', '/api/vhosts/own/connections', {
      keys: [
        'user',
        'vhost',
        'type',
        'protocol',
        'auth_mechanism',
        'channel_max',
        'frame_max',
        'timeout',
        'ssl',
      ],
      until: isThere,
    })
    await world.api('GET', '/api/vhosts/own/channels', {
      keys: ['number', 'user', 'vhost', 'confirm', 'transactional', 'consumer_count', 'prefetch_count'],
      until: (list: readonly { consumer_count?: number }[]) => list[0]?.consumer_count === 1,
    })
    await world.api('GET', '/api/consumers/own', {
      keys: [
        'consumer_tag',
        'queue',
        'ack_required',
        'exclusive',
        'prefetch_count',
        'active',
        'activity_status',
        'arguments',
      ],
      until: (list: readonly unknown[]) => list.length === 1,
    })
    await get(world, '/api/connections/none')
    await world.api('DELETE', '/api/connections/none')
  },
  'api: closing a connection': async (_c, world) => {
    await world.api('PUT', '/api/vhosts/own')
    const c = await world.connect('own', { vhost: 'own' })
    const list = (await world.api('GET', '/api/vhosts/own/connections', {
      keys: ['user'],
      until: (all: readonly unknown[]) => all.length === 1,
    })) as readonly { name: string }[]
    await world.close(list[0]?.name ?? '')
    await c.closed()
  },
  'api: what is there at all': async (_c, world) => {
    const overview = [
      'product_name',
      'rates_mode',
      'rabbitmq_version',
      'management_version',
      'product_version',
    ]
    await get(world, '/api/overview', overview.slice(0, 1))
    await get(world, '/api/overview', overview.slice(2))
    await get(world, '/api/nosuch')
    await world.api('POST', '/api/overview')
    await world.api('DELETE', '/api/exchanges')
    await get(world, '/api/health/checks/alarms')
    await get(world, '/api/health/checks/local-alarms')
    await get(world, '/api/health/checks/virtual-hosts')
    await get(world, '/api/health/checks/node-is-quorum-critical')
    await get(world, '/api/health/checks/protocol-listener/amqp')
    await world.api('PUT', '/api/vhosts/own')
    await get(world, '/api/queues/own?page=1&page_size=5')
    await get(world, '/api/queues/own?page=0')
    await get(world, '/api/queues/own?page=1&page_size=501')
    await get(world, '/api/queues/own?page=3')
  },
  'api: definitions': async (_c, world) => {
    await world.api('PUT', '/api/vhosts/own')
    const c = await world.connect('own', { vhost: 'own' })
    await c.queue('q', { 'x-max-length': 5 })
    await c.exchange('e', 'topic')
    await c.bind('q', 'e', 'k')
    await get(world, '/api/definitions/own', ['queues', 'exchanges', 'bindings', 'policies'])
    await world.api('POST', '/api/definitions', { body: '{' })
    await world.api('POST', '/api/definitions', {
      body: { queues: [{ name: 'q2', vhost: 'own', durable: true, auto_delete: false, arguments: {} }] },
    })
    await c.queue('q2')
    await get(world, '/api/definitions/nowhere')
  },
}
