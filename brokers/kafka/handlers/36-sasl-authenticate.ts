/**
 * SaslAuthenticate. Served: 0-2.
 *
 * - Carries the tokens of the mechanism that was named, as many as it takes. A wrong one gets 58, late as with Kafka
 *   (connection.failed.authentication.delay.ms), and the connection ends.
 * - Where clients do not log in, or have done so, the answer is 34.
 *
 * Version 1 adds the session's lifetime, which has no end here, 2 is flexible.
 */
import { AuthenticationError } from '../security/authentication.ts'
import { codeOf } from '../wire/error-code.ts'
import { saslAuthenticate as message } from '../wire/messages/36-sasl-authenticate.ts'
import { type Call, handler } from './handler.ts'

const NOTHING = Buffer.alloc(0)

export const saslAuthenticate = handler(message, { versions: '0-2' }, async (call, { authBytes }) => {
  const { authentication } = call
  if (authentication?.status !== 'exchanging') {
    return {
      errorCode: codeOf('illegalSaslState'),
      errorMessage: 'SaslAuthenticate request received after successful authentication',
      authBytes: NOTHING,
    }
  }
  try {
    return { errorCode: 0, errorMessage: '', authBytes: authentication.answer(authBytes) }
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error
    await delay(call)
    return { errorCode: codeOf('saslAuthenticationFailed'), errorMessage: error.message, authBytes: NOTHING }
  }
})

/** So that guessing takes its time. */
function delay({ cluster: { realClock, settings } }: Call): Promise<void> {
  return new Promise((resolve) =>
    realClock.at(realClock.now() + settings.failedAuthenticationDelayMs, resolve),
  )
}
