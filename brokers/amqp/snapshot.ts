/** One vhost as data, detached from the broker: what RabbitMQ's management API would tell of it. */

import type { Binding } from './model/binding.ts'
import type { Vhost } from './model/vhost.ts'
import type { Connection } from './session/connection.ts'
import { Decimal, type FieldTable, type FieldValue, Timestamp } from './wire/field-table.ts'

export function snapshotOf(vhost: Vhost, connections: Iterable<Connection>) {
  return {
    exchanges: [...vhost.exchanges.values()].map(
      ({ name, type, isDurable, isAutoDelete, isInternal, ...rest }) => ({
        name,
        type,
        durable: isDurable,
        autoDelete: isAutoDelete,
        internal: isInternal,
        arguments: plainTable(rest.arguments),
      }),
    ),
    queues: [...vhost.queues.values()].map((queue) => ({
      name: queue.name,
      type: queue.settings.type,
      durable: queue.isDurable,
      exclusive: queue.owner !== undefined,
      autoDelete: queue.isAutoDelete,
      arguments: plainTable(queue.arguments),
      ready: queue.readyCount,
      unacked: queue.unsettledCount,
      consumers: queue.consumers.size,
    })),
    bindings: [...vhost.exchanges.values()].flatMap((exchange) =>
      [...exchange.bindings.values()].map((binding) => ({
        source: exchange.name,
        destination: binding.destination.name,
        destinationType: kindOf(binding),
        routingKey: binding.routingKey,
        arguments: plainTable(binding.arguments),
      })),
    ),
    connections: [...connections]
      .filter((one) => one.isRunning && one.vhostName === vhost.name)
      .map(connectionOf),
  }
}

function kindOf(binding: Binding): 'queue' | 'exchange' {
  return binding.destination.kind
}

/** Structurally the engine contract's `RabbitMQSnapshot`. */
export type VhostSnapshot = ReturnType<typeof snapshotOf>

function connectionOf(connection: Connection) {
  const name = connection.clientProperties['connection_name']
  return {
    name: typeof name === 'string' ? name : undefined,
    user: connection.userName,
    vhost: connection.vhostName,
    heartbeatSeconds: connection.heartbeatSeconds,
    clientProperties: plainTable(connection.clientProperties),
    channels: connection.channels.size,
  }
}

function plainTable(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, plain(value)]))
}

/** Values that JSON knows: times become Dates, decimals numbers, bytes base64. */
function plain(value: FieldValue): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Timestamp) return new Date(value.seconds * 1000)
  if (value instanceof Decimal) return value.unscaled / 10 ** value.scale
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value === 'object' && value !== null) return plainTable(value as FieldTable)
  return value
}
