/** Asks for all transactional ids, or some of them (KIP-664). Every version is flexible; 1 adds the age (KIP-994). */
import { array, arrayOf, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const listTransactions = message(66, 'ListTransactions', '0-1', {
  flexibleSince: 0,
  request: {
    stateFilters: arrayOf(string('0+')),
    producerIdFilters: arrayOf(int64('0+')),
    durationFilter: orElse(int64('1+'), -1),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    unknownStateFilters: arrayOf(string('0+')),
    transactionStates: array('0+', {
      transactionalId: string('0+'),
      producerId: int64('0+'),
      transactionState: string('0+'),
    }),
  },
})
