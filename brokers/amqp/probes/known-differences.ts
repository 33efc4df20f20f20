/**
 * Probes that the embedded broker answers otherwise than the real servers, and knowingly so. The words stand in
 * departures.ts; a difference that is gone fails the tests, so that it leaves this list.
 */
import type { RecordedVersion } from './recordings.ts'

export interface KnownDifference {
  readonly probe: string
  readonly versions: readonly RecordedVersion[]
  /** One of the departures, or of what is not there. */
  readonly words: string
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    probe: 'connection: a method with content that only servers send',
    versions: ['3.10', '4.0'],
    words: 'A method with content that only servers send is refused at once; RabbitMQ waits for the content.',
  },
  {
    probe: 'limit: channels of a user',
    versions: ['4.0'],
    words: "What a user's channels are limited by names the user; RabbitMQ 4.0.5 names its node instead.",
  },
  {
    probe: 'text: the management API, what no frame can hold',
    versions: ['3.10', '4.0'],
    words:
      'What no frame can hold (a name in a table or a property above 255 bytes, a priority above 255) is refused with 400; RabbitMQ takes some of it, and answers the rest with 500.',
  },
  {
    probe: 'queue: argument x-queue-master-locator of a classic queue',
    versions: ['3.10'],
    words:
      'x-queue-master-locator is not looked at; RabbitMQ 3.10 fails with 541 over a value that it does not know.',
  },
  {
    probe: 'prefetch: global holds for the channel',
    versions: ['3.10', '4.0'],
    words:
      'Whose turn it is after a global prefetch limit has held up several consumers can differ from RabbitMQ, which goes by who was held up first.',
  },
]

export function isKnownDifference(probe: string, version: RecordedVersion): boolean {
  return knownDifferences.some((known) => known.probe === probe && known.versions.includes(version))
}
