/** Only a group's or a transactional id's coordinator answers for it. */
import type { CoordinatorKind } from '../model/cluster.ts'
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
