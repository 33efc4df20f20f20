/** Adds access rules. Version 1 adds the pattern type, 2 is the first flexible one, 3 adds users as a resource. */
import { array, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const createAcls = message(30, 'CreateAcls', '0-3', {
  flexibleSince: 2,
  request: {
    creations: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      patternType: orElse(int8('1+'), 3),
      principal: string('0+'),
      host: string('0+'),
      operation: int8('0+'),
      permissionType: int8('0+'),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    results: array('0+', { errorCode: int16('0+'), errorMessage: nullable(string('0+')) }),
  },
})
