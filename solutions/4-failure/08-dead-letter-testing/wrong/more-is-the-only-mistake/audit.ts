// mistake: takes too few attempts for no mistake
// refused by: failure-08.2
// says: does not name it under tooSeldom

/** The audit of a run: from what was published and where everything is now, it finds what must not be. */

/** What a run left behind. All ids are message ids; an id that is in a place twice is in its list twice. */
export interface Evidence {
  readonly published: readonly string[]
  readonly processed: readonly string[]
  readonly dead: readonly string[]
  /** Ready or unacknowledged in any other queue. */
  readonly inFlight: readonly string[]
  /** How often each message was attempted. */
  readonly attempts: Readonly<Record<string, number>>
  /** How often each of the failing messages was to be attempted; a good one is not in here. */
  readonly wanted: Readonly<Record<string, number>>
}

/** Ids, each once, in any order. All lists are empty when the run was sound. */
export interface Audit {
  /** Failing messages that were attempted more often than wanted, and less often. */
  readonly tooOften: readonly string[]
  readonly tooSeldom: readonly string[]
  /** Published, and in no place. */
  readonly missing: readonly string[]
  /** In some place, and never published. */
  readonly invented: readonly string[]
  /** In more than one place, or twice in one. */
  readonly twice: readonly string[]
}

export function audit({ published, processed, dead, inFlight, attempts, wanted }: Evidence): Audit {
  // By id, never by count: one that is lost and one that is there twice would make the sums come out even.
  const places = new Map<string, number>()
  for (const id of [...processed, ...dead, ...inFlight]) places.set(id, (places.get(id) ?? 0) + 1)
  const expected = new Set(published)
  const found = [...places.keys()]
  const failing = Object.entries(wanted)
  const made = (id: string) => attempts[id] ?? 0
  return {
    tooOften: failing.flatMap(([id, often]) => (made(id) > often ? [id] : [])),
    tooSeldom: [],
    missing: [...expected].filter((id) => !places.has(id)),
    invented: found.filter((id) => !expected.has(id)),
    twice: found.filter((id) => (places.get(id) ?? 0) > 1),
  }
}
