/** What a request is about, whatever its API calls its fields. */
import { expect, test } from 'vitest'
import { aboutOf, type BatchSeen } from './kafka-about.ts'

const batch: BatchSeen = {
  bytes: 100,
  count: 2,
  baseOffset: 7,
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
  isControl: false,
  keys: ['a', null],
  ids: ['e1'],
}
const topics = (partition: unknown) => ({ topics: [{ name: 'payments', partitions: [partition] }] })

test.each([
  ['a commit', topics({ index: 1, committedOffset: 3 }), { topic: 'payments', partition: 1, offset: 3 }],
  ['a fetch', topics({ index: 0, fetchOffset: 5 }), { topic: 'payments', partition: 0, offset: 5 }],
  ['a list of partitions', topics(4), { topic: 'payments', partition: 4 }],
  ['a topic without partitions', { topics: [{ name: 'payments' }] }, { topic: 'payments' }],
  [
    'what is produced, whose offsets nobody knows yet',
    topics({ index: 0, records: [batch] }),
    { topic: 'payments', partition: 0, records: 2, hasRecords: true, keys: ['a', null], ids: ['e1'] },
  ],
  [
    'what is fetched',
    topics({ index: 0, errorCode: 0, records: [batch] }),
    {
      topic: 'payments',
      partition: 0,
      errorCode: 0,
      records: 2,
      hasRecords: true,
      keys: ['a', null],
      ids: ['e1'],
      offset: 7,
      lastOffset: 8,
    },
  ],
  [
    'a marker, which is no record',
    topics({ index: 0, errorCode: 0, records: [{ ...batch, isControl: true }] }),
    { topic: 'payments', partition: 0, errorCode: 0, records: 0, hasRecords: false, keys: [], ids: [] },
  ],
  [
    'one group of many',
    { groups: [{ groupId: 'g', ...topics({ index: 0, committedOffset: -1, errorCode: 0 }) }] },
    { topic: 'payments', partition: 0, offset: -1, errorCode: 0 },
  ],
])('%s', (_, fields, expected) => {
  expect(aboutOf(fields)).toEqual([expected])
})

test('a heartbeat is about no partition', () => {
  expect(aboutOf({ groupId: 'g' })).toEqual([])
})
