/** Asks for the settings of topics and brokers. Version 4 is the first flexible one. */
import { array, arrayOf, boolean, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const describeConfigs = message(32, 'DescribeConfigs', '0-4', {
  flexibleSince: 4,
  request: {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configurationKeys: nullable(arrayOf(string('0+'))),
    }),
    includeSynonyms: orElse(boolean('1+'), false),
    includeDocumentation: orElse(boolean('3+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    results: array('0+', {
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        value: nullable(string('0+')),
        readOnly: boolean('0+'),
        isDefault: boolean('0'),
        configSource: int8('1+'),
        isSensitive: boolean('0+'),
        synonyms: array('1+', { name: string('1+'), value: nullable(string('1+')), source: int8('1+') }),
        configType: int8('3+'),
        documentation: orElse(nullable(string('3+')), null),
      }),
    }),
  },
})
