/**
 * ApiVersions. Served: 0-4.
 *
 * - Tells every API with the versions that are advertised, in the order of their keys.
 * - A version that is not known is answered in version 0 with error 35 and its own versions alone, so that the client can ask
 *   again. Any other API in an unknown version ends the connection.
 * - A client whose name or version is none is refused with 42.
 *
 * Version 3 is flexible, except for the response's header, and tells the client's name, which is not kept.
 */
import { codeOf } from '../wire/error-code.ts'
import { apiVersions as message } from '../wire/messages/18-api-versions.ts'
import { type Handler, handler } from './handler.ts'

/** As Kafka takes them. */
const CLIENT_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/** `all` is asked for late, since this handler is one of them. */
export function apiVersionsOf(all: () => readonly Handler[]): Handler<typeof message> {
  return handler(message, { versions: '0-4' }, ({ version }, request) => {
    // The client does not know yet what is spoken here: it is told the versions of this request only.
    if (version > 4 || version < 0) {
      const itself = all().filter(({ message: { key } }) => key === message.key)
      return { errorCode: codeOf('unsupportedVersion'), apiKeys: itself.map(rangeOf) }
    }
    const { clientSoftwareName, clientSoftwareVersion } = request
    const isNamed =
      version < 3 || (CLIENT_NAME.test(clientSoftwareName) && CLIENT_NAME.test(clientSoftwareVersion))
    if (!isNamed) return { errorCode: codeOf('invalidRequest'), apiKeys: [] }
    return { errorCode: 0, apiKeys: all().map(rangeOf) }
  })
}

function rangeOf({ message: { key }, advertised: [minVersion, maxVersion] }: Handler) {
  return { apiKey: key, minVersion, maxVersion }
}
