/**
 * What was asked for and what came of it, in order: each operation is invoked, and ends as `ok` (it surely happened),
 * `fail` (it surely did not) or `unknown` (nobody can know: the connection was lost, the process died). Checkers hold
 * the end state against it; an `unknown` binds nobody, and takes nothing away from what an `ok` says.
 */

/** How an operation ended. `pending`: it has not. */
export type Ending = 'pending' | 'ok' | 'fail' | 'unknown'

/** What an operation is about. */
export interface Subject {
  /** Who asked: `caller`, `consumer-2`. */
  readonly by: string
  /** What was asked for: `send`, `book`. */
  readonly what: string
  /** The id of the message concerned. */
  readonly message: string
  /** Messages of one key are meant to stay in order. */
  readonly key?: string
}

export interface Operation extends Subject {
  /** Its number in the history, from 1. */
  readonly id: number
  readonly ending: Ending
  /** Places in the one order of all invocations and endings, from 1. */
  readonly invokedAt: number
  readonly endedAt: number | undefined
  /** When it ended, by the run's clock. */
  readonly endedMs: number | undefined
  /** Why it failed, or why nobody knows. */
  readonly reason: string | undefined
}

/** An operation that is under way; it ends once, whoever says so first. */
export interface Invoked {
  readonly id: number
  ok(): void
  fail(reason?: string): void
  unknown(reason?: string): void
}

export class History {
  readonly #operations: { -readonly [Field in keyof Operation]: Operation[Field] }[] = []
  readonly #now: () => number
  #moments = 0

  /** @param now the run's clock in milliseconds */
  constructor(now: () => number = () => 0) {
    this.#now = now
  }

  /** All operations, in the order in which they were invoked. */
  get operations(): readonly Operation[] {
    return this.#operations
  }

  invoke(subject: Subject): Invoked {
    const id = this.#operations.length + 1
    const operation: { -readonly [Field in keyof Operation]: Operation[Field] } = {
      ...subject,
      id,
      ending: 'pending',
      invokedAt: ++this.#moments,
      endedAt: undefined,
      endedMs: undefined,
      reason: undefined,
    }
    this.#operations.push(operation)
    const end = (ending: Ending, reason?: string): void => {
      if (operation.ending !== 'pending') return
      operation.ending = ending
      operation.endedAt = ++this.#moments
      operation.endedMs = this.#now()
      operation.reason = reason
    }
    return {
      id,
      ok: () => end('ok'),
      fail: (reason) => end('fail', reason),
      unknown: (reason) => end('unknown', reason),
    }
  }
}

/** The messages of which at least one operation of this kind ended so, each once, in order of invocation. */
export function messagesThat(
  operations: readonly Operation[],
  { what, ended }: { readonly what: string; readonly ended: Ending },
): string[] {
  const ids = operations.flatMap((each) =>
    each.what === what && each.ending === ended ? [each.message] : [],
  )
  return [...new Set(ids)]
}
