/** basic.consume and basic.cancel (AMQP 0-9-1 section 1.8 of the reference; rabbitmq.md 2.8). */
import { Consumer } from '../../model/consumer.ts'
import { checkConsumerArguments } from '../../model/queue/arguments.ts'
import { describe, refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import { REPLY_TO } from '../direct-reply.ts'
import { queueNameOf } from './queue.ts'

const SERVER_TAG_LENGTH = 22

export function consume(channel: Channel, fields: MethodFields<'basic.consume'>): void {
  const { connection, vhost } = channel
  const name = queueNameOf(channel, fields.queue)
  if (channel.consumers.has(fields.consumerTag)) {
    throw refusal('notAllowed', `attempt to reuse consumer tag '${fields.consumerTag}'`)
  }
  if (name === REPLY_TO) return consumeReplies(channel, fields)
  channel.rights.require('read', 'queue', name)
  const queue = vhost.findQueue(name, connection)
  const place = describe('queue', name, vhost.name)
  const isTaken = queue.consumers.hasExclusive || (fields.exclusive && queue.consumers.size > 0)
  // Quorum queues don't know exclusive consumers.
  if (!queue.isQuorum && (isTaken || (fields.exclusive && queue.settings.isSingleActive))) {
    throw refusal('accessRefused', `${place} in exclusive use`)
  }
  if (queue.isQuorum && channel.credit.countMax > 0) {
    throw refusal('notImplemented', `${place} does not support global qos`)
  }
  checkConsumerArguments(fields.arguments, place)
  const consumer = new Consumer({
    tag: consumerTagOf(channel, fields.consumerTag),
    queue,
    needsAck: !fields.noAck,
    isExclusive: fields.exclusive,
    arguments: fields.arguments,
    prefetchCount: channel.prefetchCount,
    channelCredit: channel.credit,
    sink: channel,
  })
  channel.consumers.set(consumer.tag, consumer)
  queue.addConsumer(consumer)
  // The client must know the tag before the first delivery for it comes.
  if (!fields.nowait) channel.send('basic.consume-ok', { consumerTag: consumer.tag })
  queue.dispatch()
}

function consumeReplies(
  channel: Channel,
  { consumerTag: asked, noAck, nowait }: MethodFields<'basic.consume'>,
): void {
  const consumerTag = consumerTagOf(channel, asked)
  channel.connection.directReplies.consume(channel, { consumerTag, noAck })
  if (!nowait) channel.send('basic.consume-ok', { consumerTag })
}

function consumerTagOf(channel: Channel, asked: string): string {
  return asked === '' ? `amq.ctag-${channel.connection.broker.random.name(SERVER_TAG_LENGTH)}` : asked
}

/** Cancelling an unknown tag succeeds. What the consumer had taken stays with the channel. */
export function cancel(channel: Channel, fields: MethodFields<'basic.cancel'>): void {
  const consumer = channel.consumers.get(fields.consumerTag)
  channel.consumers.delete(fields.consumerTag)
  channel.connection.directReplies.cancel(channel, fields.consumerTag)
  if (!fields.nowait) channel.send('basic.cancel-ok', { consumerTag: fields.consumerTag })
  consumer?.queue.removeConsumer(consumer)
  consumer?.queue.dispatch()
}
