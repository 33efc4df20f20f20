/** The topology as data and the reference of mq-01, which writes it out, leave the same in a broker. */

import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Channel, connect } from 'amqplib'
import { expect, it } from 'vitest'
import type { RabbitMQSnapshot } from '#brokers/engines'
import { embeddedRabbitMQ } from '#brokers/engines/embedded'
import { entitiesOf, paymentsTopology } from './topology.ts'

const reference = join(resolve(import.meta.dirname, '..'), 'solutions/3-mq/01-rabbitmq-setup/topology.ts')

it('is what the reference of mq-01 declares', async () => {
  await using engine = await embeddedRabbitMQ({ runsIn: 'worker' })
  const { declareTopology } = (await import(pathToFileURL(reference).href)) as {
    declareTopology(world: { name(name: string): string }, channel: Channel): Promise<void>
  }

  const written = await declaredBy((channel) => declareTopology({ name: (name) => name }, channel))
  const asData = await declaredBy(declareData)

  expect(written.queues).toHaveLength(paymentsTopology.queues.length)
  expect(written).toEqual(asData)

  async function declaredBy(
    declare: (channel: Channel) => Promise<void>,
  ): Promise<Omit<RabbitMQSnapshot, 'connections'>> {
    await using isolation = await engine.isolate('topology')
    const { vhost, username, password } = isolation
    const { host, port } = engine.address
    const connection = await connect({ hostname: host, port, vhost, username, password }, { noDelay: true })
    await declare(await connection.createChannel())
    const { exchanges, queues, bindings } = await engine.inspect(vhost)
    await connection.close()
    return { exchanges, queues, bindings }
  }
})

async function declareData(channel: Channel): Promise<void> {
  for (const entity of entitiesOf(paymentsTopology)) {
    if (entity.kind === 'exchange') {
      await channel.assertExchange(entity.exchange.name, entity.exchange.type, {
        durable: entity.exchange.durable,
      })
    } else if (entity.kind === 'queue') {
      await channel.assertQueue(entity.queue.name, {
        durable: entity.queue.durable,
        arguments: entity.queue.arguments,
      })
    } else {
      await channel.bindQueue(entity.binding.queue, entity.binding.exchange, entity.binding.routingKey)
    }
  }
}
