/** Two npm clients besides amqplib: the same work, and what each does when the broker refuses or goes away. */
import { AMQPClient, type AMQPMessage } from '@cloudamqp/amqp-client'
import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { testOnlyCertificate, testOnlyKey } from '../../test-only-certificate.ts'
import { type ProfileName, type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'

describe.each(['3.10', '4.0', '4.2', '4.3'] satisfies ProfileName[])('RabbitMQ %s', (profile) => {
  let broker: RabbitMQ
  beforeAll(async () => {
    broker = await startRabbitMQ({ profile, tls: { cert: testOnlyCertificate, key: testOnlyKey } })
  })
  afterAll(() => broker.stop())

  describe('rabbitmq-client', () => {
    test('publishes with confirms, consumes with acks, and sends a failed message on to the dead letters', async () => {
      const rabbit = new Connection(broker.url)
      const seen: unknown[] = []
      const consumer = rabbit.createConsumer(
        {
          queue: 'orders',
          queueOptions: {
            durable: true,
            arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' },
          },
          exchanges: [{ exchange: 'shop', type: 'topic' }],
          queueBindings: [{ exchange: 'shop', routingKey: 'order.*' }],
          qos: { prefetchCount: 2 },
          requeue: false,
        },
        async ({ body }) => {
          seen.push(body)
          if (body.id === 2) throw new Error('refused')
        },
      )
      // It tells of the handler's error, which is what this test is about.
      consumer.on('error', () => {})
      await new Promise((resolve) => consumer.once('ready', resolve))
      await rabbit.queueDeclare({ queue: 'dead', durable: true })
      const publisher = rabbit.createPublisher({ confirm: true })
      for (const id of [1, 2, 3]) await publisher.send({ exchange: 'shop', routingKey: 'order.new' }, { id })
      await eventually('all have been handled', () => seen.length === 3)
      await eventually(
        'the refused one is dead',
        async () => (await rabbit.queueDeclare({ queue: 'dead', passive: true })).messageCount === 1,
      )

      const dead = await rabbit.basicGet({ queue: 'dead', noAck: true })

      expect(seen).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
      expect(dead?.body).toEqual({ id: 2 })
      expect(dead?.headers?.['x-death']).toMatchObject([{ queue: 'orders', reason: 'rejected', count: 1 }])
      await publisher.close()
      await consumer.close()
      await rabbit.close()
    })

    test('asks and is answered through direct reply-to', async () => {
      const rabbit = new Connection(broker.url)
      const server = rabbit.createConsumer(
        { queue: 'rpc', queueOptions: { exclusive: true } },
        async ({ body }, reply) => {
          await reply(`${body}!`)
        },
      )
      await new Promise((resolve) => server.once('ready', resolve))
      const client = rabbit.createRPCClient({ confirm: true })
      const answer = await client.send('rpc', 'hello')
      expect(answer.body).toBe('hello!')
      await client.close()
      await server.close()
      await rabbit.close()
    })

    test('is told why a channel was closed, and goes on', async () => {
      const rabbit = new Connection(broker.url)
      await expect(rabbit.queueDeclare({ queue: 'nowhere', passive: true })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining("no queue 'nowhere' in vhost '/'"),
      })
      expect((await rabbit.queueDeclare({ exclusive: true })).messageCount).toBe(0)
      await rabbit.close()
    })

    test('comes back by itself when the broker was restarted', async () => {
      const rabbit = new Connection({ url: broker.url, retryLow: 20, retryHigh: 100 })
      rabbit.on('error', () => {})
      await rabbit.queueDeclare({ exclusive: true })
      const lost = new Promise((resolve) => rabbit.once('error', resolve))
      await broker.restart()
      await lost
      expect((await rabbit.queueDeclare({ exclusive: true })).messageCount).toBe(0)
      await rabbit.close()
    })
  })

  describe('@cloudamqp/amqp-client', () => {
    test.each(['plain', 'TLS'] as const)('publishes with confirms, consumes and acks (%s)', async (kind) => {
      const url = kind === 'plain' ? broker.url : (broker.tlsUrl ?? '')
      const client = new AMQPClient(url, { ca: testOnlyCertificate })
      const connection = await client.connect()
      const channel = await connection.channel()
      await channel.confirmSelect()
      await channel.prefetch(10)
      const { name } = await channel.queueDeclare('', { exclusive: true, autoDelete: false })
      await channel.queueBind(name, 'amq.topic', 'a.#')
      const got: AMQPMessage[] = []
      const consumer = await channel.basicConsume(name, { noAck: false }, async (message) => {
        got.push(message)
        await message.ack()
      })
      const tag = await channel.basicPublish('amq.topic', 'a.b', 'x'.repeat(300_000), { headers: { n: 1 } })
      await eventually('it arrived', () => got.length === 1)
      await consumer.cancel()
      const { messageCount } = await channel.queuePurge(name)
      expect(tag).toBe(1)
      expect(got[0]?.bodyString()?.length).toBe(300_000)
      expect(got[0]?.properties.headers).toEqual({ n: 1 })
      expect(messageCount).toBe(0)
      await connection.close()
    })

    test('is told why a channel was closed', async () => {
      const connection = await new AMQPClient(broker.url).connect()
      const channel = await connection.channel()
      await expect(channel.queueDeclare('nowhere', { passive: true })).rejects.toThrow(
        /no queue 'nowhere' in vhost '\/'/,
      )
      await connection.close()
    })

    test('takes part in a transaction that is rolled back and one that is committed', async () => {
      const connection = await new AMQPClient(broker.url).connect()
      const channel = await connection.channel()
      const { name } = await channel.queueDeclare('', { exclusive: true })
      await channel.txSelect()
      await channel.basicPublish('', name, 'undone')
      await channel.txRollback()
      await channel.basicPublish('', name, 'done')
      await channel.txCommit()
      const message = await channel.basicGet(name, { noAck: true })
      expect(message?.bodyString()).toBe('done')
      expect(await channel.basicGet(name, { noAck: true })).toBeNull()
      await connection.close()
    })
  })
})
