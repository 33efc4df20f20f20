/** Only a group's or a transactional id's coordinator answers for it, in words that the client's version knows. */
import type { CoordinatorKind } from '../model/cluster.ts'
import { refusal } from '../refusal.ts'
import type { ErrorName } from '../wire/error-code.ts'
import type { Call } from './handler.ts'

/** `none` if this node coordinates the key; 16 if another one does, 15 if none does, 14 while it still reads. */
export function coordinatorError(
  { cluster, node }: Call,
  key: string,
  kind: CoordinatorKind = 'group',
): ErrorName {
  const coordinator = cluster.coordinatorOf(key, kind)
  if (coordinator === undefined) return 'coordinatorNotAvailable'
  if (coordinator !== node) return 'notCoordinator'
  return cluster.coordinators[kind].isLoading(key) ? 'coordinatorLoadInProgress' : 'none'
}

/** @throws Refusal unless this node coordinates the transactional id */
export function refuseForeignTransaction(call: Call, transactionalId: string): void {
  const error = coordinatorError(call, transactionalId, 'transaction')
  if (error !== 'none') throw refusal(error, `this node does not coordinate ${transactionalId}`)
}

/** PRODUCER_FENCED came with version `since` of an API; older clients know it as an invalid epoch (KIP-588). */
export function fencedSince(since: number, { version }: Call, error: ErrorName): ErrorName {
  return error === 'producerFenced' && version < since ? 'invalidProducerEpoch' : error
}
