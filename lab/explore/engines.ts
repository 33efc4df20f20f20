/** The brokers that an exploration plays on: started for it alone, since some of them are killed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineName } from '#brokers/engines'
import { startKafkaEngine, startRabbitMQEngine } from '#brokers/engines/start'
import type { LabEngines } from '../kit/lab.ts'
import { type Brokers, rabbitMQAlone } from '../kit/stage.ts'

/** What the brokers keep on disk; it goes with them. */
const folders = new Map<LabEngines, string>()

/** @param kills whether a broker is to be killed: only one that is needs a process of its own, and something on disk */
export async function startEngines(
  brokers: Brokers = rabbitMQAlone,
  { kills, engine = 'embedded' }: { readonly kills: boolean; readonly engine?: EngineName },
): Promise<LabEngines> {
  if (engine !== 'embedded') {
    return {
      rabbitmq: brokers.rabbitmq && (await startRabbitMQEngine(engine)),
      kafka: brokers.kafka && (await startKafkaEngine(engine, { nodes: brokers.kafka })),
    }
  }
  const runsIn = kills ? 'child' : 'worker'
  const { rabbitmq, kafka } = brokers
  const { embeddedRabbitMQ } = await import('#brokers/engines/embedded')
  const { embeddedKafka } = await import('#brokers/engines/embedded-kafka')
  // A node of three is killed by itself, and what it had stays with its process.
  const keepsData = kills && kafka === 1
  const dataDir = keepsData ? await mkdtemp(join(tmpdir(), 'mq-explorer-kafka-')) : undefined
  const engines: LabEngines = {
    // `os`: a SIGKILL loses nothing that was handed to the operating system, and nothing here cuts the power.
    rabbitmq: rabbitmq && (await embeddedRabbitMQ({ runsIn, durability: 'os', hasSpare: kills })),
    kafka:
      kafka &&
      (await embeddedKafka({
        nodes: kafka,
        runsIn: keepsData ? 'child' : 'worker',
        hasSpare: keepsData,
        ...(dataDir === undefined ? { keepsData: false } : { dataDir }),
      })),
  }
  if (dataDir !== undefined) folders.set(engines, dataDir)
  return engines
}

export async function endEngines(started: readonly LabEngines[]): Promise<void> {
  await Promise.all(
    started.map(async (engines) => {
      await engines.rabbitmq?.[Symbol.asyncDispose]()
      await engines.kafka?.[Symbol.asyncDispose]()
      const folder = folders.get(engines)
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }),
  )
}
