/** Replaces all settings of a resource. Version 2 is the first flexible one. */
import { array, boolean, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const alterConfigs = message(33, 'AlterConfigs', '0-2', {
  flexibleSince: 2,
  request: {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', { name: string('0+'), value: nullable(string('0+')) }),
    }),
    validateOnly: boolean('0+'),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    responses: array('0+', {
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
      resourceType: int8('0+'),
      resourceName: string('0+'),
    }),
  },
})
