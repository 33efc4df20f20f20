/** A topic: a name, settings, and partitions. */
import { refusal } from '../refusal.ts'
import type { KeptLeadership } from './leadership.ts'
import { type Logs, memoryLogs } from './logs.ts'
import { Partition, type PartitionContext } from './partition.ts'
import type { TopicConfig } from './topic-config.ts'

export class Topic {
  readonly name: string
  readonly id: string
  readonly config: TopicConfig
  readonly partitions: Partition[] = []

  constructor(name: string, id: string, config: TopicConfig) {
    this.name = name
    this.id = id
    this.config = config
  }

  get replicationFactor(): number {
    return this.partitions[0]?.replicas.length ?? 0
  }

  /** `logs` has the copies; `kept` is what the partition was in an earlier life. */
  addPartition(
    replicas: readonly number[],
    { logs = memoryLogs, ...rest }: { logs?: Logs; context?: PartitionContext; kept?: KeptLeadership } = {},
  ): Partition {
    const { name: topicName, id: topicId, config, partitions } = this
    const index = partitions.length
    const place = { topic: topicName, topicId, partition: index }
    const openLog = (nodeId: number) => logs.open({ ...place, nodeId }, () => this.config.log)
    const partition = new Partition(index, replicas, config, {
      topicName,
      openLog,
      removeLog: (log) => logs.remove(log),
      ...rest,
    })
    partitions.push(partition)
    return partition
  }

  close(): void {
    for (const partition of this.partitions) partition.close()
  }
}

/** Those that Kafka keeps for itself; clients may not write to them. There are none here: their names are all that is known. */
const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])

export const isInternalTopic = (name: string): boolean => internalTopics.has(name)

const NAME_LENGTH_MAX = 249

/** @throws Refusal for a name that can't be a topic's, with Kafka's own words */
export function refuseTopicName(name: string): void {
  const invalid = (why: string) => refusal('invalidTopic', `Topic name is invalid: ${why}`)
  if (name === '') throw invalid('the empty string is not allowed')
  if (name === '.' || name === '..') throw invalid(`'${name}' is not allowed`)
  if (name.length > NAME_LENGTH_MAX)
    throw invalid(`the length of '${name}' is longer than the max allowed length ${NAME_LENGTH_MAX}`)
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    throw invalid(
      `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`,
    )
  }
}

/** Metrics of the two could not be told apart, since a dot becomes an underscore in their names. */
export function collides(a: string, b: string): boolean {
  return a !== b && a.replaceAll('.', '_') === b.replaceAll('.', '_')
}
