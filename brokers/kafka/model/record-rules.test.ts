/** What a topic's settings ask of each record, in Kafka's own words. */
import { expect, test } from 'vitest'
import { BatchError, encodeBatch, readBatchHeader } from '../wire/record-batch.ts'
import { refuseRecords } from './record-rules.ts'
import { TopicConfig } from './topic-config.ts'

const NOW = 1_000_000_000_000

/** Why a batch with these records is refused; undefined if it is not. */
function why(
  config: Record<string, string>,
  records: readonly { key?: string; at?: number }[],
  valueBytes = 1,
) {
  const batch = encodeBatch(
    records.map(({ key, at = NOW }) => ({
      key: key === undefined ? null : Buffer.from(key),
      value: Buffer.alloc(valueBytes),
      timestampDelta: at - NOW,
    })),
    { baseTimestamp: NOW },
  )
  try {
    const rules = { config: new TopicConfig(Object.entries(config)), nowMs: NOW, topicPartition: 't-0' }
    refuseRecords(batch, readBatchHeader(batch), rules)
    return undefined
  } catch (error) {
    if (!(error instanceof BatchError)) throw error
    const { errorName, message, recordErrors } = error
    return { errorName, message, recordErrors }
  }
}

test('a compacted topic wants keys: each record without one is named', () => {
  const compact = { 'cleanup.policy': 'compact' }
  expect(why(compact, [{ key: 'a' }])).toBeUndefined()
  expect(why({}, [{}])).toBeUndefined()
  const message = 'Compacted topic cannot accept message without key in topic partition t-0'
  expect(why(compact, [{ key: 'a' }, {}])).toEqual({
    errorName: 'invalidRecord',
    message: `One or more records have been rejected due to 1 record errors in total, and only showing the first three errors at most: [RecordError(batchIndex=1, message='${message}')]`,
    recordErrors: [{ batchIndex: 1, message }],
  })
  expect(why({ 'cleanup.policy': 'compact,delete' }, [{}, {}, {}, {}])?.recordErrors).toHaveLength(4)
})

test('a time may lie so far ahead and no farther', () => {
  expect(why({}, [{ at: NOW + 3_600_000 }])).toBeUndefined()
  expect(why({}, [{}, { at: NOW + 3_600_001 }])).toEqual({
    errorName: 'invalidTimestamp',
    message: 'One or more records have been rejected due to invalid timestamp',
    recordErrors: [
      {
        batchIndex: 1,
        message:
          'Timestamp 1000003600001 of message with offset 1 is out of range. The timestamp should be within [-9223371036854775807, 1000003600000]',
      },
    ],
  })
})

test('a time may lie so far back and no farther, unless the time of append counts', () => {
  const config = { 'message.timestamp.before.max.ms': '1000' }
  expect(why(config, [{ at: NOW - 1000 }])).toBeUndefined()
  expect(why(config, [{ at: NOW - 1001 }])?.errorName).toBe('invalidTimestamp')
  expect(why({ ...config, 'message.timestamp.type': 'LogAppendTime' }, [{ at: 0 }])).toBeUndefined()
})

test('a batch must fit into a segment', () => {
  const config = { 'segment.bytes': '1048576', 'max.message.bytes': '2000000' }
  expect(why(config, [{ key: 'a' }], 1_100_000)?.errorName).toBe('recordListTooLarge')
})
