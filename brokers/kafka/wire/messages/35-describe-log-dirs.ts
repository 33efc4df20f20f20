/** Asks what lies in a broker's folders. Version 2 is the first flexible one, 3 adds an error, 4 the size of the disk. */
import { array, arrayOf, boolean, int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

export const describeLogDirs = message(35, 'DescribeLogDirs', '0-4', {
  flexibleSince: 2,
  request: {
    topics: nullable(array('0+', { name: string('0+'), partitions: arrayOf(int32('0+')) })),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: orElse(int16('3+'), 0),
    results: array('0+', {
      errorCode: int16('0+'),
      logDir: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          index: int32('0+'),
          size: int64('0+'),
          offsetLag: int64('0+'),
          isFuture: boolean('0+'),
        }),
      }),
      totalBytes: orElse(int64('4+'), -1),
      usableBytes: orElse(int64('4+'), -1),
    }),
  },
})
