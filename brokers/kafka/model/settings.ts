/** What of a broker's settings has an effect here: from our name to Kafka's. */
import type { BrokerConfig } from './broker-config.ts'

const flags = {
  autoCreateTopics: 'auto.create.topics.enable',
  deleteTopics: 'delete.topic.enable',
  isCleanerEnabled: 'log.cleaner.enable',
} as const

const numbers = {
  numPartitions: 'num.partitions',
  defaultReplicationFactor: 'default.replication.factor',
  brokerSessionTimeoutMs: 'broker.session.timeout.ms',
  replicaLagTimeMaxMs: 'replica.lag.time.max.ms',
  offsetsTopicReplicationFactor: 'offsets.topic.replication.factor',
  transactionStateLogReplicationFactor: 'transaction.state.log.replication.factor',
  failedAuthenticationDelayMs: 'connection.failed.authentication.delay.ms',
  initialRebalanceDelayMs: 'group.initial.rebalance.delay.ms',
  sessionMsMin: 'group.min.session.timeout.ms',
  sessionMsMax: 'group.max.session.timeout.ms',
  groupSizeMax: 'group.max.size',
  fetchMaxBytes: 'fetch.max.bytes',
  offsetMetadataMaxBytes: 'offset.metadata.max.bytes',
  offsetsRetentionMinutes: 'offsets.retention.minutes',
  offsetsCheckMs: 'offsets.retention.check.interval.ms',
  retentionCheckIntervalMs: 'log.retention.check.interval.ms',
  cleanerBackoffMs: 'log.cleaner.backoff.ms',
  producerIdExpirationMs: 'producer.id.expiration.ms',
  transactionMaxTimeoutMs: 'transaction.max.timeout.ms',
  transactionalIdExpirationMs: 'transactional.id.expiration.ms',
} as const

export type Settings = { readonly [N in keyof typeof flags]: boolean } & {
  readonly [N in keyof typeof numbers]: number
}

/** By Kafka's names, in the order of the alphabet. */
export const effectiveSettings = [...Object.values(flags), ...Object.values(numbers)].sort()

/** The values that hold now. */
export function settingsFrom(config: BrokerConfig): Settings {
  const read = <N extends string, T>(names: Readonly<Record<N, string>>, value: (name: string) => T) =>
    Object.fromEntries(Object.entries<string>(names).map(([ours, name]) => [ours, value(name)])) as Record<
      N,
      T
    >
  return { ...read(flags, (name) => config.boolean(name)), ...read(numbers, (name) => config.int(name)) }
}

/** The same, worked out again only when something has been set for the cluster while it runs. */
export function liveSettings(config: BrokerConfig): () => Settings {
  let [settings, revision] = [settingsFrom(config), config.revision]
  return () => {
    if (revision !== config.revision) [settings, revision] = [settingsFrom(config), config.revision]
    return settings
  }
}
