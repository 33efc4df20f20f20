/** Asks which users have SCRAM credentials (KIP-554). Flexible from the start. */
import { array, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const describeUserScramCredentials = message(50, 'DescribeUserScramCredentials', '0', {
  flexibleSince: 0,
  request: { users: nullable(array('0+', { name: string('0+') })) },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    errorMessage: nullable(string('0+')),
    results: array('0+', {
      user: string('0+'),
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
      credentialInfos: array('0+', { mechanism: int8('0+'), iterations: int32('0+') }),
    }),
  },
})
