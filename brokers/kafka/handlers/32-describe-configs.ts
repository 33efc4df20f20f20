/**
 * DescribeConfigs. Served: 0-4.
 *
 * - Topics (type 2) and brokers (type 4): every setting there is, with its default, its source and its synonyms; null keys
 *   mean all. A broker is asked for its own settings; without a name it tells what was set for the whole cluster while it
 *   ran. An unknown topic gets 3, another type 42. Client metrics (type 16) and groups (type 32) have no settings here. Without an error the message is empty, as in Kafka 4.
 *
 * Version 1 adds sources and synonyms, 3 types and documentation (not told), 4 is flexible.
 */
import { configSources } from '../model/broker-config.ts'
import type { Node } from '../model/node.ts'
import { refuseTopicName } from '../model/topic.ts'
import { refusal } from '../refusal.ts'
import { codeOf, INVALID_REQUEST } from '../wire/error-code.ts'
import { describeConfigs as message } from '../wire/messages/32-describe-configs.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demand, demandCluster } from './access.ts'
import {
  brokerConfigEntries,
  type ConfigEntry,
  clusterConfigEntries,
  topicConfigEntries,
} from './config-entries.ts'
import { resourceTypes } from './config-resource.ts'
import { attempt, type Call, handler } from './handler.ts'

type Asked = RequestOf<typeof message>['resources'][number]

export const describeConfigs = handler(message, { versions: '0-4' }, (call, request) => ({
  results: request.resources.map((asked) => {
    const { resourceType, resourceName, configurationKeys } = asked
    const found = attempt(() => entriesOf(call, asked))
    if ('error' in found) {
      return {
        errorCode: codeOf(found.error),
        errorMessage: found.message,
        resourceType,
        resourceName,
        configs: [],
      }
    }
    // Kafka takes an empty list for all of them.
    const isForAll = configurationKeys === null || configurationKeys.length === 0
    const configs = found.value
      .filter(({ name }) => isForAll || configurationKeys.includes(name))
      .map((entry) => shown(entry, request))
    return { errorCode: 0, errorMessage: '', resourceType, resourceName, configs }
  }),
}))

function entriesOf(call: Call, { resourceType, resourceName }: Asked): ConfigEntry[] {
  const { cluster, node } = call
  if (resourceType === resourceTypes.broker) {
    demandCluster(call, 'describeConfigs')
    if (resourceName === '') return clusterConfigEntries(cluster.config)
    refuseNode(resourceName, node)
    return brokerConfigEntries(cluster.config, node.id)
  }
  if (resourceType !== resourceTypes.topic) throw refusal('invalidRequest', INVALID_REQUEST)
  demand(call, 'describeConfigs', 'topic', resourceName)
  refuseTopicName(resourceName)
  const topic = cluster.topics.get(resourceName)
  if (topic === undefined) throw refusal('unknownTopicOrPartition', '')
  return topicConfigEntries(topic.config, node.id)
}

/** Its own settings only the node itself tells. @throws Refusal */
function refuseNode(name: string, { id }: Node): void {
  if (!/^-?\d+$/.test(name))
    throw refusal('invalidRequest', `Broker id must be an integer, but it is: ${name}`)
  if (Number(name) !== id) {
    throw refusal(
      'invalidRequest',
      `Unexpected broker id, expected ${id} or empty string, but received ${name}`,
    )
  }
}

function shown(entry: ConfigEntry, { includeSynonyms }: RequestOf<typeof message>) {
  return {
    name: entry.name,
    value: entry.value,
    readOnly: entry.isReadOnly,
    isDefault: entry.source === configSources.fallback,
    configSource: entry.source,
    isSensitive: entry.isSensitive,
    synonyms: includeSynonyms ? entry.synonyms : [],
    configType: entry.type,
  }
}
