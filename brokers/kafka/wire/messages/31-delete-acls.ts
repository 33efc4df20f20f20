/** Removes access rules. Version 1 adds the pattern type, 2 is the first flexible one, 3 adds users as a resource. */
import { array, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const deleteAcls = message(31, 'DeleteAcls', '0-3', {
  flexibleSince: 2,
  request: {
    filters: array('0+', {
      resourceTypeFilter: int8('0+'),
      resourceNameFilter: nullable(string('0+')),
      patternTypeFilter: orElse(int8('1+'), 3),
      principalFilter: nullable(string('0+')),
      hostFilter: nullable(string('0+')),
      operation: int8('0+'),
      permissionType: int8('0+'),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    filterResults: array('0+', {
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
      matchingAcls: array('0+', {
        errorCode: int16('0+'),
        errorMessage: nullable(string('0+')),
        resourceType: int8('0+'),
        resourceName: string('0+'),
        patternType: orElse(int8('1+'), 3),
        principal: string('0+'),
        host: string('0+'),
        operation: int8('0+'),
        permissionType: int8('0+'),
      }),
    }),
  },
})
