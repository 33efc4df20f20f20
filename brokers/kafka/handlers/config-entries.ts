/** The settings of a topic or a broker as clients are shown them: value, where it comes from, what else it could be. */
import { type BrokerConfig, type ConfigValue, configSources } from '../model/broker-config.ts'
import { brokerConfigRows } from '../model/broker-config-rows.ts'
import { configTypes } from '../model/config-type.ts'
import { type TopicConfig, topicConfigRows } from '../model/topic-config.ts'

export interface ConfigEntry {
  readonly name: string
  /** null: there is none, or it is a secret. */
  readonly value: string | null
  readonly source: number
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
  readonly type: number
  /** Every value that there is, the one that holds first. */
  readonly synonyms: readonly {
    readonly name: string
    readonly value: string | null
    readonly source: number
  }[]
}

/** @param nodeId of the node that is asked */
export function topicConfigEntries(config: TopicConfig, nodeId: number): ConfigEntry[] {
  return Object.entries(topicConfigRows).map(([name, row]) => {
    const synonyms = config.values(name, nodeId)
    return {
      name,
      value: synonyms[0]?.value ?? config.value(name),
      source: synonyms[0]?.source ?? configSources.fallback,
      isReadOnly: false,
      isSensitive: false,
      type: configTypes[row.type],
      synonyms,
    }
  })
}

/** Every setting that a node has. */
export function brokerConfigEntries(config: BrokerConfig, nodeId: number): ConfigEntry[] {
  const names = new Set([...Object.keys(brokerConfigRows), ...config.dynamic(nodeId).keys()])
  return [...names].map((name) => brokerEntry(name, config.values(name, nodeId)))
}

/** What was set for the whole cluster while it ran. */
export function clusterConfigEntries(config: BrokerConfig): ConfigEntry[] {
  return [...config.dynamic(undefined)].map(([name, value]) =>
    brokerEntry(name, [{ name, value, source: configSources.cluster }]),
  )
}

function brokerEntry(name: string, values: readonly ConfigValue[]): ConfigEntry {
  const row = brokerConfigRows[name]
  // Nobody knows what a setting of a plugin holds, so Kafka hides it.
  const isSensitive = row === undefined || row.type === 'password'
  const synonyms = isSensitive ? values.map((one) => ({ ...one, value: null })) : values
  return {
    name,
    value: synonyms[0]?.value ?? null,
    source: values[0]?.source ?? configSources.fallback,
    isReadOnly: row?.isDynamic !== true,
    isSensitive,
    type: row === undefined ? UNKNOWN_TYPE : configTypes[row.type],
    synonyms,
  }
}

const UNKNOWN_TYPE = 0
