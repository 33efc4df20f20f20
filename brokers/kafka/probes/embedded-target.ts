/** The embedded Kafka as something that probes run against. */
import { silenceFor } from '../../silence.ts'
import { startKafka } from '../kafka.ts'
import type { RunningTarget } from './probe.ts'
import { secured } from './secured.ts'
import type { Layout } from './table.ts'

/** Answers of the embedded Kafka come within milliseconds. */
const EMBEDDED_SILENCE_MS = 20

export async function embeddedTarget(layout: Layout): Promise<RunningTarget> {
  const nodes = layout === 3 ? 3 : 1
  const isSecured = layout === 'secured'
  const cluster = await startKafka({
    nodes,
    defaultReplicationFactor: nodes,
    seed: 1,
    ...(isSecured ? { sasl: { users: [...secured.users] }, acl: { superUsers: [secured.admin.name] } } : {}),
  })
  return {
    server: 'embedded Kafka',
    brokers: cluster.brokers,
    silenceMs: silenceFor(EMBEDDED_SILENCE_MS),
    login: isSecured ? secured.admin : undefined,
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
