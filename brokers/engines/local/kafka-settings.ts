/** What every node of a Kafka that we start is set to, wherever it runs. */
import { randomBytes } from 'node:crypto'

/** By Kafka's own names; listeners, which depend on where it runs, come on top. */
export function clusterSettings(of: {
  readonly id: number
  /** `id@host:port` of each node's controller. */
  readonly voters: readonly string[]
  /** How many nodes. */
  readonly count: number
}): Readonly<Record<string, string | number | boolean>> {
  const { id, voters, count } = of
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(),
    'controller.listener.names': 'CONTROLLER',
    'offsets.topic.replication.factor': count,
    'transaction.state.log.replication.factor': count,
    'transaction.state.log.min.isr': 1,
    // Kafka's own 9000 and 2000: a node that was killed or stopped would be missed, or taken back, only after so long.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 200,
    // Fewer than Kafka's 50: each costs files, and a test needs few.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // Kafka's own default is 3000, which every first member of a group would wait.
    'group.initial.rebalance.delay.ms': 0,
  }
}

/**
 * For an engine, whose learner waits to see what retention and compaction do: Kafka's own are 30 s, 5 minutes and 15 s. Probes and benches
 * go without, since they ask a Kafka as it is.
 */
export const tidyingSettings: Readonly<Record<string, string>> = {
  'log.initial.task.delay.ms': '500',
  'log.retention.check.interval.ms': '500',
  'log.cleaner.backoff.ms': '500',
}

/** Never begins with '-', as Kafka's own ids don't: its tools would take such an id for an option. */
export function newClusterId(): string {
  const bytes = randomBytes(16)
  bytes[0] = bytes.readUInt8(0) & 0x7f
  return bytes.toString('base64url')
}
