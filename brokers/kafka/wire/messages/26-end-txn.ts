/** Commits or aborts a transaction. Version 3 is the first flexible one. */
import { boolean, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const endTxn = message(26, 'EndTxn', '0-3', {
  flexibleSince: 3,
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    committed: boolean('0+'),
  },
  response: { throttleTimeMs: orElse(int32('0+'), 0), errorCode: int16('0+') },
})
