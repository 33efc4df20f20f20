/** The end of the line: it takes every dead message out of payments.dlq and puts it on record for a person. */

import { createHash } from 'node:crypto'
import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { declareTopology } from './topology.ts'

interface Death {
  readonly reason: string
  readonly queue: string
  readonly exchange: string
  readonly count: number
  readonly 'routing-keys': readonly string[]
}

export const start: Start = async (world) => {
  const database = world.openDatabase('dead-letters')
  database.exec(`CREATE TABLE IF NOT EXISTS dead_letter (message_id TEXT PRIMARY KEY, reason TEXT, attempts INTEGER,
    exchange TEXT, routing_key TEXT, body BLOB)`)
  const insert = database.prepare('INSERT INTO dead_letter VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const leave = (): never => process.exit(1)
  connection.on('close', leave)
  const channel = await connection.createChannel()
  channel.on('error', (error: Error) => world.log(error.message))
  await declareTopology(world, channel)

  function record({ properties, fields, content }: ConsumeMessage) {
    const headers = properties.headers ?? {}
    const deaths = (headers['x-death'] ?? []) as unknown as readonly Death[]
    const first = deaths.at(-1)
    const id = properties.messageId ?? createHash('sha256').update(content).digest('hex')
    insert.run(
      id,
      headers['x-reason'] ?? deaths[0]?.reason ?? 'unknown',
      headers['x-attempts'] ?? 1,
      headers['x-origin-exchange'] ?? first?.exchange ?? fields.exchange,
      headers['x-origin-key'] ?? first?.['routing-keys'][0] ?? fields.routingKey,
      content,
    )
  }

  const { consumerTag } = await channel.consume(world.name('payments.dlq'), (message) => {
    if (message === null) return
    record(message)
    channel.ack(message)
  })

  return {
    async stop() {
      connection.off('close', leave)
      await channel.cancel(consumerTag)
      await channel.close()
      await connection.close()
    },
  }
}
