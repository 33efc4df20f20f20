/** basic.get: one message, if there is one; prefetch limits don't count (rabbitmq.md 2.8). */
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import { queueNameOf } from './queue.ts'

export function get(channel: Channel, fields: MethodFields<'basic.get'>): void {
  const name = queueNameOf(channel, fields.queue)
  channel.rights.require('read', 'queue', name)
  const queue = channel.vhost.findQueue(name, channel.connection)
  const entry = queue.get(!fields.noAck)
  if (entry === undefined) channel.send('basic.get-empty', {})
  else channel.sendGot(queue, entry, !fields.noAck)
}
