/** Elects leaders (KIP-460). Version 1 adds the kind of election, 2 is the first flexible one. */
import { array, arrayOf, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const electLeaders = message(43, 'ElectLeaders', '0-2', {
  flexibleSince: 2,
  request: {
    electionType: orElse(int8('1+'), 0),
    topics: nullable(array('0+', { name: string('0+'), partitions: arrayOf(int32('0+')) })),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: orElse(int16('1+'), 0),
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
