/**
 * AddOffsetsToTxn. Served: 0-3.
 *
 * - From now on the transaction may commit offsets for this group. Refused as AddPartitionsToTxn is.
 *
 * Version 2 says 90 instead of 47 to a fenced producer, 3 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { addOffsetsToTxn as message } from '../wire/messages/25-add-offsets-to-txn.ts'
import { demand } from './access.ts'
import { fencedSince, refuseForeignTransaction } from './coordinator.ts'
import { attempt, handler } from './handler.ts'

export const addOffsetsToTxn = handler(message, { versions: '0-3' }, (call, request) => {
  const { transactionalId, groupId } = request
  const result = attempt(() => {
    demand(call, 'write', 'transactionalId', transactionalId)
    demand(call, 'read', 'group', groupId)
    refuseForeignTransaction(call, transactionalId)
    call.cluster.transactions.addOffsets(transactionalId, request, groupId)
  })
  return { errorCode: 'error' in result ? codeOf(fencedSince(2, call, result.error)) : 0 }
})
