/** What the server says of itself in connection.start (rabbitmq.md 2.2). */
import type { Profile } from '../profile.ts'
import type { FieldTable } from '../wire/field-table.ts'

export const PRODUCT = 'RabbitMQ'
/** Of the cluster, and of the only node in it. */
export const CLUSTER_NAME = 'mq-workbook@localhost'

export function serverProperties(profile: Profile): FieldTable {
  return {
    capabilities: {
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      consumer_priorities: true,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: true,
    },
    cluster_name: CLUSTER_NAME,
    copyright: "Embedded in mq-workbook; speaks RabbitMQ's protocol, contains none of its code.",
    information: 'An embedded broker for learning. See brokers/amqp/SUPPORTED.md.',
    platform: `Node.js ${process.versions.node}`,
    product: PRODUCT,
    version: profile.version,
  }
}
