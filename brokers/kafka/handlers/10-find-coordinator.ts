/**
 * FindCoordinator. Served: 0-4.
 *
 * - Type 0 asks for a group's coordinator: the node that leads the part of __consumer_offsets on which the group's name
 *   falls; type 1 for a transactional id's, by __transaction_state. 15 while none does.
 * - Any other type is refused with 42.
 *
 * Version 3 is flexible, 4 asks for many at once.
 */

import type { Node } from '../model/node.ts'
import { refusal } from '../refusal.ts'
import { codeOf, INVALID_REQUEST } from '../wire/error-code.ts'
import { findCoordinator as message } from '../wire/messages/10-find-coordinator.ts'
import { demand } from './access.ts'
import { attempt, type Call, handler } from './handler.ts'

const GROUP = 0
const TRANSACTION = 1

export const findCoordinator = handler(message, { versions: '0-4' }, (call, request) => {
  if (call.version < 4) return find(call, request.key, request.keyType, 'NONE')
  const { keyType, coordinatorKeys } = request
  return { coordinators: coordinatorKeys.map((key) => ({ key, ...find(call, key, keyType, '') })) }
})

/** `done` is what Kafka puts where the message of an error would be. */
function find(call: Call, key: string, keyType: number, done: string) {
  const { cluster } = call
  const found = attempt((): Node => {
    if (keyType !== GROUP && keyType !== TRANSACTION) throw refusal('invalidRequest', INVALID_REQUEST)
    const kind = keyType === GROUP ? 'group' : 'transaction'
    demand(call, 'describe', kind === 'group' ? 'group' : 'transactionalId', key)
    const node = cluster.coordinatorOf(key, kind)
    if (node === undefined) throw refusal('coordinatorNotAvailable', 'The coordinator is not available.')
    return node
  })
  if ('error' in found) {
    return { errorCode: codeOf(found.error), errorMessage: found.message, nodeId: -1, host: '', port: -1 }
  }
  const { id, host, port } = found.value
  return { errorCode: 0, errorMessage: done, nodeId: id, host, port }
}
