/**
 * EndTxn. Served: 0-3.
 *
 * - Commits or aborts. The same outcome asked for again succeeds, the other one is refused with 48, as is the end of nothing.
 * - Another producer's id is refused with 49, an old epoch with 90.
 * - The answer waits until every partition has its marker, but not for long if one has no leader: then the outcome is certain
 *   all the same, and the next transaction is told 51. Kafka never waits.
 *
 * Version 2 says 90 instead of 47 to a fenced producer, 3 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { endTxn as message } from '../wire/messages/26-end-txn.ts'
import { demand } from './access.ts'
import { fencedSince, refuseForeignTransaction } from './coordinator.ts'
import { attempt, type Call, handler } from './handler.ts'

/** How long an answer waits for markers. */
const MARKERS_WAIT_MS = 500

export const endTxn = handler(message, { versions: '0-3' }, (call, request) => {
  const { transactionalId, committed } = request
  const { transactions } = call.cluster
  const result = attempt(() => {
    demand(call, 'write', 'transactionalId', transactionalId)
    refuseForeignTransaction(call, transactionalId)
    transactions.end(transactionalId, request, committed)
  })
  if ('error' in result) return { errorCode: codeOf(fencedSince(2, call, result.error)) }
  if (transactions.hasEnded(transactionalId)) return { errorCode: 0 }
  return new Promise((resolve) => waitForMarkers(call, transactionalId, () => resolve({ errorCode: 0 })))
})

function waitForMarkers(call: Call, transactionalId: string, answer: () => void): void {
  const { realClock, transactions } = call.cluster
  const finish = () => {
    stopWaiting()
    timer.cancel()
    forget()
    answer()
  }
  const stopWaiting = transactions.whenEnded(transactionalId, finish)
  const timer = realClock.at(realClock.now() + MARKERS_WAIT_MS, finish)
  const forget = call.whenGone(() => {
    stopWaiting()
    timer.cancel()
  })
}
