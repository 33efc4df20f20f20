/** The embedded engine keeps the contract of engine.ts, and what it can do beyond it. */
import { afterAll, expect, test } from 'vitest'
import { discardSpares } from '../kafka/kafka.ts'
import { rawConnect } from '../kafka/raw-client.ts'
import { metadata } from '../kafka/wire/messages/03-metadata.ts'
import { embeddedKafka } from './embedded-kafka.ts'
import { kafkaEngineContract } from './kafka-engine.contract.ts'

afterAll(discardSpares)

kafkaEngineContract('one node in a child', () => embeddedKafka({ hasSpare: true }), {
  capabilities: ['kill', 'inspect', 'virtual-time'],
  keepsData: false,
})
kafkaEngineContract('three nodes in a worker', () => embeddedKafka({ runsIn: 'worker', nodes: 3 }), {
  capabilities: ['nodes', 'inspect', 'virtual-time'],
  keepsData: false,
})

test.runIf(process.platform !== 'win32')('freezes and thaws', async () => {
  await using engine = await embeddedKafka()
  const [address] = engine.addresses
  const client = await rawConnect(address as (typeof engine.addresses)[number])
  await engine.freeze()
  let isAnswered = false
  const answer = client.call(metadata, 1, { topics: null }).then(() => {
    isAnswered = true
  })
  // Nothing must happen, and nothing can be awaited: a wrong one would answer well within this time.
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isAnswered).toBe(false)
  await engine.thaw()
  await answer
  client.cut()
})

test('a worker can neither be killed nor frozen, and says so', async () => {
  await using worker = await embeddedKafka({ runsIn: 'worker' })
  expect(worker.capabilities.has('kill')).toBe(false)
  await expect(worker.kill()).rejects.toThrow("runsIn: 'child'")
  await expect(worker.freeze()).rejects.toThrow("runsIn: 'child'")
})
