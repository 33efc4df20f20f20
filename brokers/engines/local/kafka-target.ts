/** A real Kafka as something that probes run against. */
import type { RunningTarget } from '../../kafka/probes/probe.ts'
import { startRealKafka } from './kafka-cluster.ts'
import type { KafkaHome } from './kafka-home.ts'

const SILENCE_MS = 200

export async function realKafkaTarget(home: KafkaHome, count: 1 | 3): Promise<RunningTarget> {
  const cluster = await startRealKafka({
    home,
    nodes: count,
    settings: { 'default.replication.factor': count },
  })
  const ids = cluster.nodes.map(({ id }) => id)
  return {
    server: cluster.server,
    brokers: cluster.brokers,
    silenceMs: SILENCE_MS,
    nodes: cluster.nodes.map((node) => ({
      stop: () => node.stop(),
      kill: () => node.kill(),
      async start() {
        node.start()
        await node.ready(ids)
      },
      freeze: async () => node.freeze(),
      thaw: async () => node.thaw(),
    })),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}
