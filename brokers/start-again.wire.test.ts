/** A broker comes back at its own address, also when somebody had that for a moment while it was away. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { startRabbitMQ } from './amqp/rabbitmq.ts'
import { startKafka } from './kafka/kafka.ts'
import { startAgain } from './start-again.ts'
import { StartError } from './start-error.ts'

async function takePort(port: number): Promise<Server> {
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  return other
}

/** Gives the port back as soon as a broker has failed to get it and is started anew. */
function giveBack(other: Server): () => number {
  let threads = 0
  const onThread = () => {
    threads += 1
    if (threads < 2) return
    other.close()
    process.off('worker', onThread)
  }
  process.on('worker', onThread)
  return () => threads
}

test('a RabbitMQ waits for its port', async () => {
  await using broker = await startRabbitMQ({ runsIn: 'worker' })
  const { port } = broker
  await broker.stop()
  const threads = giveBack(await takePort(port))

  await broker.restart()

  expect(threads()).toBeGreaterThanOrEqual(2)
  expect(broker.port).toBe(port)
})

test('a Kafka waits for its ports', async () => {
  const cluster = await startKafka({ runsIn: 'worker' })
  const { brokers } = cluster
  await cluster.stop()
  const threads = giveBack(await takePort(Number(brokers[0]?.split(':').at(-1))))

  await cluster.restart()

  expect(threads()).toBeGreaterThanOrEqual(2)
  expect(cluster.brokers).toEqual(brokers)
  await cluster.stop()
})

test.each([
  ['an address that stays in use, after a while', new StartError('address-in-use', 'a', 'it is in use'), 20],
  [
    'whatever else is wrong, at once',
    new StartError('data-unwritable', 'b', 'it can not be written'),
    60_000,
  ],
])('%s, is said', async (_what, error, withinMs) => {
  const start = () => Promise.reject(error)
  await expect(startAgain(start, withinMs)).rejects.toBe(error)
})
