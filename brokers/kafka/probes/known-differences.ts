/**
 * Probes that the embedded Kafka answers otherwise than the real one, and knowingly so. The words stand in departures.ts; a
 * difference that is gone fails the tests, so that it leaves this list.
 */
export interface KnownDifference {
  readonly probe: string
  /** One of the departures, or of what is not there. */
  readonly words: string
}

export const knownDifferences: readonly KnownDifference[] = []

export function isKnownDifference(probe: string): boolean {
  return knownDifferences.some((known) => known.probe === probe)
}
