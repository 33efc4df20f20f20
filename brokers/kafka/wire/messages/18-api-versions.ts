/** Asks what the broker speaks: the first request of most clients. Version 3 is the first flexible one. */
import { array, int16, int32, message, orElse, string } from '../schema.ts'

export const apiVersions = message(18, 'ApiVersions', '0-4', {
  flexibleSince: 3,
  request: {
    clientSoftwareName: orElse(string('3+'), ''),
    clientSoftwareVersion: orElse(string('3+'), ''),
  },
  response: {
    errorCode: int16('0+'),
    apiKeys: array('0+', { apiKey: int16('0+'), minVersion: int16('0+'), maxVersion: int16('0+') }),
    throttleTimeMs: orElse(int32('1+'), 0),
  },
})
