/**
 * DescribeUserScramCredentials. Served: 0.
 *
 * - Tells with which mechanisms users can log in, and how often their passwords are hashed; nobody named means all. A user
 *   without credentials gets 91, one named twice 92.
 */

import { refusal } from '../refusal.ts'
import { type ScramMechanism, scramMechanisms } from '../security/scram.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeUserScramCredentials as message } from '../wire/messages/50-describe-user-scram-credentials.ts'
import { demandCluster } from './access.ts'
import { attempt, type Call, handler, twice } from './handler.ts'

export const describeUserScramCredentials = handler(message, { versions: '0' }, (call, request) => {
  const allowed = attempt(() => demandCluster(call, 'describe'))
  if ('error' in allowed) {
    // For each user that was asked for, and none is named.
    const refused = { errorCode: codeOf(allowed.error), errorMessage: null }
    const results = (request.users ?? []).map(() => ({ user: '', ...refused, credentialInfos: [] }))
    return { ...refused, results }
  }
  const asked = (request.users ?? []).map(({ name }) => name)
  const namedTwice = twice(asked)
  const names = asked.length === 0 ? call.security.users.scramNames : [...new Set(asked)]
  return {
    errorCode: 0,
    errorMessage: '',
    results: names.map((user) => describe(call, user, namedTwice.has(user))),
  }
})

function describe({ security: { users } }: Call, user: string, isTwice: boolean) {
  const found = attempt(() => {
    if (isTwice) {
      throw refusal(
        'duplicateResource',
        `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`,
      )
    }
    const infos = (Object.keys(scramMechanisms) as ScramMechanism[]).flatMap((mechanism) => {
      const credential = users.credential(mechanism, user)
      return credential === undefined
        ? []
        : [{ mechanism: scramMechanisms[mechanism].id, iterations: credential.iterations }]
    })
    if (infos.length === 0)
      throw refusal('resourceNotFound', `Attempt to describe a user credential that does not exist: ${user}`)
    return infos
  })
  if ('error' in found)
    return { user, errorCode: codeOf(found.error), errorMessage: found.message, credentialInfos: [] }
  return { user, errorCode: 0, errorMessage: '', credentialInfos: found.value }
}
