/** Reads record batches from partitions, waiting for them if need be. Version 12 is the first flexible one. */
import {
  array,
  arrayOf,
  int8,
  int16,
  int32,
  int64,
  message,
  nullable,
  orElse,
  records,
  string,
  tagged,
} from '../schema.ts'

export const fetch = message(1, 'Fetch', '4-12', {
  flexibleSince: 12,
  request: {
    replicaId: orElse(int32('0+'), -1),
    maxWaitMs: int32('0+'),
    minBytes: int32('0+'),
    maxBytes: orElse(int32('3+'), 0x7fff_ffff),
    isolationLevel: int8('4+'),
    sessionId: orElse(int32('7+'), 0),
    sessionEpoch: orElse(int32('7+'), -1),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        currentLeaderEpoch: orElse(int32('9+'), -1),
        fetchOffset: int64('0+'),
        lastFetchedEpoch: orElse(int32('12+'), -1),
        logStartOffset: orElse(int64('5+'), -1),
        maxBytes: int32('0+'),
      }),
    }),
    forgottenTopics: orElse(array('7+', { name: string('7+'), partitions: arrayOf(int32('7+')) }), []),
    rackId: orElse(string('11+'), ''),
    clusterId: tagged(0, nullable(string('12+'))),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    errorCode: orElse(int16('7+'), 0),
    sessionId: orElse(int32('7+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        highWatermark: int64('0+'),
        lastStableOffset: orElse(int64('4+'), -1),
        logStartOffset: orElse(int64('5+'), -1),
        abortedTransactions: nullable(array('4+', { producerId: int64('4+'), firstOffset: int64('4+') })),
        preferredReadReplica: orElse(int32('11+'), -1),
        records: nullable(records('0+')),
      }),
    }),
  },
})
