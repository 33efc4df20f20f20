/** Appends record batches to partitions. Version 9 is the first flexible one; versions 0 to 2 carried older records. */
import { array, int16, int32, int64, message, nullable, orElse, records, string } from '../schema.ts'

export const produce = message(0, 'Produce', '3-9', {
  flexibleSince: 9,
  request: {
    transactionalId: nullable(string('3+')),
    acks: int16('0+'),
    timeoutMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), records: nullable(records('0+')) }),
    }),
  },
  response: {
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        baseOffset: int64('0+'),
        logAppendTimeMs: orElse(int64('2+'), -1),
        logStartOffset: orElse(int64('5+'), -1),
        recordErrors: orElse(array('8+', { batchIndex: int32('8+'), message: nullable(string('8+')) }), []),
        errorMessage: orElse(nullable(string('8+')), null),
      }),
    }),
    throttleTimeMs: orElse(int32('1+'), 0),
  },
})
