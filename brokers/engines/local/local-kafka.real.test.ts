/** A real Kafka keeps the contract of engine.ts, on one node and on three: the same suite as for the embedded one. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { kafkaEngineContract } from '../kafka-engine.contract.ts'
import { bringKafka } from './kafka-install.ts'
import { localKafka } from './local-kafka.ts'

const home = await bringKafka(() => {})

for (const nodes of [1, 3] as const) {
  kafkaEngineContract(
    `Kafka ${home.version} on ${nodes === 1 ? 'one node' : 'three nodes'}`,
    () => localKafka({ home, nodes }),
    {
      capabilities: ['kill', 'freeze', 'inspect', 'tidies', ...(nodes === 1 ? [] : ['nodes' as const])],
      keepsData: true,
      waitMsMax: 60_000,
    },
  )
}

test('a node that can not start says why, and leaves no folder behind', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mq-workbook-kafka-'))
  const before = folders()
  const starting = localKafka({ home, settings: { 'log.cleaner.threads': -1 } })
  await expect(starting).rejects.toThrow(/the end of its log:[\s\S]*log\.cleaner\.threads/)
  expect(folders()).toEqual(before)
})
