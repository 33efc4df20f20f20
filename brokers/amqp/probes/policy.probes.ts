/** Probes of policies and limits: what an operator sets for queues and exchanges by pattern, and for a vhost as a whole. */
import type { ProbeWorld, Program, Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

const POLICY_KEYS = ['policy', 'operator_policy', 'effective_policy_definition'] as const

interface Policy {
  readonly pattern?: string
  readonly definition: Readonly<Record<string, unknown>>
  readonly priority?: number
  readonly 'apply-to'?: string
}

function setPolicy(world: ProbeWorld, policy: Policy, name = 'p', kind = 'policies') {
  return world.api('PUT', `/api/${kind}/%2F/${name}`, { body: { pattern: '^q', ...policy } })
}

/** The queue's own view, once a change that was made has reached it. */
function look(world: ProbeWorld, queue: string, policy?: string | null) {
  return world.api('GET', `/api/queues/%2F/${queue}`, {
    keys: POLICY_KEYS,
    ...(policy === undefined ? {} : { until: (item: { policy: unknown }) => item.policy === policy }),
  })
}

const QUORUM = { 'x-queue-type': 'quorum' }

/** A queue that the policy `p` is for, and its view once it has it. */
const under =
  (
    definition: Policy['definition'],
    args: Readonly<Record<string, string | number>>,
    act: (c: ProbeChannel, world: ProbeWorld) => Promise<unknown>,
  ): Program =>
  async (c, world) => {
    await setPolicy(world, { definition })
    await c.queue('q', args)
    // What a quorum queue tells of itself comes late; the policy holds from its declaration.
    if (args['x-queue-type'] === undefined) await look(world, 'q', 'p')
    await act(c, world)
  }

async function publishAll(c: ProbeChannel, bodies: readonly string[]) {
  await c.call('confirm.select')
  for (const body of bodies) c.publish('q', body)
  await c.confirmed(bodies.length)
}

/** Definitions and bodies that are refused, mostly. */
const wrong: readonly object[] = [
  { definition: { 'max-length': 'x' } },
  { definition: { 'max-length': -1 } },
  { definition: { 'max-length-bytes': 1.5 } },
  { definition: { 'message-ttl': -1 } },
  { definition: { 'message-ttl': 'soon' } },
  { definition: { expires: 0 } },
  { definition: { expires: 'x' } },
  { definition: { 'dead-letter-exchange': 5 } },
  { definition: { 'dead-letter-routing-key': 5 } },
  { definition: { overflow: 'foo' } },
  { definition: { 'delivery-limit': 'x' } },
  { definition: { 'alternate-exchange': 5 } },
  { definition: { 'queue-mode': 'foo' } },
  { definition: { 'queue-version': 3 } },
  { definition: { 'dead-letter-strategy': 'foo' } },
  { definition: { nosuch: 1 } },
  { definition: { nosuch: 1, other: 2, 'max-length': 1 } },
  { definition: {} },
  { pattern: '(', definition: { 'max-length': 1 } },
  { pattern: '', definition: { 'max-length': 1 } },
  { priority: 'x', definition: { 'max-length': 1 } },
  { 'apply-to': 'foo', definition: { 'max-length': 1 } },
]

export const policyProbes: Programs = {
  'policy: setting, listing, deleting': async (c, world) => {
    await c.queue('q')
    await setPolicy(world, { definition: { 'max-length': 2 }, priority: 3, 'apply-to': 'queues' })
    await setPolicy(world, { definition: { 'max-length': 3 } })
    await world.api('GET', '/api/policies')
    await world.api('GET', '/api/policies/%2F')
    await world.api('GET', '/api/policies/%2F/p')
    await look(world, 'q', 'p')
    await world.api('DELETE', '/api/policies/%2F/p')
    await look(world, 'q', null)
    await world.api('DELETE', '/api/policies/%2F/p')
    await world.api('GET', '/api/policies/%2F/p')
    await world.api('GET', '/api/policies/nowhere')
    await world.api('PUT', '/api/policies/nowhere/p', {
      body: { pattern: '', definition: { 'max-length': 1 } },
    })
    await world.api('PUT', '/api/policies/%2F/p', { body: { pattern: '' } })
    await world.api('PUT', '/api/policies/%2F/p', { body: { definition: { 'max-length': 1 } } })
  },
  'policy: what is refused': async (_c, world) => {
    for (const body of wrong) {
      await world.api('PUT', '/api/policies/%2F/p', { body: { pattern: '^q', ...body } })
    }
  },
  'policy: who may set one': async (_c, world) => {
    for (const tags of ['management', 'monitoring', 'policymaker']) {
      await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags } })
      const as = (method: string, path: string, body?: object) =>
        world.api(method, path, { user: 'bob', ...(body === undefined ? {} : { body }) })
      await as('PUT', '/api/policies/%2F/p', { pattern: '', definition: { 'max-length': 1 } })
      await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: '', write: '', read: '' } })
      await as('PUT', '/api/policies/%2F/p', { pattern: '', definition: { 'max-length': 1 } })
      await as('GET', '/api/policies/%2F')
      await as('PUT', '/api/operator-policies/%2F/p', { pattern: '', definition: { 'max-length': 1 } })
      await as('GET', '/api/operator-policies/%2F')
      await world.api('DELETE', '/api/permissions/%2F/bob')
    }
  },
  'policy: the one with the highest priority counts': async (c, world) => {
    await setPolicy(world, { definition: { 'max-length': 1 }, priority: 1 }, 'low')
    await setPolicy(world, { definition: { 'message-ttl': 60_000 }, priority: 2 }, 'high')
    await setPolicy(world, { pattern: '^r', definition: { 'max-length': 5 }, priority: 9 }, 'other')
    await c.queue('q')
    await look(world, 'q', 'high')
    await world.api('DELETE', '/api/policies/%2F/high')
    await look(world, 'q', 'low')
  },
  'policy: apply-to': async (c, world) => {
    await c.queue('q')
    await c.exchange('qe', 'fanout')
    for (const to of ['all', 'queues', 'exchanges', 'classic_queues', 'quorum_queues', 'streams']) {
      await setPolicy(world, {
        definition: to === 'exchanges' ? { 'alternate-exchange': 'a' } : { 'max-length': 9 },
        'apply-to': to,
      })
      await look(world, 'q', to === 'all' || to === 'queues' || to === 'classic_queues' ? 'p' : null)
      await world.api('GET', '/api/exchanges/%2F/qe', { keys: ['policy'] })
      await world.api('DELETE', '/api/policies/%2F/p')
    }
  },
  'policy: max-length drops at once': async (c, world) => {
    await c.queue('q')
    await publishAll(c, ['a', 'b', 'c'])
    await setPolicy(world, { definition: { 'max-length': 1 } })
    await look(world, 'q', 'p')
    await c.count('q', 1)
    await c.fetch('q', 1)
    await world.api('DELETE', '/api/policies/%2F/p')
    await look(world, 'q', null)
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.count('q', 3)
  },
  'policy: apply-to, of a quorum queue': async (c, world) => {
    for (const to of ['all', 'queues', 'exchanges', 'classic_queues', 'quorum_queues', 'streams']) {
      await setPolicy(world, { definition: { 'max-length': 1 }, 'apply-to': to })
      await c.queue('q', QUORUM)
      for (const body of ['a', 'b', 'c']) c.publish('q', body)
      await c.settled('q')
      await c.call('queue.delete', { queue: 'q' })
      await world.api('DELETE', '/api/policies/%2F/p')
    }
  },
  'policy: the smaller of two limits counts': under(
    { 'max-length': 2 },
    { 'x-max-length': 1 },
    async (c, world) => {
      await publishAll(c, ['a', 'b', 'c'])
      await c.count('q', 1)
      await c.queue('q2', { 'x-max-length': 5 })
      await look(world, 'q2', 'p')
      for (const body of ['a', 'b', 'c']) c.publish('q2', body)
      await c.count('q2', 2)
    },
  ),
  'policy: overflow, where no argument says otherwise': under(
    { 'max-length': 1, overflow: 'reject-publish' },
    {},
    async (c, world) => {
      await publishAll(c, ['a', 'b'])
      await c.count('q', 1)
      await c.queue('q2', { 'x-overflow': 'drop-head' })
      await look(world, 'q2', 'p')
      for (const body of ['a', 'b']) c.publish('q2', body)
      await c.fetch('q2')
    },
  ),
  'policy: message-ttl is for messages that come': async (c, world) => {
    await c.queue('q')
    await publishAll(c, ['old'])
    await setPolicy(world, { definition: { 'message-ttl': 50 } })
    await look(world, 'q', 'p')
    c.publish('q', 'new')
    await c.count('q', 2)
    await world.pass(200)
    await c.count('q', 2)
    await c.fetch('q', 1)
    await c.count('q', 0)
  },
  'policy: the smaller message-ttl counts': under(
    { 'message-ttl': 50 },
    { 'x-message-ttl': 60_000 },
    async (c, world) => {
      await publishAll(c, ['a'])
      await world.pass(100)
      await c.count('q', 0)
    },
  ),
  'policy: dead lettering': async (c, world) => {
    await c.queue('graves')
    await c.queue('q')
    await publishAll(c, ['a'])
    await setPolicy(world, {
      definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'graves', 'max-length': 0 },
    })
    await c.fetch('graves')
  },
  'policy: an argument for dead lettering comes first': under(
    { 'dead-letter-exchange': 'amq.fanout', 'dead-letter-routing-key': 'nowhere' },
    { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'graves' },
    async (c) => {
      await c.queue('graves')
      c.publish('q')
      await c.fetch('q', 1, false)
      c.reject(1, false)
      await c.fetch('graves')
    },
  ),
  'policy: expires': async (c, world) => {
    await c.queue('q')
    await setPolicy(world, { definition: { expires: 100 } })
    await world.pass(300)
    await c.gone('q')
  },
  'policy: delivery-limit': under({ 'delivery-limit': 1 }, QUORUM, async (c) => {
    c.publish('q')
    for (const tag of [1, 2]) {
      await c.fetch('q', 1, false)
      c.reject(tag, true)
    }
    await c.silence()
    await c.get('q')
  }),
  'policy: the smaller delivery-limit counts': under(
    { 'delivery-limit': 5 },
    { ...QUORUM, 'x-delivery-limit': 0 },
    async (c) => {
      c.publish('q')
      await c.fetch('q', 1, false)
      c.reject(1, true)
      await c.silence()
      await c.get('q')
    },
  ),
  'policy: alternate-exchange': async (c, world) => {
    await c.queue('q')
    await c.exchange('qe', 'direct')
    await c.exchange('qa', 'direct', { arguments: { 'alternate-exchange': 'none' } })
    await setPolicy(world, { definition: { 'alternate-exchange': 'amq.fanout' }, 'apply-to': 'exchanges' })
    await c.bind('q', 'amq.fanout')
    await world.api('GET', '/api/exchanges/%2F/qe', {
      keys: ['policy'],
      until: (item: { policy?: string }) => item.policy === 'p',
    })
    c.publish('nowhere', 'm', {}, { exchange: 'qe' })
    await c.fetch('q')
    c.publish('nowhere', 'm', {}, { exchange: 'qa', mandatory: true })
    await c.arrivals(1)
  },
  'policy: of an operator, merged with another': async (c, world) => {
    await setPolicy(world, { definition: { 'max-length': 5, 'message-ttl': 60_000, overflow: 'drop-head' } })
    await setPolicy(world, { definition: { 'max-length': 2, expires: 60_000 } }, 'o', 'operator-policies')
    await c.queue('q')
    await look(world, 'q', 'p')
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.count('q', 2)
    await world.api('GET', '/api/operator-policies')
    await world.api('GET', '/api/operator-policies/%2F/o')
    await setPolicy(world, { definition: { 'dead-letter-exchange': 'x' } }, 'o', 'operator-policies')
    await setPolicy(
      world,
      { definition: { 'max-length': 9 }, 'apply-to': 'exchanges' },
      'o',
      'operator-policies',
    )
    await world.api('DELETE', '/api/policies/%2F/p')
    await look(world, 'q', null)
    await world.api('DELETE', '/api/operator-policies/%2F/o')
  },
  'policy: in definitions': async (_c, world) => {
    await setPolicy(world, { definition: { 'max-length': 5 }, priority: 1, 'apply-to': 'queues' })
    await world.api('GET', '/api/definitions', { keys: ['policies'] })
    await world.api('GET', '/api/definitions/%2F', { keys: ['policies'] })
    await world.api('DELETE', '/api/policies/%2F/p')
    const policy = {
      name: 'p',
      pattern: '^q',
      definition: { 'max-length': 1 },
      priority: 2,
      'apply-to': 'all',
    }
    await world.api('POST', '/api/definitions', { body: { policies: [{ ...policy, vhost: '/' }] } })
    await world.api('GET', '/api/policies')
    await world.api('POST', '/api/definitions/%2F', { body: { policies: [{ ...policy, priority: 3 }] } })
    await world.api('GET', '/api/policies/%2F')
    await world.api('DELETE', '/api/policies/%2F/p')
  },
  'limit: queues of a vhost': async (c, world) => {
    await world.api('PUT', '/api/vhosts/small')
    await world.api('PUT', '/api/vhost-limits/small/max-queues', { body: { value: 1 } })
    await world.api('GET', '/api/vhost-limits/small')
    const small = await world.connect('small', { vhost: 'small' })
    await small.queue('one')
    await small.queue('one')
    await small.queue('two')
    await world.api('PUT', '/api/queues/small/three', { body: { durable: true } })
    await c.queue('q')
  },
  'limit: connections of a vhost': async (_c, world) => {
    await world.api('PUT', '/api/vhosts/small')
    await world.api('PUT', '/api/vhost-limits/small/max-connections', { body: { value: 1 } })
    await world.api('PUT', '/api/vhost-limits/small/max-queues', { body: { value: -1 } })
    await world.api('GET', '/api/vhost-limits/small')
    const one = await world.connect('one', { vhost: 'small' })
    await one.queue('q')
    await (await world.connect('two', { vhost: 'small' })).closed()
    await world.api('DELETE', '/api/vhost-limits/small/max-connections')
    await (await world.connect('three', { vhost: 'small' })).queue('q')
  },
  'limit: what is refused': async (_c, world) => {
    const put = (path: string, body: unknown) => world.api('PUT', path, { body })
    await put('/api/vhost-limits/%2F/max-queues', { value: 'x' })
    await put('/api/vhost-limits/%2F/nosuch', { value: 1 })
    await put('/api/vhost-limits/%2F/max-queues', {})
    await put('/api/vhost-limits/nowhere/max-queues', { value: 1 })
    await world.api('GET', '/api/vhost-limits/nowhere')
    await world.api('DELETE', '/api/vhost-limits/%2F/max-queues')
  },
  'limit: channels of a user': async (_c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: '' } })
    await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: '.*', write: '.*', read: '.*' } })
    await world.api('PUT', '/api/user-limits/bob/max-channels', { body: { value: 2 } })
    const one = await world.connect('one', { user: 'bob', password: 'bob' })
    await one.on(2).open()
    await one.on(3).open()
  },
  'limit: connections of a user': async (_c, world) => {
    await world.api('PUT', '/api/users/bob', { body: { password: 'bob', tags: '' } })
    await world.api('PUT', '/api/permissions/%2F/bob', { body: { configure: '.*', write: '.*', read: '.*' } })
    await world.api('PUT', '/api/user-limits/bob/max-connections', { body: { value: 1 } })
    await world.api('PUT', '/api/user-limits/bob/max-channels', { body: { value: 2 } })
    await world.api('GET', '/api/user-limits')
    await world.api('GET', '/api/user-limits/bob')
    await world.api('GET', '/api/users/bob', { keys: ['limits'] })
    const login = { user: 'bob', password: 'bob' }
    const one = await world.connect('one', login)
    await (await world.connect('two', login)).closed()
    await one.queue('q', {}, { exclusive: true })
  },
}
