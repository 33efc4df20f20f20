/**
 * DeleteAcls. Served: 1-3.
 *
 * - Removes the access rules that each filter meets, and tells them. Without access rules the answer is 54.
 *
 * Version 2 is flexible, 3 adds users as a resource.
 */
import { refusal } from '../refusal.ts'
import {
  type AclFilter,
  ANY,
  MATCH,
  operations,
  patternTypes,
  permissions,
  resourceTypes,
} from '../security/acl.ts'
import { codeOf } from '../wire/error-code.ts'
import { deleteAcls as message } from '../wire/messages/31-delete-acls.ts'
import { demandByRequest } from './access.ts'
import { attempt, handler } from './handler.ts'

export const deleteAcls = handler(message, { versions: '1-3' }, (call, { filters }) => ({
  filterResults: filters.map((filter) => {
    const removed = attempt(() => {
      const { authorizer } = call.security
      if (authorizer === undefined) throw refusal('securityDisabled', 'No Authorizer is configured.')
      demandByRequest(call, 'alter')
      refuseFilter(filter)
      return authorizer.remove(filter)
    })
    if ('error' in removed)
      return { errorCode: codeOf(removed.error), errorMessage: removed.message, matchingAcls: [] }
    const matchingAcls = removed.value.map((rule) => ({ errorCode: 0, errorMessage: null, ...rule }))
    return { errorCode: 0, errorMessage: null, matchingAcls }
  }),
}))

/** @throws Refusal for a number that stands for nothing */
function refuseFilter({ resourceTypeFilter, patternTypeFilter, operation, permissionType }: AclFilter): void {
  const isUnknown = (value: number, table: Readonly<Record<string, number>>, ...others: number[]) =>
    !others.includes(value) && !Object.values(table).includes(value)
  if (
    isUnknown(resourceTypeFilter, resourceTypes, ANY) ||
    isUnknown(patternTypeFilter, patternTypes, ANY, MATCH)
  )
    throw refusal('invalidRequest', 'Unknown patternFilter.')
  if (isUnknown(operation, operations, ANY) || isUnknown(permissionType, permissions, ANY))
    throw refusal('invalidRequest', 'Unknown entryFilter.')
}
