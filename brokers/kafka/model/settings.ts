/** What of a broker's settings has an effect here, read once at its start. */
import type { BrokerConfig } from './broker-config.ts'

/** From Kafka's name to ours. Times that are no milliseconds there are milliseconds here. */
export function settingsFrom(config: BrokerConfig) {
  return {
    autoCreateTopics: config.boolean('auto.create.topics.enable'),
    numPartitions: config.int('num.partitions'),
    defaultReplicationFactor: config.int('default.replication.factor'),
    brokerSessionTimeoutMs: config.int('broker.session.timeout.ms'),
    replicaLagTimeMaxMs: config.int('replica.lag.time.max.ms'),
    offsetsTopicReplicationFactor: config.int('offsets.topic.replication.factor'),
    transactionStateLogReplicationFactor: config.int('transaction.state.log.replication.factor'),
    deleteTopics: config.boolean('delete.topic.enable'),
    failedAuthenticationDelayMs: config.int('connection.failed.authentication.delay.ms'),
    initialRebalanceDelayMs: config.int('group.initial.rebalance.delay.ms'),
    sessionMsMin: config.int('group.min.session.timeout.ms'),
    sessionMsMax: config.int('group.max.session.timeout.ms'),
    groupSizeMax: config.int('group.max.size'),
    offsetMetadataMaxBytes: config.int('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.int('offsets.retention.minutes') * 60_000,
    offsetsCheckMs: config.int('offsets.retention.check.interval.ms'),
  }
}

export type Settings = ReturnType<typeof settingsFrom>
