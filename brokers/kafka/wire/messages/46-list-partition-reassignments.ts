/** Asks which partitions are on the move (KIP-455). Flexible from the start. */
import { array, arrayOf, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const listPartitionReassignments = message(46, 'ListPartitionReassignments', '0', {
  flexibleSince: 0,
  request: {
    timeoutMs: int32('0+'),
    topics: nullable(array('0+', { name: string('0+'), partitions: arrayOf(int32('0+')) })),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    errorMessage: nullable(string('0+')),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        replicas: arrayOf(int32('0+')),
        addingReplicas: arrayOf(int32('0+')),
        removingReplicas: arrayOf(int32('0+')),
      }),
    }),
  },
})
