/** A thousand connections with ten channels each, opened and closed, in good order or cut: nothing of them is left. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { residentMegabytes, scaled } from '../../soak.ts'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { type RawClient, rawConnect } from '../raw-client.ts'

const CONNECTIONS = scaled(1000)
const CHANNELS_EACH = 10
/** The first half lets the heap grow to what such a crowd needs: up to ten rounds of a thousand, more of a smaller crowd. */
const ROUNDS = Math.min(100, Math.ceil(20_000 / CONNECTIONS))
/** Opened at the same moment; more would only wait in the listener's backlog. */
const AT_ONCE = 50
/** By so much it may differ afterwards: it is cleaned late. A kilobyte for each channel would already be twice as much. */
const GROWTH_MEGABYTES_MAX = 30

let broker: RabbitMQ
beforeAll(async () => {
  broker = await startRabbitMQ({ runsIn: 'child' })
})
afterAll(() => broker.stop())

/** Every channel consumes from a shared queue, and every connection has a queue of its own. */
async function open(): Promise<RawClient> {
  const { client } = await rawConnect(broker)
  for (let channel = 1; channel <= CHANNELS_EACH; channel++) {
    await client.call(channel, 'channel.open')
    await client.call(channel, 'basic.consume', { queue: 'shared' })
  }
  await client.call(1, 'queue.declare', { exclusive: true })
  await client.call(1, 'confirm.select')
  client.publish(1, { routingKey: 'nowhere' })
  await client.nextMethod()
  return client
}

async function close(client: RawClient, isCut: boolean): Promise<void> {
  if (isCut) return client.cut()
  for (let channel = 1; channel <= CHANNELS_EACH; channel++) await client.call(channel, 'channel.close')
  await client.call(0, 'connection.close')
  client.cut()
}

test(`${CONNECTIONS} connections and ${CONNECTIONS * CHANNELS_EACH} channels, ${ROUNDS} times`, async () => {
  const { client: owner } = await rawConnect(broker)
  await owner.call(1, 'channel.open')
  await owner.call(1, 'queue.declare', { queue: 'shared', durable: true })
  const megabytes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const clients: RawClient[] = []
    while (clients.length < CONNECTIONS) {
      const count = Math.min(AT_ONCE, CONNECTIONS - clients.length)
      clients.push(...(await Promise.all(Array.from({ length: count }, open))))
    }
    const at = await broker.inspect('/')
    expect(at.connections).toHaveLength(CONNECTIONS + 1)
    expect(at.queues.find(({ name }) => name === 'shared')?.consumers).toBe(CONNECTIONS * CHANNELS_EACH)

    await Promise.all(clients.map((client, index) => close(client, index % 2 === 1)))

    await eventually('nobody but the owner is connected', async () => {
      const { connections } = await broker.inspect('/')
      return connections.length === 1
    })
    const left = await broker.inspect('/')
    expect(left.queues.map(({ name, consumers }) => [name, consumers])).toEqual([['shared', 0]])
    megabytes.push(residentMegabytes(broker.pid))
  }
  expect((megabytes.at(-1) as number) - (megabytes[Math.floor(ROUNDS / 2)] as number)).toBeLessThan(
    GROWTH_MEGABYTES_MAX,
  )
  owner.cut()
})
