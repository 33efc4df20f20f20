/** Changes single settings of a resource (KIP-339). Version 1 is the first flexible one. */
import { array, boolean, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const incrementalAlterConfigs = message(44, 'IncrementalAlterConfigs', '0-1', {
  flexibleSince: 1,
  request: {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        operation: int8('0+'),
        value: nullable(string('0+')),
      }),
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
