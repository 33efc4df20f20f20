/** A store without a disk: everything is gone with the process, so it keeps nothing but the small state. */
import type { Store } from './store.ts'

export function createMemoryStore(): Store {
  const state = new Map<string, Buffer>()
  return {
    put: (key, value) => void state.set(key, Buffer.from(value)),
    delete: (key) => void state.delete(key),
    append() {},
    amend() {},
    remove() {},
    commit() {},
    read: (prefix) => new Map([...state].filter(([key]) => key.startsWith(prefix))),
    recover: () => [],
    close() {},
  }
}
