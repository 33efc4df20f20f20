/** A store without a disk: everything is gone with the process, so it keeps nothing but the small state. */
import type { Store } from './store.ts'

export function createMemoryStore(): Store {
  const state = new Map<string, Buffer>()
  const marks = new Map<number, number>()
  return {
    keepsRecords: false,
    put: (key, value) => void state.set(key, Buffer.from(value)),
    delete: (key) => void state.delete(key),
    append() {},
    amend() {},
    remove() {},
    mark(log, number) {
      if (number === 0) marks.delete(log)
      else marks.set(log, number)
    },
    commit() {},
    read: (prefix) => new Map([...state].filter(([key]) => key.startsWith(prefix))),
    marks: () => new Map(marks),
    fetch(id) {
      throw new Error(`there is no record ${id}`)
    },
    recover: () => [],
    close() {},
  }
}
