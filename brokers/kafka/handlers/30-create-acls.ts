/**
 * CreateAcls. Served: 1-3.
 *
 * - Adds access rules, each with its own answer; one that is there already is not added twice. What is no rule gets 42; where a
 *   number is 0, for unknown, the connection ends. Without access rules the answer is 54.
 *
 * Version 2 is flexible, 3 adds users as a resource.
 */

import { refusal } from '../refusal.ts'
import {
  type AclRule,
  ANY,
  CLUSTER_NAME,
  MATCH,
  operations,
  patternTypes,
  permissions,
  resourceTypes,
} from '../security/acl.ts'
import { createAcls as message } from '../wire/messages/30-create-acls.ts'
import { demandByRequest } from './access.ts'
import { handler, outcomeOf } from './handler.ts'

const UNKNOWN = 0

export const createAcls = handler(message, { versions: '1-3' }, (call, { creations }) => {
  if (creations.some(isUnreadable)) return 'close'
  return {
    results: creations.map((rule) => {
      const { errorCode, errorMessage } = outcomeOf(() => {
        const { authorizer } = call.security
        if (authorizer === undefined) throw refusal('securityDisabled', 'No Authorizer is configured.')
        demandByRequest(call, 'alter')
        refuseRule(rule)
        authorizer.add(rule)
      })
      return { errorCode, errorMessage: errorCode === 0 ? '' : errorMessage }
    }),
  }
})

/** Whether a number in it says that it is unknown. */
function isUnreadable({ resourceType, patternType, operation, permissionType }: AclRule): boolean {
  return [resourceType, patternType, operation, permissionType].includes(UNKNOWN)
}

function refuseRule(rule: AclRule): void {
  const { resourceType, resourceName, principal } = rule
  const invalid = (why: string) => refusal('invalidRequest', why)
  if (resourceType === resourceTypes.cluster && resourceName !== CLUSTER_NAME)
    throw invalid(`The only valid name for the CLUSTER resource is ${CLUSTER_NAME}`)
  if (resourceName === '') throw invalid('Invalid empty resource name')
  if (!principal.includes(':')) {
    throw invalid(
      `Could not parse principal from \`${principal}\` (no colon is present separating the principal type from the principal name)`,
    )
  }
  refuseNumber('resourceType', resourceType, resourceTypes)
  refuseNumber('patternType', rule.patternType, patternTypes)
  refuseNumber('operation', rule.operation, operations)
  refuseNumber('permissionType', rule.permissionType, permissions)
}

function refuseNumber(what: string, value: number, table: Readonly<Record<string, number>>): void {
  if (Object.values(table).includes(value)) return
  // What belongs into filters alone Kafka does not explain.
  if (value === ANY || value === MATCH) throw refusal('unknownServerError', '')
  throw refusal('invalidRequest', `Invalid ${what} UNKNOWN`)
}
