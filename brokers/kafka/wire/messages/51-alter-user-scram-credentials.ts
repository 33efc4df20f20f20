/** Gives users SCRAM credentials, or takes them away (KIP-554). Flexible from the start. */
import { array, bytes, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const alterUserScramCredentials = message(51, 'AlterUserScramCredentials', '0', {
  flexibleSince: 0,
  request: {
    deletions: array('0+', { name: string('0+'), mechanism: int8('0+') }),
    upsertions: array('0+', {
      name: string('0+'),
      mechanism: int8('0+'),
      iterations: int32('0+'),
      salt: bytes('0+'),
      saltedPassword: bytes('0+'),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    results: array('0+', {
      user: string('0+'),
      errorCode: int16('0+'),
      errorMessage: nullable(string('0+')),
    }),
  },
})
