/**
 * AlterUserScramCredentials. Served: 0.
 *
 * - Gives users credentials, and takes them away. Refused, user by user: one named twice (92), no name, too few or too many
 *   iterations (93), another mechanism than SCRAM-SHA-256 and SCRAM-SHA-512 (33), nothing to take away (91).
 */

import { refusal } from '../refusal.ts'
import {
  credentialFrom,
  ITERATIONS_MAX,
  ITERATIONS_MIN,
  type ScramMechanism,
  scramMechanismOf,
} from '../security/scram.ts'
import { alterUserScramCredentials as message } from '../wire/messages/51-alter-user-scram-credentials.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demandByRequest } from './access.ts'
import { type Call, handler, outcomeOf, twice } from './handler.ts'

type Request = RequestOf<typeof message>
type Deletion = Request['deletions'][number]
type Upsertion = Request['upsertions'][number]

export const alterUserScramCredentials = handler(message, { versions: '0' }, (call, request) => {
  const changes = [...request.deletions, ...request.upsertions]
  const namedTwice = twice(changes.map(({ name }) => name))
  const once = [...new Map(changes.map((change) => [change.name, change])).values()]
  return {
    results: once.map((change) => ({
      user: change.name,
      ...outcomeOf(() => {
        demandByRequest(call, 'alter')
        if (namedTwice.has(change.name)) {
          for (const one of request.deletions) if (one.name === change.name) refuseDeletion(call, one)
          throw refusal('duplicateResource', 'A user credential cannot be altered twice in the same request')
        }
        if (change.name === '') throw refusal('unacceptableCredential', 'Username must not be empty')
        if ('salt' in change) upsert(call, change as Upsertion)
        else remove(call, change)
      }),
    })),
  }
})

function upsert({ security: { users } }: Call, change: Upsertion): void {
  const mechanism = mechanismOf(change)
  if (change.iterations < ITERATIONS_MIN) throw refusal('unacceptableCredential', 'Too few iterations')
  if (change.iterations > ITERATIONS_MAX) throw refusal('unacceptableCredential', 'Too many iterations')
  // Kafka stumbles over it, and does not say why.
  if (change.saltedPassword.length === 0) throw refusal('unknownServerError', '')
  users.set(mechanism, change.name, credentialFrom(mechanism, change))
}

function remove(call: Call, change: Deletion): void {
  refuseDeletion(call, change)
  call.security.users.delete(mechanismOf(change), change.name)
}

/** @throws Refusal unless there is something to take away */
function refuseDeletion({ security: { users } }: Call, change: Deletion): void {
  if (users.credential(mechanismOf(change), change.name) === undefined)
    throw refusal('resourceNotFound', 'Attempt to delete a user credential that does not exist')
}

function mechanismOf({ mechanism }: Deletion): ScramMechanism {
  const known = scramMechanismOf(mechanism)
  if (known === undefined) throw refusal('unsupportedSaslMechanism', 'Unknown SCRAM mechanism')
  return known
}
