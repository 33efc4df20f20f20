/**
 * DescribeConfigs. Served: 0-4.
 *
 * - Topics (type 2) and brokers (type 4): every setting there is, with its default, its source and its synonyms; null keys
 *   mean all. An unknown topic gets 3, another type 42. Without an error the message is empty, as in Kafka 4.
 *
 * Version 1 adds sources and synonyms, 3 types and documentation (not told), 4 is flexible.
 */
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeConfigs as message } from '../wire/messages/32-describe-configs.ts'
import type { RequestOf } from '../wire/schema.ts'
import { brokerConfigEntries, type ConfigEntry, topicConfigEntries } from './config-entries.ts'
import { attempt, type Call, handler } from './handler.ts'

const TOPIC = 2
const BROKER = 4

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
    const configs = found.value
      .filter(({ name }) => configurationKeys === null || configurationKeys.includes(name))
      .map((entry) => shown(entry, request.includeSynonyms))
    return { errorCode: 0, errorMessage: '', resourceType, resourceName, configs }
  }),
}))

function entriesOf({ cluster }: Call, { resourceType, resourceName }: Asked): ConfigEntry[] {
  if (resourceType === BROKER) {
    if (cluster.nodes.some(({ id }) => String(id) === resourceName || resourceName === ''))
      return brokerConfigEntries(cluster.settings)
    throw refusal(
      'invalidRequest',
      `Unexpected broker id, expected one of the cluster, received ${resourceName}`,
    )
  }
  if (resourceType !== TOPIC) throw refusal('invalidRequest', `Unsupported resource type ${resourceType}`)
  const topic = cluster.topics.get(resourceName)
  if (topic === undefined)
    throw refusal('unknownTopicOrPartition', 'This server does not host this topic-partition.')
  return topicConfigEntries(topic.config)
}

function shown(entry: ConfigEntry, includeSynonyms: boolean) {
  return {
    name: entry.name,
    value: entry.value,
    readOnly: false,
    isDefault: entry.isDefault,
    configSource: entry.source,
    isSensitive: false,
    synonyms: includeSynonyms ? entry.synonyms : [],
    configType: entry.type,
  }
}
