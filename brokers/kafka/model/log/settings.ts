/** What a topic's settings mean to its logs, as numbers that are at hand with every append. */

export interface LogSettings {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  readonly flushMessages: number
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly fileDeleteDelayMs: number
  readonly isDeleted: boolean
  readonly isCompacted: boolean
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly minCleanableDirtyRatio: number
}

/** From the values of a topic's settings by name. */
export function logSettings(value: (name: string) => string): LogSettings {
  const number = (name: string) => Number(value(name))
  const policies = value('cleanup.policy')
    .split(',')
    .map((policy) => policy.trim())
  const isCompacted = policies.includes('compact')
  const maxCompactionLagMs = number('max.compaction.lag.ms')
  const segmentMs = number('segment.ms')
  return {
    segmentBytes: number('segment.bytes'),
    // The segment that is written to is never compacted, so it must end in time to be.
    segmentMs: isCompacted ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs,
    segmentIndexBytes: number('segment.index.bytes'),
    indexIntervalBytes: number('index.interval.bytes'),
    flushMessages: number('flush.messages'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    fileDeleteDelayMs: number('file.delete.delay.ms'),
    isDeleted: policies.includes('delete'),
    isCompacted,
    deleteRetentionMs: number('delete.retention.ms'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs,
    minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
  }
}
