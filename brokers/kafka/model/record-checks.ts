/** What a topic's settings ask of every record (KIP-467): a time that is near, and in a compacted topic a key. */
import {
  BatchError,
  type BatchHeader,
  codecOf,
  type KafkaRecord,
  type RecordError,
  recordsOf,
} from '../wire/record-batch.ts'
import type { TopicConfig } from './topic-config.ts'

const GZIP = 1
/** Of the errors, in the message over all of them. */
const SHOWN_MAX = 3

/** @throws BatchError that names the records, each with what is wrong with it */
export function refuseRecords(
  bytes: Buffer,
  header: BatchHeader,
  { config, nowMs, partition }: { config: TopicConfig; nowMs: number; partition: string },
): void {
  if (header.baseOffset !== 0)
    throw new BatchError('invalidRecord', `base offset ${header.baseOffset}, not 0`)
  // What is in them can't be seen.
  if (codecOf(header) > GZIP) return
  if (config.isCompacted) refuseWithoutKey(recordsOf(bytes, header), partition)
  if (!config.isLogAppendTime) refuseFarTimes(bytes, header, config, nowMs)
}

function refuseWithoutKey(records: readonly KafkaRecord[], partition: string): void {
  const message = `Compacted topic cannot accept message without key in topic partition ${partition}`
  const errors = records.flatMap(({ key }, batchIndex) => (key === null ? [{ batchIndex, message }] : []))
  const shown = errors
    .slice(0, SHOWN_MAX)
    .map((one) => `RecordError(batchIndex=${one.batchIndex}, message='${one.message}')`)
  refuse(
    'invalidRecord',
    `One or more records have been rejected due to ${errors.length} record errors in total, and only showing the first three errors at most: [${shown.join(', ')}]`,
    errors,
  )
}

function refuseFarTimes(bytes: Buffer, header: BatchHeader, config: TopicConfig, nowMs: number): void {
  const [first, last] = [nowMs - config.timestampBeforeMaxMs, nowMs + config.timestampAfterMaxMs]
  const isFar = (time: number) => time !== -1 && (time < first || time > last)
  // The header tells of most batches that none of their records is.
  if (!isFar(header.baseTimestamp) && !isFar(header.maxTimestamp)) return
  const errors = recordsOf(bytes, header).flatMap(({ timestampDelta }, batchIndex): RecordError[] => {
    const time = header.baseTimestamp + timestampDelta
    if (!isFar(time)) return []
    const message = `Timestamp ${time} of message with offset ${batchIndex} is out of range. The timestamp should be within [${first}, ${last}]`
    return [{ batchIndex, message }]
  })
  refuse('invalidTimestamp', 'One or more records have been rejected due to invalid timestamp', errors)
}

function refuse(
  errorName: 'invalidRecord' | 'invalidTimestamp',
  message: string,
  recordErrors: readonly RecordError[],
): void {
  if (recordErrors.length > 0) throw new BatchError(errorName, message, { recordErrors })
}
