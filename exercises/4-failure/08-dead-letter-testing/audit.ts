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

export function audit(evidence: Evidence): Audit {
  // TODO failure-08.2: tooOften and tooSeldom.
  // TODO failure-08.3: missing, invented and twice. What would a comparison of the numbers miss?
  throw new Error('TODO: find what must not be')
}
