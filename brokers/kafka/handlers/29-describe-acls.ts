/**
 * DescribeAcls. Served: 1-3.
 *
 * - Tells the access rules that a filter meets, resource by resource. Without access rules the answer is 54.
 *
 * Version 2 is flexible, 3 adds users as a resource.
 */
import type { AclRule } from '../security/acl.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeAcls as message } from '../wire/messages/29-describe-acls.ts'
import { demandByRequest } from './access.ts'
import { attempt, handler } from './handler.ts'

export const describeAcls = handler(message, { versions: '1-3' }, (call, filter) => {
  const { authorizer } = call.security
  if (authorizer === undefined) {
    return {
      errorCode: codeOf('securityDisabled'),
      errorMessage: 'No Authorizer is configured on the broker',
      resources: [],
    }
  }
  const found = attempt(() => {
    demandByRequest(call, 'describe')
    return authorizer.find(filter)
  })
  if ('error' in found) return { errorCode: codeOf(found.error), errorMessage: found.message, resources: [] }
  const byResource = Map.groupBy(found.value, resourceOf)
  return { errorCode: 0, errorMessage: '', resources: [...byResource.values()].map(described) }
})

function resourceOf({ resourceType, patternType, resourceName }: AclRule): string {
  return `${resourceType} ${patternType} ${resourceName}`
}

function described(acls: readonly AclRule[]) {
  const { resourceType, resourceName, patternType } = acls[0] as AclRule
  return { resourceType, resourceName, patternType, acls }
}
