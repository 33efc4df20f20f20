/** The brokers of a process, from one file of checks to the next. */
import { afterEach, expect, test, vi } from 'vitest'
import { leaveEngines, startRabbitMQ, stopEngines } from './engine.ts'
import { letPass } from './lab-server.ts'
import { RunContext } from './run-context.ts'

afterEach(async () => {
  vi.unstubAllEnvs()
  await stopEngines()
})

test('files that share a worker share its brokers', async () => {
  vi.stubEnv('MQ_KEEP_BROKERS', '1')
  const run = new RunContext()
  const broker = await startRabbitMQ(run)
  await leaveEngines()
  expect(await startRabbitMQ(run)).toBe(broker)
})

test('but none whose clock was moved, and none unless they are told to', async () => {
  vi.stubEnv('MQ_KEEP_BROKERS', '1')
  const run = new RunContext()
  const moved = await startRabbitMQ(run)
  await letPass(moved, 3_600_000)
  await leaveEngines()
  const fresh = await startRabbitMQ(run)
  expect(fresh).not.toBe(moved)

  vi.stubEnv('MQ_KEEP_BROKERS', '')
  await leaveEngines()
  expect(await startRabbitMQ(run)).not.toBe(fresh)
})
