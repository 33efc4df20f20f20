/**
 * The settings of a topic, as Apache Kafka 4.3 has them: each with its default, its type and what it does here. A setting
 * that has no effect is accepted, checked and shown, as clients expect.
 */
import { refusal } from '../refusal.ts'
import { type LogSettings, logSettings } from './log/settings.ts'

/** As DescribeConfigs numbers them. */
export const configTypes = {
  boolean: 1,
  string: 2,
  int: 3,
  long: 5,
  double: 6,
  list: 7,
} as const

export interface ConfigRow {
  readonly type: keyof typeof configTypes
  readonly fallback: string
  /** The broker's setting that the default comes from. */
  readonly brokerName: string
  /** Values that are allowed; left out: any of the type. */
  readonly oneOf?: readonly string[]
  readonly atLeast?: number
  readonly hasEffect?: true
}

const LONG_MAX = '9223372036854775807'

export const topicConfigRows: Readonly<Record<string, ConfigRow>> = {
  'cleanup.policy': {
    type: 'list',
    fallback: 'delete',
    brokerName: 'log.cleanup.policy',
    oneOf: ['delete', 'compact'],
    hasEffect: true,
  },
  'compression.gzip.level': { type: 'int', fallback: '-1', brokerName: 'compression.gzip.level' },
  'compression.lz4.level': { type: 'int', fallback: '9', brokerName: 'compression.lz4.level' },
  'compression.type': {
    type: 'string',
    fallback: 'producer',
    brokerName: 'compression.type',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  'compression.zstd.level': { type: 'int', fallback: '3', brokerName: 'compression.zstd.level' },
  'delete.retention.ms': {
    type: 'long',
    fallback: '86400000',
    brokerName: 'log.cleaner.delete.retention.ms',
    atLeast: 0,
    hasEffect: true,
  },
  'file.delete.delay.ms': {
    type: 'long',
    fallback: '60000',
    brokerName: 'log.segment.delete.delay.ms',
    atLeast: 0,
    hasEffect: true,
  },
  'flush.messages': {
    type: 'long',
    fallback: LONG_MAX,
    brokerName: 'log.flush.interval.messages',
    atLeast: 1,
    hasEffect: true,
  },
  'flush.ms': { type: 'long', fallback: LONG_MAX, brokerName: 'log.flush.interval.ms', atLeast: 0 },
  'follower.replication.throttled.replicas': {
    type: 'list',
    fallback: '',
    brokerName: 'follower.replication.throttled.replicas',
  },
  'index.interval.bytes': {
    type: 'int',
    fallback: '4096',
    brokerName: 'log.index.interval.bytes',
    atLeast: 0,
    hasEffect: true,
  },
  'leader.replication.throttled.replicas': {
    type: 'list',
    fallback: '',
    brokerName: 'leader.replication.throttled.replicas',
  },
  'local.retention.bytes': {
    type: 'long',
    fallback: '-2',
    brokerName: 'log.local.retention.bytes',
    atLeast: -2,
  },
  'local.retention.ms': { type: 'long', fallback: '-2', brokerName: 'log.local.retention.ms', atLeast: -2 },
  'max.compaction.lag.ms': {
    type: 'long',
    fallback: LONG_MAX,
    brokerName: 'log.cleaner.max.compaction.lag.ms',
    atLeast: 1,
    hasEffect: true,
  },
  'max.message.bytes': {
    type: 'int',
    fallback: '1048588',
    brokerName: 'message.max.bytes',
    atLeast: 0,
    hasEffect: true,
  },
  'message.timestamp.after.max.ms': {
    type: 'long',
    fallback: '3600000',
    brokerName: 'log.message.timestamp.after.max.ms',
    atLeast: 0,
    hasEffect: true,
  },
  'message.timestamp.before.max.ms': {
    type: 'long',
    fallback: LONG_MAX,
    brokerName: 'log.message.timestamp.before.max.ms',
    atLeast: 0,
    hasEffect: true,
  },
  'message.timestamp.type': {
    type: 'string',
    fallback: 'CreateTime',
    brokerName: 'log.message.timestamp.type',
    oneOf: ['CreateTime', 'LogAppendTime'],
    hasEffect: true,
  },
  'min.cleanable.dirty.ratio': {
    type: 'double',
    fallback: '0.5',
    brokerName: 'log.cleaner.min.cleanable.ratio',
    atLeast: 0,
    hasEffect: true,
  },
  'min.compaction.lag.ms': {
    type: 'long',
    fallback: '0',
    brokerName: 'log.cleaner.min.compaction.lag.ms',
    atLeast: 0,
    hasEffect: true,
  },
  'min.insync.replicas': {
    type: 'int',
    fallback: '1',
    brokerName: 'min.insync.replicas',
    atLeast: 1,
    hasEffect: true,
  },
  preallocate: { type: 'boolean', fallback: 'false', brokerName: 'log.preallocate' },
  'remote.storage.enable': { type: 'boolean', fallback: 'false', brokerName: 'remote.storage.enable' },
  'retention.bytes': { type: 'long', fallback: '-1', brokerName: 'log.retention.bytes', hasEffect: true },
  'retention.ms': {
    type: 'long',
    fallback: '604800000',
    brokerName: 'log.retention.ms',
    atLeast: -1,
    hasEffect: true,
  },
  'segment.bytes': {
    type: 'int',
    fallback: '1073741824',
    brokerName: 'log.segment.bytes',
    atLeast: 1048576,
    hasEffect: true,
  },
  'segment.index.bytes': {
    type: 'int',
    fallback: '10485760',
    brokerName: 'log.index.size.max.bytes',
    atLeast: 4,
    hasEffect: true,
  },
  'segment.jitter.ms': { type: 'long', fallback: '0', brokerName: 'log.roll.jitter.ms', atLeast: 0 },
  'segment.ms': {
    type: 'long',
    fallback: '604800000',
    brokerName: 'log.roll.ms',
    atLeast: 1,
    hasEffect: true,
  },
  'unclean.leader.election.enable': {
    type: 'boolean',
    fallback: 'false',
    brokerName: 'unclean.leader.election.enable',
    hasEffect: true,
  },
}

export class TopicConfig {
  readonly #set = new Map<string, string>()
  #log: LogSettings | undefined

  /** @throws Refusal for a setting that there is not, or a value that it does not take */
  constructor(values: Iterable<readonly [name: string, value: string | null]>) {
    for (const [name, value] of values) {
      const row = Object.hasOwn(topicConfigRows, name) ? topicConfigRows[name] : undefined
      if (row === undefined) throw refusal('invalidConfig', `Unknown topic config name: ${name}`)
      if (value === null)
        throw refusal('invalidConfig', `Null value not supported for topic configs: ${name}`)
      refuseValue(name, value, row)
      this.#set.set(name, value)
    }
  }

  /** What was set for this topic; undefined where the default holds. */
  own(name: string): string | undefined {
    return this.#set.get(name)
  }

  /** Everything that was set for this topic. */
  all(): [name: string, value: string][] {
    return [...this.#set]
  }

  value(name: string): string {
    return this.#set.get(name) ?? topicConfigRows[name]?.fallback ?? ''
  }

  /** What the settings mean to the topic's logs. */
  get log(): LogSettings {
    this.#log ??= logSettings((name) => this.value(name))
    return this.#log
  }

  get maxMessageBytes(): number {
    return Number(this.value('max.message.bytes'))
  }

  get minInsyncReplicas(): number {
    return Number(this.value('min.insync.replicas'))
  }

  get isCompacted(): boolean {
    return this.value('cleanup.policy').includes('compact')
  }

  get isOnlyCompacted(): boolean {
    return this.isCompacted && !this.value('cleanup.policy').includes('delete')
  }

  get timestampBeforeMaxMs(): number {
    return Number(this.value('message.timestamp.before.max.ms'))
  }

  get timestampAfterMaxMs(): number {
    return Number(this.value('message.timestamp.after.max.ms'))
  }

  get mayElectUnclean(): boolean {
    return this.value('unclean.leader.election.enable').toLowerCase() === 'true'
  }

  /** Whether there is a limit on how old a record may be. */
  get hasOldestTime(): boolean {
    return this.value('message.timestamp.before.max.ms') !== LONG_MAX
  }

  get isLogAppendTime(): boolean {
    return this.value('message.timestamp.type') === 'LogAppendTime'
  }
}

function refuseValue(name: string, value: string, row: ConfigRow): void {
  const invalid = (why: string) =>
    refusal('invalidConfig', `Invalid value ${value} for configuration ${name}: ${why}`)
  if (row.type === 'boolean' && !/^(?:true|false)$/i.test(value))
    throw invalid('Expected value to be either true or false')
  if (row.type === 'int' || row.type === 'long') {
    if (!/^-?\d+$/.test(value)) throw invalid(`Not a number of type ${row.type.toUpperCase()}`)
    if (row.atLeast !== undefined && Number(value) < row.atLeast)
      throw invalid(`Value must be at least ${row.atLeast}`)
  }
  if (row.type === 'double' && !(Number(value) >= 0 && Number(value) <= 1))
    throw invalid('Value must be between 0 and 1')
  const parts = row.type === 'list' ? value.split(',') : [value]
  if (row.oneOf !== undefined && !parts.every((part) => row.oneOf?.includes(part.trim())))
    throw invalid(`String must be one of: ${row.oneOf.join(', ')}`)
}
