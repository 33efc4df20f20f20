/** What settings belong to, and how they are changed: shared by the two APIs that change them. */

import { brokerConfigRows } from '../model/broker-config-rows.ts'
import type { Cluster } from '../model/cluster.ts'
import { refuseValue } from '../model/config-type.ts'
import type { Node } from '../model/node.ts'
import { refuseTopicName } from '../model/topic.ts'
import { refuseTopicConfig } from '../model/topic-config.ts'
import { Refusal, refusal } from '../refusal.ts'
import { demand, demandCluster } from './access.ts'
import { type Call, outcomeOf } from './handler.ts'

/** As requests number them. */
export const resourceTypes = { topic: 2, broker: 4 } as const

export interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

type Values = ReadonlyMap<string, string>

/** Settings that can be changed: those that were set, and how to put others in their place. */
export interface Changeable {
  readonly values: Values
  /** Whether the setting is a list; undefined for one that there is not. */
  isList(name: string): boolean | undefined
  /** The value without a change, for lists that are added to. */
  current(name: string): string
  /** @throws Refusal for settings or values that are not taken */
  check(values: Values): void
  replace(values: Values): void
}

/** How each resource fared. */
export function alterEach<R extends Resource>(resources: readonly R[], alter: (resource: R) => void) {
  return resources.map((resource) => {
    const { resourceType, resourceName } = resource
    const isTwice = resources.some((one) => one !== resource && isSame(one, resource))
    const outcome = outcomeOf(() => {
      if (isTwice) throw refusal('invalidRequest', 'Each resource must appear at most once.')
      alter(resource)
    })
    return { ...outcome, resourceType, resourceName }
  })
}

function isSame(a: Resource, b: Resource): boolean {
  return a.resourceType === b.resourceType && a.resourceName === b.resourceName
}

/** @throws Refusal for a resource that there is not */
export function changeable(call: Call, { resourceType, resourceName }: Resource): Changeable {
  const { cluster, node } = call
  switch (resourceType) {
    case resourceTypes.topic:
      demand(call, 'alterConfigs', 'topic', resourceName)
      return topicSettings(cluster, resourceName)
    case resourceTypes.broker:
      demandCluster(call, 'alterConfigs')
      return brokerSettings(cluster, resourceName === '' ? undefined : nodeIdOf(resourceName, node))
    default:
      throw refusal('invalidRequest', `Unknown resource type ${resourceType}`)
  }
}

function topicSettings(cluster: Cluster, name: string): Changeable {
  if (name === '') throw refusal('invalidRequest', 'Default topic resources are not allowed.')
  const topic = cluster.topics.get(name)
  if (topic === undefined) {
    refuseTopicName(name)
    throw refusal('unknownTopicOrPartition', `The topic '${name}' does not exist.`)
  }
  const { config } = topic
  return {
    values: config.own,
    isList: (key) => config.isList(key),
    current: (key) => config.value(key),
    check: refuseTopicConfig,
    replace(values) {
      config.replace(values)
      cluster.keepTopic(name)
    },
  }
}

function brokerSettings({ config }: Cluster, nodeId: number | undefined): Changeable {
  const values = config.dynamic(nodeId)
  return {
    values,
    isList: (key) => brokerConfigRows[key]?.type === 'list',
    current: (key) => config.text(key, nodeId) ?? '',
    check: (next) => refuseBrokerConfig(next, { before: values, isOfCluster: nodeId === undefined }),
    replace: (next) => config.setDynamic(nodeId, next),
  }
}

function nodeIdOf(name: string, { id }: Node): number {
  if (!/^-?\d+$/.test(name)) throw refusal('invalidRequest', `Node id must be an integer, but it is: ${name}`)
  if (Number(name) !== id)
    throw refusal('invalidRequest', `Unexpected broker id, expected ${id}, but received ${name}`)
  return id
}

const MIN_ISR = 'min.insync.replicas'

/**
 * Names that Kafka has not are taken, since they may be a plugin's; of its own, only some can be changed so late. What a
 * changed setting would do to threads, listeners and certificates is not checked.
 */
function refuseBrokerConfig(
  next: Values,
  { before, isOfCluster }: { before: Values; isOfCluster: boolean },
): void {
  const fixed = [...next.keys()].filter(
    (name) => brokerConfigRows[name]?.isDynamic === undefined && name in brokerConfigRows,
  )
  if (fixed.length > 0)
    throw refusal('invalidRequest', `Cannot update these configs dynamically: [${fixed.join(', ')}]`)
  for (const [name, value] of next) refuseBrokerValue(name, value)
  if (!isOfCluster && next.has(MIN_ISR)) {
    throw refusal('invalidConfig', `Broker-level ${MIN_ISR} cannot be altered while ELR is enabled.`)
  }
  if (isOfCluster && before.has(MIN_ISR) && !next.has(MIN_ISR)) {
    throw refusal('invalidConfig', `Cluster-level ${MIN_ISR} cannot be removed while ELR is enabled.`)
  }
}

function refuseBrokerValue(name: string, value: string): void {
  const row = brokerConfigRows[name]
  if (row === undefined) return
  try {
    refuseValue(name, value, row)
  } catch (error) {
    // Of a broker's settings Kafka says so with another code.
    throw error instanceof Refusal ? refusal('invalidRequest', error.message) : error
  }
}
