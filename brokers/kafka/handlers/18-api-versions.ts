/**
 * ApiVersions. Served: 0-3.
 *
 * - Tells every API with the versions that are advertised, in the order of their keys.
 * - A version that is not known is answered in version 0 with error 35 and the list, so that the client can ask again. Any
 *   other API in an unknown version ends the connection.
 *
 * Version 3 is flexible, except for the response's header, and tells the client's name, which is not kept.
 */
import { codeOf } from '../wire/error-code.ts'
import { apiVersions as message } from '../wire/messages/18-api-versions.ts'
import { type Handler, handler } from './handler.ts'

/** `all` is asked for late, since this handler is one of them. */
export function apiVersionsOf(all: () => readonly Handler[]): Handler<typeof message> {
  return handler(message, { versions: '0-3' }, ({ version }) => ({
    errorCode: version > 3 || version < 0 ? codeOf('unsupportedVersion') : 0,
    apiKeys: all().map(({ message: { key }, advertised: [minVersion, maxVersion] }) => ({
      apiKey: key,
      minVersion,
      maxVersion,
    })),
  }))
}
