/** Probes of queues: declaring, arguments and their validation, limits, priorities, deleting (rabbitmq.md 2.3, 2.5). */
import type { FieldTable } from '../wire/field-table.ts'
import type { MethodFields } from '../wire/wire.ts'
import type { Program, Programs } from './probe.ts'

const QUORUM = { 'x-queue-type': 'quorum' }

/** Declares with arguments, and looks whether the connection can go on. */
const declaring =
  (args: FieldTable, fields: Partial<MethodFields<'queue.declare'>> = {}): Program =>
  async (c) => {
    await c.queue('q', args, fields)
    await c.silence()
  }

/** Declares twice. */
const redeclaring =
  (
    first: FieldTable,
    second: FieldTable,
    fields: Partial<MethodFields<'queue.declare'>> = {},
    fieldsAgain = fields,
  ): Program =>
  async (c) => {
    await c.queue('q', first, fields)
    await c.queue('q', second, fieldsAgain)
  }

/** Every argument with values that may be wrong. */
const argumentValues: Readonly<Record<string, readonly FieldTable[string][]>> = {
  'x-message-ttl': ['soon', -1, 0, 1.5, true, 4_294_967_295, 4_294_967_296, BigInt(2 ** 50)],
  'x-expires': [0, -1, '1', 4_294_967_296],
  'x-max-length': [-1, 'x', 0],
  'x-max-length-bytes': [-1, 'x'],
  'x-max-priority': [256, -1, 'x', 0, 255],
  'x-overflow': ['foo', 5],
  'x-dead-letter-exchange': [5, ''],
  'x-dead-letter-routing-key': ['k'],
  'x-queue-type': ['foo', 5, 'classic'],
  'x-queue-mode': ['foo', 'lazy', 5],
  'x-queue-version': [3, 1, 2, 'x'],
  'x-single-active-consumer': ['yes', 1],
  'x-delivery-limit': [5, -1, 'x'],
  'x-consumer-timeout': [-1, 'x', 1000],
  'x-queue-master-locator': ['foo', 5, 'min-masters'],
  'x-queue-leader-locator': ['foo', 5, 'client-local'],
  'x-dead-letter-strategy': ['foo', 'at-most-once'],
  'x-quorum-initial-group-size': [3, 0, -1, 'x'],
  'x-foo': [1],
}

function argumentProbes(type: 'classic' | 'quorum'): Programs {
  const programs = Object.entries(argumentValues).map(([name, values]): [string, Program] => {
    const program: Program = async (c) => {
      for (const value of values) {
        const args = { ...(type === 'quorum' && name !== 'x-queue-type' ? QUORUM : {}), [name]: value }
        const answer = await c.queue('q', args)
        if (answer?.method.method === 'queue.declare-ok') await c.call('queue.delete', { queue: 'q' })
        else if (answer?.method.method === 'channel.close') await c.open()
        else return
      }
    }
    return [`queue: argument ${name} of a ${type} queue`, program]
  })
  return Object.fromEntries(programs)
}

