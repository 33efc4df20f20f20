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

export const knownDifferences: readonly KnownDifference[] = []

export function isKnownDifference(probe: string, version: RecordedVersion): boolean {
  return knownDifferences.some((known) => known.probe === probe && known.versions.includes(version))
}
