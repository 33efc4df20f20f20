/**
 * What a cluster keeps besides its logs: topics, commits of groups, counters, whatever changes seldom enough to be a value by
 * key. Changes are kept together at the end of the turn, before any answer leaves.
 */

export interface SmallState {
  /** `take` gives the value when the turn ends, however often it was put; it becomes JSON. */
  put(key: string, take: () => unknown): void
  delete(key: string): void
  /** All values whose key starts with `prefix`, by the rest of their key; read at a start. */
  all<T>(prefix: string): Map<string, T>
}

/** Keeps nothing: everything is in the model, and gone with it. */
export const forgetful: SmallState = {
  put() {},
  delete() {},
  all: () => new Map(),
}
