/** What `verify` has to say about a task. */
import type { Text } from '#lab/verdict'

/** A broken rule: one sentence that names the file and what to do. */
export interface Problem {
  readonly task: string
  readonly said: Text
}

/** Something that could not be looked at, with its reason. It costs nothing. */
export interface Skipped {
  readonly task: string
  readonly said: Text
}

export interface Findings {
  readonly problems: Problem[]
  readonly skipped: Skipped[]
}

export function noFindings(): Findings {
  return { problems: [], skipped: [] }
}