export const queueProbes: Programs = {
  'queue: passive declare of a missing one': (c) => c.queue('none', {}, { passive: true }),
  'queue: passive declare of no name': (c) => c.queue('', {}, { passive: true }),
  'queue: a reserved name': (c) => c.queue('amq.foo'),
  'queue: a reserved name, passively': (c) => c.queue('amq.foo', {}, { passive: true }),
  'queue: a name made up by the server': async (c) => {
    await c.queue('', {}, { exclusive: true })
    await c.call('basic.consume', { queue: '' })
  },
  'queue: a name of 255 bytes': async (c) => {
    await c.queue('q'.repeat(255))
  },
  'queue: purging a missing one': (c) => c.call('queue.purge', { queue: 'none' }),
  'queue: deleting a missing one': (c) => c.call('queue.delete', { queue: 'none' }),
  'queue: getting from a missing one': (c) => c.get('none'),
  'queue: consuming from a missing one': (c) => c.consume('none'),
  'queue: an empty name where none was declared': async (c) => {
    await c.call('basic.get', { queue: '' })
  },
  'queue: counts are of ready messages': async (c) => {
    await c.queue('q')
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.count('q', 3)
    await c.get('q', false)
    await c.count('q', 2)
    await c.call('queue.purge', { queue: 'q' })
    await c.count('q', 0)
    await c.call('queue.delete', { queue: 'q' })
  },
  'queue: deleting counts ready messages': async (c) => {
    await c.queue('q')
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.count('q', 3)
    await c.get('q', false)
    await c.call('queue.delete', { queue: 'q' })
    c.ack(1)
    await c.silence()
  },
  'queue: deleting if empty': async (c) => {
    await c.queue('q')
    c.publish('q')
    await c.count('q', 1)
    await c.call('queue.delete', { queue: 'q', ifEmpty: true })
  },
  'queue: deleting if empty with a message outstanding': async (c) => {
    await c.queue('q')
    c.publish('q')
    await c.count('q', 1)
    await c.get('q', false)
    await c.call('queue.delete', { queue: 'q', ifEmpty: true })
  },
  'queue: deleting if unused': async (c) => {
    await c.queue('q')
    await c.consume('q')
    await c.call('queue.delete', { queue: 'q', ifUnused: true })
  },
  'queue: deleting a quorum queue if unused': async (c) => {
    await c.queue('q', QUORUM)
    await c.call('queue.delete', { queue: 'q', ifUnused: true })
    await c.silence()
  },
  'queue: deleting a quorum queue if empty': async (c) => {
    await c.queue('q', QUORUM)
    await c.call('queue.delete', { queue: 'q', ifEmpty: true })
    await c.silence()
  },
  'queue: redeclared as it is': redeclaring({}, {}),
  'queue: redeclared with another durability': redeclaring({}, {}, {}, { durable: false }),
  'queue: redeclared with another auto_delete': redeclaring({}, {}, {}, { autoDelete: true }),
  'queue: redeclared as exclusive': redeclaring({}, {}, {}, { exclusive: true }),
  'queue: an exclusive one redeclared as not': redeclaring({}, {}, { exclusive: true }, {}),
  'queue: an exclusive one is durable or not': redeclaring(
    {},
    {},
    { exclusive: true, durable: true },
    { exclusive: true, durable: false },
  ),
  'queue: redeclared with another argument': redeclaring(
    { 'x-message-ttl': 1000 },
    { 'x-message-ttl': 2000 },
  ),
  'queue: redeclared without an argument': redeclaring({ 'x-message-ttl': 1000 }, {}),
  'queue: redeclared with an argument more': redeclaring({}, { 'x-max-length': 5 }),
  'queue: redeclared with another width of integer': redeclaring(
    { 'x-message-ttl': 1000 },
    { 'x-message-ttl': BigInt(1000) },
  ),
  'queue: redeclared with a text argument that differs': redeclaring(
    { 'x-dead-letter-exchange': 'a' },
    { 'x-dead-letter-exchange': 'b' },
  ),
  'queue: redeclared with an argument that means nothing': redeclaring({ 'x-foo': 1 }, { 'x-foo': 2 }),
  'queue: redeclared as a quorum queue': redeclaring({}, QUORUM),
  'queue: a quorum queue redeclared as classic': redeclaring(QUORUM, {}),
  'queue: a quorum queue redeclared as classic by name': redeclaring(QUORUM, { 'x-queue-type': 'classic' }),
  'queue: redeclared with its type said': redeclaring({}, { 'x-queue-type': 'classic' }),
  'queue: redeclared with another overflow': redeclaring(
    { 'x-overflow': 'drop-head' },
    { 'x-overflow': 'reject-publish' },
  ),
  'queue: redeclared with another priority': redeclaring({ 'x-max-priority': 5 }, { 'x-max-priority': 6 }),
  'queue: redeclared with another mode': redeclaring({ 'x-queue-mode': 'lazy' }, {}),
  'queue: redeclared as single active': redeclaring({}, { 'x-single-active-consumer': true }),
  'queue: redeclared with another consumer timeout': redeclaring({ 'x-consumer-timeout': 1000 }, {}),
  'queue: redeclared with another leader locator': redeclaring(
    { 'x-queue-leader-locator': 'client-local' },
    {},
  ),
  'queue: a quorum queue redeclared with another limit': redeclaring(
    { ...QUORUM, 'x-delivery-limit': 3 },
    { ...QUORUM, 'x-delivery-limit': 4 },
  ),
  'queue: redeclared with two differences': redeclaring(
    { 'x-max-length': 5, 'x-message-ttl': 1 },
    { 'x-max-length': 6, 'x-message-ttl': 2 },
  ),
  'queue: two wrong arguments': declaring({ 'x-max-length': -1, 'x-expires': 0 }),
  'queue: two wrong arguments, the other way round': declaring({ 'x-expires': 0, 'x-max-length': -1 }),
  'queue: a dead letter key without exchange': declaring({ 'x-dead-letter-routing-key': 'k' }),
  'queue: a quorum queue that is exclusive': declaring(QUORUM, { exclusive: true }),
  'queue: a quorum queue that is transient': declaring(QUORUM, { durable: false }),
  'queue: a quorum queue that deletes itself': declaring(QUORUM, { autoDelete: true }),
  'queue: a quorum queue that is everything': declaring(QUORUM, {
    autoDelete: true,
    exclusive: true,
    durable: false,
  }),
  'queue: a quorum queue with priorities': declaring({ ...QUORUM, 'x-max-priority': 5 }),
  'queue: a quorum queue with reject-publish-dlx': declaring({
    ...QUORUM,
    'x-overflow': 'reject-publish-dlx',
  }),
  'queue: a transient one': declaring({}, { durable: false }),
  ...argumentProbes('classic'),
  ...argumentProbes('quorum'),
  "queue: any use of another connection's exclusive one": async (c, world) => {
    await c.queue('q', {}, { exclusive: true })
    const other = await world.connect('other')
    await other.queue('q', {}, { passive: true })
    await other.open()
    await other.queue('q', {}, { exclusive: true })
    await other.open()
    await other.queue('q')
    await other.open()
    await other.consume('q')
    await other.open()
    await other.get('q')
    await other.open()
    await other.call('queue.purge', { queue: 'q' })
    await other.open()
    await other.call('queue.delete', { queue: 'q' })
    await other.open()
    await other.bind('q', 'amq.direct')
    await other.open()
    other.publish('q', 'anybody may publish')
    await c.fetch('q')
    await other.call('queue.unbind', { queue: 'q', exchange: 'amq.direct' })
  },
  'queue: an exclusive one goes with its connection': async (c, world) => {
    const other = await world.connect('other')
    await other.queue('q', {}, { exclusive: true })
    await other.connection.close()
    await c.queue('q', {}, { passive: true })
  },
  'queue: an exclusive one stays when its channel closes': async (c) => {
    await c.on(2).open()
    await c.on(2).queue('q', {}, { exclusive: true })
    await c.on(2).call('channel.close', { replyCode: 200 })
    await c.queue('q', {}, { passive: true })
  },
  'queue: an auto-delete one goes with its last consumer': async (c) => {
    await c.queue('q', {}, { autoDelete: true })
    await c.consume('q')
    await c.call('basic.cancel', { consumerTag: 't' })
    await c.gone('q')
  },
  'queue: an auto-delete one that nobody consumed stays': async (c, world) => {
    const other = await world.connect('other')
    await other.queue('q', {}, { autoDelete: true })
    await other.connection.close()
    await c.queue('q', {}, { passive: true })
  },
  'queue: an auto-delete one goes with the channel of its consumer': async (c) => {
    await c.queue('q', {}, { autoDelete: true })
    await c.on(2).open()
    await c.on(2).consume('q')
    await c.on(2).call('channel.close', { replyCode: 200 })
    await c.gone('q')
  },
  'queue: a full one drops its oldest': async (c) => {
    await c.queue('q', { 'x-max-length': 2 })
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.count('q', 2)
    await c.fetch('q', 2)
  },
  'queue: a quorum queue that is full drops its oldest': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-max-length': 2 })
    await c.call('confirm.select')
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.confirmed(3)
    await c.count('q', 2)
    await c.fetch('q', 2)
  },
  'queue: a limit of bytes counts bodies': async (c) => {
    await c.queue('q', { 'x-max-length-bytes': 10 })
    for (const body of ['aaaa', 'bbbb', 'cccc']) c.publish('q', body, { headers: { long: 'x'.repeat(50) } })
    await c.count('q', 2)
    c.publish('q', 'd'.repeat(11))
    await c.count('q', 0)
  },
  'queue: a limit of 0': async (c) => {
    await c.queue('q', { 'x-max-length': 0 })
    c.publish('q')
    await c.count('q', 0)
    await c.consume('q', { noAck: true })
    c.publish('q', 'to a waiting consumer')
    await c.silence()
  },
  'queue: a limit counts ready messages only': async (c) => {
    await c.queue('q', { 'x-max-length': 1 })
    c.publish('q', 'a')
    await c.count('q', 1)
    await c.get('q', false)
    c.publish('q', 'b')
    await c.count('q', 1)
    c.nack(1, true)
    await c.count('q', 1)
    await c.fetch('q')
  },
  'queue: reject-publish nacks what is too much': async (c) => {
    await c.queue('q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    await c.call('confirm.select')
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.confirmed(3)
    await c.count('q', 1)
    await c.fetch('q')
  },
  'queue: reject-publish by bytes': async (c) => {
    await c.queue('q', { 'x-max-length-bytes': 5, 'x-overflow': 'reject-publish' })
    await c.call('confirm.select')
    c.publish('q', 'aaaa')
    await c.confirmed(1)
    c.publish('q', 'bbbb')
    await c.arrivals(1)
    c.publish('q', 'cccc')
    await c.arrivals(1)
    await c.count('q', 1)
  },
  'queue: reject-publish without confirms drops': async (c) => {
    await c.queue('q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    for (const body of ['a', 'b']) c.publish('q', body, {}, { mandatory: true })
    await c.count('q', 1)
    await c.fetch('q')
    await c.silence()
  },
  'queue: reject-publish-dlx dead-letters what is too much': async (c) => {
    await c.queue('dead')
    await c.queue('q', {
      'x-max-length': 1,
      'x-overflow': 'reject-publish-dlx',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    })
    await c.call('confirm.select')
    for (const body of ['a', 'b']) c.publish('q', body)
    await c.confirmed(2)
    await c.fetch('dead')
    await c.fetch('q')
  },
  'queue: one of two is full: the publish is nacked and the other has it': async (c) => {
    await c.queue('full', { 'x-max-length': 0, 'x-overflow': 'reject-publish' })
    await c.queue('q')
    await c.bind('full', 'amq.fanout')
    await c.bind('q', 'amq.fanout')
    await c.call('confirm.select')
    c.publish('', 'm', {}, { exchange: 'amq.fanout' })
    await c.confirmed(1)
    await c.fetch('q')
  },
  'priority: highest first, in order within a level': async (c) => {
    await c.queue('q', { 'x-max-priority': 5 })
    for (const [body, priority] of [
      ['a', 0],
      ['b', 3],
      ['c', 9],
      ['d', 3],
      ['e', undefined],
    ] as const)
      c.publish('q', body, priority === undefined ? {} : { priority })
    await c.count('q', 5)
    await c.fetch('q', 5)
  },
  'priority: what comes back keeps its level and place': async (c) => {
    await c.queue('q', { 'x-max-priority': 5 })
    for (const [body, priority] of [
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ] as const)
      c.publish('q', body, { priority })
    await c.count('q', 3)
    await c.get('q', false)
    c.nack(1, true)
    await c.count('q', 3)
    await c.fetch('q', 3)
  },
  'priority: a full queue drops the highest': async (c) => {
    await c.queue('q', { 'x-max-priority': 5, 'x-max-length': 2 })
    for (const [body, priority] of [
      ['low', 0],
      ['low too', 0],
      ['high', 5],
      ['high too', 5],
    ] as const)
      c.publish('q', body, { priority })
    await c.count('q', 2)
    await c.fetch('q', 2)
  },
  'priority: of a queue without priorities means nothing': async (c) => {
    await c.queue('q')
    c.publish('q', 'a', { priority: 1 })
    c.publish('q', 'b', { priority: 9 })
    await c.fetch('q', 2)
  },
}
