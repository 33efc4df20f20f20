/** Gives topics more partitions. Version 2 is the first flexible one. */
import { array, arrayOf, boolean, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const createPartitions = message(37, 'CreatePartitions', '0-3', {
  flexibleSince: 2,
  request: {
    topics: array('0+', {
      name: string('0+'),
      count: int32('0+'),
      assignments: nullable(array('0+', { brokerIds: arrayOf(int32('0+')) })),
    }),
    timeoutMs: int32('0+'),
    validateOnly: boolean('0+'),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    results: array('0+', {
      name: string('0+'),
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
    }),
  },
})
