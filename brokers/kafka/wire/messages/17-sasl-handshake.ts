/** Names the SASL mechanism that a client wants. Version 1 says that what follows is wrapped in SaslAuthenticate. */
import { arrayOf, int16, message, string } from '../schema.ts'

export const saslHandshake = message(17, 'SaslHandshake', '0-1', {
  request: { mechanism: string('0+') },
  response: { errorCode: int16('0+'), mechanisms: arrayOf(string('0+')) },
})
