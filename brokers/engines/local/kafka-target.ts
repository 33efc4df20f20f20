/** A real Kafka as something that probes run against. */
import type { RunningTarget } from '../../kafka/probes/probe.ts'
import { secured } from '../../kafka/probes/secured.ts'
import type { Layout } from '../../kafka/probes/table.ts'
import { startRealKafka } from './kafka-cluster.ts'
import type { KafkaHome } from './kafka-home.ts'

const SILENCE_MS = 200

export async function realKafkaTarget(home: KafkaHome, layout: Layout): Promise<RunningTarget> {
  const nodes = layout === 3 ? 3 : 1
  const login = layout === 'secured' ? secured : undefined
  const settings = { 'default.replication.factor': nodes }
  const cluster = await startRealKafka({ home, nodes, settings, login })
  const ids = cluster.nodes.map(({ id }) => id)
  return {
    server: cluster.server,
    brokers: cluster.brokers,
    silenceMs: SILENCE_MS,
    login: login?.admin,
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
