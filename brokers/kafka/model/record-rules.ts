/**
 * What a topic's settings ask of each record (Kafka's LogValidator): a key where the topic is compacted, a time that is not
 * too far from now; and that a batch fits into a segment.
 */
import {
  BatchError,
  type BatchHeader,
  isReadable,
  type RecordError,
  recordsOf,
} from '../wire/record-batch.ts'
import type { TopicConfig } from './topic-config.ts'

const SHOWN_MAX = 3

export interface RecordRules {
  readonly config: TopicConfig
  readonly nowMs: number
  /** As Kafka names it: `orders-0`. */
  readonly topicPartition: string
}

/** @throws BatchError with every record that is at fault, or for a batch that is too long */
export function refuseRecords(batch: Buffer, header: BatchHeader, rules: RecordRules): void {
  const { config, nowMs, topicPartition } = rules
  const { isCompacted, segmentBytes } = config.log
  if (header.baseOffset !== 0)
    throw new BatchError('invalidRecord', `base offset ${header.baseOffset}, not 0`)
  if (batch.length > segmentBytes) {
    throw new BatchError(
      'recordListTooLarge',
      `Message batch size is ${batch.length} bytes in append to partition ${topicPartition}, which exceeds the maximum configured segment size of ${segmentBytes}.`,
    )
  }
  const isInTime = mayBeAnyTime(header, rules)
  if ((!isCompacted && isInTime) || !isReadable(header)) return
  const errors: RecordError[] = []
  const untimely: RecordError[] = []
  for (const [batchIndex, { key, timestampDelta, offsetDelta }] of recordsOf(batch, header).entries()) {
    if (isCompacted && key === null) {
      const message = `Compacted topic cannot accept message without key in topic partition ${topicPartition}`
      errors.push({ batchIndex, message })
      continue
    }
    const timestamp = header.baseTimestamp + timestampDelta
    const message = isInTime ? undefined : untimeliness({ timestamp, offsetDelta, nowMs, config })
    if (message !== undefined) untimely.push({ batchIndex, message })
  }
  if (untimely.length > 0) {
    const all = [...errors, ...untimely].sort((a, b) => a.batchIndex - b.batchIndex)
    throw new BatchError(
      'invalidTimestamp',
      'One or more records have been rejected due to invalid timestamp',
      { recordErrors: all },
    )
  }
  if (errors.length > 0) throw new BatchError('invalidRecord', summary(errors), { recordErrors: errors })
}

/** Where a batch tells by its latest time alone that all is well, it need not be opened. */
function mayBeAnyTime({ maxTimestamp }: BatchHeader, { config, nowMs }: RecordRules): boolean {
  if (config.isLogAppendTime) return true
  return !config.hasOldestTime && maxTimestamp <= nowMs + config.timestampAfterMaxMs
}

function untimeliness(record: {
  timestamp: number
  offsetDelta: number
  nowMs: number
  config: TopicConfig
}): string | undefined {
  const { timestamp, offsetDelta, nowMs, config } = record
  // The bounds may be as far as 2^63 - 1.
  const now = BigInt(Math.round(nowMs))
  const earliest = now - BigInt(config.value('message.timestamp.before.max.ms'))
  const latest = now + BigInt(config.value('message.timestamp.after.max.ms'))
  if (timestamp === -1 || (timestamp >= earliest && timestamp <= latest)) return undefined
  return `Timestamp ${timestamp} of message with offset ${offsetDelta} is out of range. The timestamp should be within [${earliest}, ${latest}]`
}

function summary(errors: readonly RecordError[]): string {
  const shown = errors
    .slice(0, SHOWN_MAX)
    .map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`)
  return `One or more records have been rejected due to ${errors.length} record errors in total, and only showing the first three errors at most: [${shown.join(', ')}]`
}
