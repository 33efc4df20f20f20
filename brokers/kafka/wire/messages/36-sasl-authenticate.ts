/** Carries what a SASL mechanism says (KIP-152). Version 1 adds the session's lifetime, 2 is the first flexible one. */
import { bytes, int16, int64, message, nullable, orElse, string } from '../schema.ts'

export const saslAuthenticate = message(36, 'SaslAuthenticate', '0-2', {
  flexibleSince: 2,
  request: { authBytes: bytes('0+') },
  response: {
    errorCode: int16('0+'),
    errorMessage: nullable(string('0+')),
    authBytes: bytes('0+'),
    sessionLifetimeMs: orElse(int64('1+'), 0),
  },
})
