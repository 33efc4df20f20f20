/**
 * The settings of a topic, as Apache Kafka 4.3 has them: each with its default, its type and what it does here. A setting
 * that has no effect is accepted, checked and shown, as clients expect.
 */
import { refusal } from '../refusal.ts'
import { BrokerConfig, type ConfigValue, configSources } from './broker-config.ts'
import { refuseValue, type ValueRule } from './config-type.ts'
import { type LogSettings, logSettings } from './log/settings.ts'

export interface ConfigRow extends ValueRule {
  readonly fallback: string
  /** The broker's setting that the default comes from; a topic's own setting may have none. */
  readonly brokerName?: string
  readonly hasEffect?: true
}

const LONG_MAX = '9223372036854775807'

export const topicConfigRows: Readonly<Record<string, ConfigRow>> = {
  'cleanup.policy': {
    type: 'list',
    fallback: 'delete',
    brokerName: 'log.cleanup.policy',
    oneOf: ['compact', 'delete'],
    hasEffect: true,
  },
  'compression.gzip.level': {
    type: 'int',
    fallback: '-1',
    brokerName: 'compression.gzip.level',
    refuse: (value) =>
      /^(?:-1|[1-9])$/.test(value) ? undefined : 'Value must be between 1 and 9 or equal to -1',
  },
  'compression.lz4.level': {
    type: 'int',
    fallback: '9',
    brokerName: 'compression.lz4.level',
    atLeast: 1,
    atMost: 17,
  },
  'compression.type': {
    type: 'string',
    fallback: 'producer',
    brokerName: 'compression.type',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  'compression.zstd.level': {
    type: 'int',
    fallback: '3',
    brokerName: 'compression.zstd.level',
    atLeast: -131_072,
    atMost: 22,
  },
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
    refuse: (value) => refuseThrottled('follower.replication.throttled.replicas', value),
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
    refuse: (value) => refuseThrottled('leader.replication.throttled.replicas', value),
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
    atMost: 1,
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
  'remote.log.copy.disable': { type: 'boolean', fallback: 'false' },
  'remote.log.delete.on.disable': { type: 'boolean', fallback: 'false' },
  'remote.storage.enable': { type: 'boolean', fallback: 'false' },
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

interface DerivedSettings {
  readonly log: LogSettings
  readonly maxMessageBytes: number
  readonly minInsyncReplicas: number
  readonly hasOldestTime: boolean
  readonly timestampAfterMaxMs: number
  readonly isLogAppendTime: boolean
}

function derivedFrom(value: (name: string) => string): DerivedSettings {
  return {
    log: logSettings(value),
    maxMessageBytes: Number(value('max.message.bytes')),
    minInsyncReplicas: Number(value('min.insync.replicas')),
    hasOldestTime: value('message.timestamp.before.max.ms') !== LONG_MAX,
    timestampAfterMaxMs: Number(value('message.timestamp.after.max.ms')),
    isLogAppendTime: value('message.timestamp.type') === 'LogAppendTime',
  }
}

/** The settings of a topic: its own, and for the rest what the broker is set to. */
export class TopicConfig {
  readonly #broker: BrokerConfig
  #own: ReadonlyMap<string, string> = new Map()
  #derived: DerivedSettings | undefined
  #derivedRevision = 0

  /** @throws Refusal for a setting that there is not, or a value that it does not take */
  constructor(values: Iterable<readonly [name: string, value: string | null]>, broker = new BrokerConfig()) {
    this.#broker = broker
    const own = new Map<string, string>()
    for (const [name, value] of values) {
      if (value === null)
        throw refusal('invalidConfig', `Null value not supported for topic configs: ${name}`)
      own.set(name, value)
    }
    this.replace(own)
  }

  /** What was set for this topic. */
  get own(): ReadonlyMap<string, string> {
    return this.#own
  }

  /** Takes `values` in the place of what was set before. @throws Refusal as the constructor, and changes nothing then */
  replace(values: ReadonlyMap<string, string>): void {
    refuseTopicConfig(values)
    this.#own = new Map(values)
    this.#derived = undefined
  }

  isList(name: string): boolean | undefined {
    const row = topicConfigRows[name]
    return row && row.type === 'list'
  }

  /**
   * The value that holds. What is set for one broker while it runs is shown as the default of its topics and has no effect;
   * what is set for all has.
   */
  value(name: string): string {
    return this.#own.get(name) ?? this.#fromBroker(name) ?? topicConfigRows[name]?.fallback ?? ''
  }

  /** All values that a setting has, the one that holds first; empty where a default holds that is the topic's own. */
  values(name: string, nodeId?: number): ConfigValue[] {
    const own = this.#own.get(name)
    const { brokerName } = topicConfigRows[name] ?? {}
    return [
      ...(own === undefined ? [] : [{ name, value: own, source: configSources.topic }]),
      ...(brokerName === undefined ? [] : this.#broker.values(brokerName, nodeId)),
    ]
  }

  /** What the settings mean to the topic's logs. */
  get log(): LogSettings {
    return this.#all().log
  }

  get maxMessageBytes(): number {
    return this.#all().maxMessageBytes
  }

  get minInsyncReplicas(): number {
    return this.#all().minInsyncReplicas
  }

  get isOnlyCompacted(): boolean {
    return this.log.isCompacted && !this.value('cleanup.policy').includes('delete')
  }

  get mayElectUnclean(): boolean {
    return this.value('unclean.leader.election.enable').toLowerCase() === 'true'
  }

  /** Whether there is a limit on how old a record may be. */
  get hasOldestTime(): boolean {
    return this.#all().hasOldestTime
  }

  /** How far ahead of now the time of a record may be. */
  get timestampAfterMaxMs(): number {
    return this.#all().timestampAfterMaxMs
  }

  get isLogAppendTime(): boolean {
    return this.#all().isLogAppendTime
  }

  /** Asked for with each append, so it is worked out once, and again when something has been set. */
  #all(): DerivedSettings {
    if (this.#derived === undefined || this.#derivedRevision !== this.#broker.revision) {
      this.#derived = derivedFrom((name) => this.value(name))
      this.#derivedRevision = this.#broker.revision
    }
    return this.#derived
  }

  #fromBroker(name: string): string | undefined {
    const { brokerName } = topicConfigRows[name] ?? {}
    if (brokerName === undefined) return undefined
    return this.#broker.text(brokerName) ?? fromCoarser(this.#broker, name)
  }
}

/** @throws Refusal for a setting that there is not, or a value that it does not take */
export function refuseTopicConfig(values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    const row = Object.hasOwn(topicConfigRows, name) ? topicConfigRows[name] : undefined
    if (row === undefined) throw refusal('invalidConfig', `Unknown topic config name: ${name}`)
    refuseValue(name, value, row)
  }
}

const HOUR_MS = 3_600_000

/** A broker may be told some times in hours or minutes instead; the finest unit that is set holds. */
const coarser: Readonly<Record<string, readonly (readonly [name: string, unitMs: number])[]>> = {
  'retention.ms': [
    ['log.retention.minutes', 60_000],
    ['log.retention.hours', HOUR_MS],
  ],
  'segment.ms': [['log.roll.hours', HOUR_MS]],
  'segment.jitter.ms': [['log.roll.jitter.hours', HOUR_MS]],
}

function fromCoarser(broker: BrokerConfig, name: string): string | undefined {
  for (const [brokerName, unitMs] of coarser[name] ?? []) {
    const value = broker.text(brokerName)
    if (value !== null) return String(Number(value) < 0 ? -1 : Number(value) * unitMs)
  }
  return undefined
}

function refuseThrottled(name: string, value: string): string | undefined {
  if (value.trim() === '' || value.trim() === '*' || /^\d+:\d+(?:,\s*\d+:\d+)*$/.test(value.trim()))
    return undefined
  return `${name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`
}
