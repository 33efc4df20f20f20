/**
 * SaslHandshake. Served: 0-1.
 *
 * - Names the mechanism. One that there is not gets 33 with those that there are, and the connection ends.
 * - Where clients do not log in, or have done so, the answer is 34.
 *
 * Version 1 says that tokens come as SaslAuthenticate requests; behind version 0 they come bare, with their size in front.
 */
import { codeOf } from '../wire/error-code.ts'
import { saslHandshake as message } from '../wire/messages/17-sasl-handshake.ts'
import { handler } from './handler.ts'

export const saslHandshake = handler(message, { versions: '0-1' }, ({ authentication, version }, request) => {
  if (authentication?.status !== 'begun') return { errorCode: codeOf('illegalSaslState'), mechanisms: [] }
  const isKnown = authentication.begin(request.mechanism, { isBare: version === 0 })
  return {
    errorCode: isKnown ? 0 : codeOf('unsupportedSaslMechanism'),
    mechanisms: authentication.mechanisms,
  }
})
