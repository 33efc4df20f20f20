/** The embedded Kafka as something that probes run against. */
import { startKafka } from '../kafka.ts'
import type { RunningTarget } from './probe.ts'
import type { NodeCount } from './table.ts'

/** Answers of the embedded Kafka come within milliseconds. */
const EMBEDDED_SILENCE_MS = 20

export async function embeddedTarget(nodes: NodeCount): Promise<RunningTarget> {
  const cluster = await startKafka({
    ports: Array.from({ length: nodes }, () => 0),
    defaultReplicationFactor: nodes,
    seed: 1,
  })
  return {
    server: 'embedded Kafka',
    brokers: cluster.brokers,
    silenceMs: EMBEDDED_SILENCE_MS,
    nodes: Array.from({ length: nodes }, (_, id) => ({
      stop: () => cluster.stopNode(id),
      kill: () => cluster.killNode(id),
      start: () => cluster.startNode(id),
      freeze: () => cluster.freezeNode(id),
      thaw: () => cluster.startNode(id),
    })),
    [Symbol.asyncDispose]: () => cluster.stop(),
  }
}
