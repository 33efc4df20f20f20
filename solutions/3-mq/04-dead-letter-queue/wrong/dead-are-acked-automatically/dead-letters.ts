// mistake: lets the broker acknowledge the dead: there is nothing more to lose
// refused by: mq-04.6
// says: needed no ack

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { declareTopology } from './topology.ts'

// The id is the key: a message that comes again, because our ack was lost, is the same message.
const schema = `
CREATE TABLE IF NOT EXISTS dead_letter (
  message_id  TEXT PRIMARY KEY,
  reason      TEXT NOT NULL,
  attempts    INTEGER NOT NULL,
  exchange    TEXT NOT NULL,
  routing_key TEXT NOT NULL,
  body        BLOB NOT NULL
) STRICT`

export const start: Start = async (world) => {
  const database = world.openDatabase('dead-letters')
  database.exec(schema)
  const insert = database.prepare(
    'INSERT INTO dead_letter VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING',
  )
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-dead-letters' },
  })
  connection.on('error', () => {})
  let isStopping = false
  connection.on('close', () => {
    if (!isStopping) process.exit(1)
  })
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  await declareTopology(world, channel)
  await channel.prefetch(10)
  const { consumerTag } = await channel.consume(
    world.name('payments.dlq'),
    (message) => {
      if (message === null) return
      const { reason, attempts, exchange, routingKey } = storyOf(message)
      insert.run(idOf(message), reason, attempts, exchange, routingKey, message.content)
    },
    { noAck: true },
  )

  return {
    async stop() {
      isStopping = true
      await channel.cancel(consumerTag)
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}

/** What our consumer says of the message, or else what the broker does: x-death, whose first entry is the latest death. */
function storyOf({ fields, properties }: ConsumeMessage) {
  const { headers = {} } = properties
  const death = headers['x-death']?.[0]
  return {
    reason: String(headers['x-reason'] ?? death?.reason ?? 'unknown'),
    attempts: Number(headers['x-attempts'] ?? 1),
    exchange: String(headers['x-origin-exchange'] ?? death?.exchange ?? fields.exchange),
    routingKey: String(headers['x-origin-routing-key'] ?? death?.['routing-keys']?.[0] ?? fields.routingKey),
  }
}

/** A message without an id is a person's problem too; its place in the queue tells it from others. */
function idOf({ fields, properties }: ConsumeMessage): string {
  return properties.messageId ?? `no id, tag ${fields.deliveryTag} at ${new Date().toISOString()}`
}
