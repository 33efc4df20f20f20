/** The settings of a topic or a broker as clients are shown them: value, where it comes from, what else it could be. */
import type { Settings } from '../model/cluster.ts'
import { configTypes, type TopicConfig, topicConfigRows } from '../model/topic-config.ts'

/** As DescribeConfigs numbers them. */
const SOURCE_TOPIC = 1
const SOURCE_STATIC_BROKER = 4
const SOURCE_DEFAULT = 5

export interface ConfigEntry {
  readonly name: string
  readonly value: string
  readonly source: number
  readonly isDefault: boolean
  readonly type: number
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: number }[]
}

export function topicConfigEntries(config: TopicConfig): ConfigEntry[] {
  return Object.entries(topicConfigRows).map(([name, row]) => {
    const own = config.own(name)
    const fromBroker = { name: row.brokerName, value: row.fallback, source: SOURCE_DEFAULT }
    return {
      name,
      value: own ?? row.fallback,
      source: own === undefined ? SOURCE_DEFAULT : SOURCE_TOPIC,
      isDefault: own === undefined,
      type: configTypes[row.type],
      synonyms: own === undefined ? [fromBroker] : [{ name, value: own, source: SOURCE_TOPIC }, fromBroker],
    }
  })
}

export function brokerConfigEntries(settings: Settings): ConfigEntry[] {
  const values: readonly (readonly [name: string, value: string, type: keyof typeof configTypes])[] = [
    ['auto.create.topics.enable', String(settings.autoCreateTopics), 'boolean'],
    ['default.replication.factor', String(settings.defaultReplicationFactor), 'int'],
    ['group.initial.rebalance.delay.ms', String(settings.initialRebalanceDelayMs), 'int'],
    ['group.max.session.timeout.ms', '1800000', 'int'],
    ['group.min.session.timeout.ms', '6000', 'int'],
    ['num.partitions', String(settings.numPartitions), 'int'],
    ['offset.metadata.max.bytes', '4096', 'int'],
    ['socket.request.max.bytes', '104857600', 'int'],
  ]
  return values.map(([name, value, type]) => ({
    name,
    value,
    source: SOURCE_STATIC_BROKER,
    isDefault: false,
    type: configTypes[type],
    synonyms: [{ name, value, source: SOURCE_STATIC_BROKER }],
  }))
}
