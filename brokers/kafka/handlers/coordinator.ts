/** What the handlers of transactions have in common: who is asked, and in which words an older client is refused. */
import { refusal } from '../refusal.ts'
import type { ErrorName } from '../wire/error-code.ts'
import type { Call } from './handler.ts'

/** @throws Refusal if another node looks after this transactional id */
export function refuseForeignTransaction({ cluster, node }: Call, transactionalId: string): void {
  const { id } = cluster.coordinatorOf(transactionalId)
  if (id !== node.id) throw refusal('notCoordinator', `node ${id} coordinates ${transactionalId}`)
}

/** PRODUCER_FENCED came with version `since` of an API; older clients know it as an invalid epoch (KIP-588). */
export function fencedSince(since: number, { version }: Call, error: ErrorName): ErrorName {
  return error === 'producerFenced' && version < since ? 'invalidProducerEpoch' : error
}
