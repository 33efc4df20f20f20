/** A service of the saga: what can't be worked on yet waits without holding up what comes behind it, and is nobody's loss. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { embeddedRabbitMQ } from '#brokers/engines/embedded'
import { seededSource, somePayments } from './fixtures.ts'
import { sealSagaMessage } from './saga-message.ts'
import { type SagaServiceOptions, type SagaWorld, sagaExchange, startSagaService } from './saga-service.ts'

const within = { timeout: 30_000 }

it('works on what comes behind a message that fails, tries that again, and leaves it to the next process', async () => {
  await using engine = await embeddedRabbitMQ({ runsIn: 'worker' })
  await using isolation = await engine.isolate('saga')
  const { vhost, username, password } = isolation
  const { host, port } = engine.address
  const source = seededSource(7)
  const world: SagaWorld = {
    ...source,
    amqpUrl: `amqp://${username}:${password}@${host}:${port}/${encodeURIComponent(vhost)}`,
    name: (name) => name,
    // The time of this computer, as a subject's process has it: the service waits by it, the test waits for facts.
    clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    log: () => {},
  }
  const [stuck, ...others] = somePayments(4, source)
  const database = new Sqlite(':memory:')
  const attempts = new Map<string, number>()
  let isPast = false
  const options: SagaServiceOptions = {
    name: 'card',
    database,
    hears: ['refund-card'],
    handle({ payment: { payment_id } }, { commit }) {
      attempts.set(payment_id, 1 + (attempts.get(payment_id) ?? 0))
      if (payment_id === stuck?.payment_id && !isPast)
        throw new Error('the gateway has not said what became of it')
      commit(() => {})
    },
  }
  const handled = () => database.prepare('SELECT count(*) FROM handled').pluck().get()

  const first = await startSagaService(world, options)
  const connection = await connect(world.amqpUrl)
  const channel = await connection.createConfirmChannel()
  for (const payment of [stuck, ...others]) {
    if (payment === undefined) throw new Error('no payment')
    const message = sealSagaMessage('refund-card', payment, source, { source: '/test' })
    channel.publish(sagaExchange, 'refund-card', Buffer.from(JSON.stringify(message)))
  }
  await channel.waitForConfirms()

  await expect.poll(handled, within).toBe(others.length)
  await expect.poll(() => attempts.get(stuck?.payment_id ?? ''), within).toBeGreaterThan(2)
  await first.stop()
  const { messageCount } = await channel.checkQueue('card.saga')
  expect(messageCount).toBe(1)

  isPast = true
  const second = await startSagaService(world, options)
  await expect.poll(handled, within).toBe(1 + others.length)
  await second.stop()
  expect(others.map(({ payment_id }) => attempts.get(payment_id))).toEqual([1, 1, 1])
  await connection.close()
  database.close()
})
