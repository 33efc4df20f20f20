/** queue.declare, bind, unbind, purge, delete (AMQP 0-9-1 section 1.7 of the reference). */
import { refuseReservedName } from '../../model/vhost.ts'
import { describe, refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import { isReplyName } from '../direct-reply.ts'

const SERVER_NAME_LENGTH = 22

export function declareQueue(channel: Channel, fields: MethodFields<'queue.declare'>): void {
  if (isReplyName(fields.queue)) return declareReplyQueue(channel, fields)
  const queue = fields.passive
    ? channel.vhost.findQueue(fields.queue, channel.connection)
    : channel.vhost.declareQueue(declarationOf(channel, fields))
  queue.touch()
  channel.lastQueue = queue.name
  if (fields.nowait) return
  channel.send('queue.declare-ok', {
    queue: queue.name,
    messageCount: queue.readyCount,
    consumerCount: queue.consumerCount,
  })
}

/** Asks whether who wants an answer is still there; nothing is declared. */
function declareReplyQueue(channel: Channel, { queue, nowait }: MethodFields<'queue.declare'>): void {
  if (!channel.connection.directReplies.has(queue)) {
    throw refusal('notFound', `no ${describe('queue', queue, channel.vhost.name)}`)
  }
  if (!nowait) channel.send('queue.declare-ok', { queue, messageCount: 0, consumerCount: 1 })
}

function declarationOf(channel: Channel, fields: MethodFields<'queue.declare'>) {
  const { connection } = channel
  if (fields.queue !== '') refuseReservedName('queue', fields.queue)
  return {
    name: fields.queue === '' ? newName(channel) : fields.queue,
    isDurable: fields.durable,
    isAutoDelete: fields.autoDelete,
    isExclusive: fields.exclusive,
    arguments: fields.arguments,
    connection,
    rights: channel.rights,
  }
}

/** A restarted broker with the same seed makes the same names again, and some may be taken. */
function newName(channel: Channel): string {
  const name = `amq.gen-${channel.connection.broker.random.name(SERVER_NAME_LENGTH)}`
  return channel.vhost.queues.has(name) ? newName(channel) : name
}

export function bindQueue(channel: Channel, fields: MethodFields<'queue.bind'>): void {
  channel.vhost.bind(bindingOf(channel, fields))
  if (!fields.nowait) channel.send('queue.bind-ok', {})
}

export function unbindQueue(channel: Channel, fields: MethodFields<'queue.unbind'>): void {
  channel.vhost.unbind(bindingOf(channel, fields))
  channel.send('queue.unbind-ok', {})
}

function bindingOf(channel: Channel, fields: MethodFields<'queue.unbind'>) {
  const destination = queueNameOf(channel, fields.queue)
  return {
    source: fields.exchange,
    destination,
    destinationType: 'queue' as const,
    // An empty key together with an empty queue name means the queue's own name.
    routingKey: fields.queue === '' && fields.routingKey === '' ? destination : fields.routingKey,
    arguments: fields.arguments,
    connection: channel.connection,
    rights: channel.rights,
  }
}

export function purgeQueue(channel: Channel, fields: MethodFields<'queue.purge'>): void {
  const name = queueNameOf(channel, fields.queue)
  channel.rights.require('read', 'queue', name)
  const queue = channel.vhost.findQueue(name, channel.connection)
  const messageCount = queue.purge()
  if (!fields.nowait) channel.send('queue.purge-ok', { messageCount })
}

export function deleteQueue(channel: Channel, fields: MethodFields<'queue.delete'>): void {
  const { ifUnused, ifEmpty } = fields
  const name = queueNameOf(channel, fields.queue)
  const { vhost, connection, rights } = channel
  const messageCount = vhost.deleteQueue({ name, ifUnused, ifEmpty, connection, rights })
  if (!fields.nowait) channel.send('queue.delete-ok', { messageCount })
}

/** An empty name means the last queue declared on the channel. @throws Refusal if there is none. */
export function queueNameOf(channel: Channel, name: string): string {
  if (name !== '') return name
  if (channel.lastQueue === '') throw refusal('notFound', 'no previously declared queue')
  return channel.lastQueue
}
