/** exchange.declare, delete, bind, unbind (AMQP 0-9-1 section 1.6 of the reference; bind and unbind are RabbitMQ's). */
import { refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

export function declareExchange(channel: Channel, fields: MethodFields<'exchange.declare'>): void {
  if (fields.passive) {
    if (fields.exchange === '')
      throw refusal('accessRefused', 'operation not permitted on the default exchange')
    channel.vhost.findExchange(fields.exchange)
  } else {
    channel.vhost.declareExchange({
      name: fields.exchange,
      type: fields.type,
      isDurable: fields.durable,
      isAutoDelete: fields.autoDelete,
      isInternal: fields.internal,
      arguments: fields.arguments,
      rights: channel.rights,
    })
  }
  if (!fields.nowait) channel.send('exchange.declare-ok', {})
}

export function deleteExchange(channel: Channel, fields: MethodFields<'exchange.delete'>): void {
  channel.vhost.deleteExchange({
    name: fields.exchange,
    ifUnused: fields.ifUnused,
    rights: channel.rights,
  })
  if (!fields.nowait) channel.send('exchange.delete-ok', {})
}

export function bindExchange(channel: Channel, fields: MethodFields<'exchange.bind'>): void {
  channel.vhost.bind(bindingOf(channel, fields))
  if (!fields.nowait) channel.send('exchange.bind-ok', {})
}

export function unbindExchange(channel: Channel, fields: MethodFields<'exchange.unbind'>): void {
  channel.vhost.unbind(bindingOf(channel, fields))
  if (!fields.nowait) channel.send('exchange.unbind-ok', {})
}

function bindingOf(channel: Channel, fields: MethodFields<'exchange.bind'>) {
  const { source, destination, routingKey, arguments: args } = fields
  const { connection, rights } = channel
  return {
    source,
    destination,
    destinationType: 'exchange' as const,
    routingKey,
    arguments: args,
    connection,
    rights,
  }
}
