/** Who takes part in a bench of Kafkas: a null broker, the embedded one with one and three nodes, and a real one. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { startKafka } from '#brokers/kafka'

export interface KafkaContender {
  readonly name: string
  readonly brokers: readonly string[]
  /** Of the topics that it is measured with. */
  readonly replicationFactor: number
}

export interface KafkaField {
  readonly contenders: readonly KafkaContender[]
  [Symbol.asyncDispose](): Promise<void>
}

const nullKafka = fileURLToPath(new URL('./null-kafka.ts', import.meta.url))

/** Starts them, each in a process of its own. KAFKA_BROKERS (`host:port,…`) names a real Kafka that takes part. */
export async function startKafkaField(): Promise<KafkaField> {
  const ceiling = fork(nullKafka, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(ceiling, 'message')) as [number]
  const one = await startKafka({ runsIn: 'child', nodes: 1 })
  const three = await startKafka({ runsIn: 'child', nodes: 3 })
  const real = process.env['KAFKA_BROKERS']?.split(',')
  return {
    contenders: [
      { name: 'null broker', brokers: [`127.0.0.1:${port}`], replicationFactor: 1 },
      { name: 'embedded, 1 node', brokers: one.brokers, replicationFactor: 1 },
      { name: 'embedded, 3 nodes', brokers: three.brokers, replicationFactor: 3 },
      ...(real === undefined
        ? []
        : [{ name: 'Kafka', brokers: real, replicationFactor: Math.min(3, real.length) }]),
    ],
    async [Symbol.asyncDispose]() {
      await Promise.all([one.stop(), three.stop()])
      ceiling.kill('SIGKILL')
    },
  }
}

/** What every figure stands beside. */
export function printKafkaMachine(samples: string): void {
  console.log(`Node ${process.version}, kafkajs 2.2.4, the embedded Kafka in memory, in a child process`)
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), client and broker share them; ${samples}\n`,
  )
}
