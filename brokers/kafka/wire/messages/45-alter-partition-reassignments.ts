/** Moves partitions to other replicas (KIP-455); null replicas call a move off. Flexible from the start. */
import { array, arrayOf, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const alterPartitionReassignments = message(45, 'AlterPartitionReassignments', '0', {
  flexibleSince: 0,
  request: {
    timeoutMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), replicas: nullable(arrayOf(int32('0+'))) }),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    errorMessage: nullable(string('0+')),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: nullable(string('0+')),
      }),
    }),
  },
})
