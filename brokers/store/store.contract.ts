/** What every store promises: a suite that each of them passes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Store, StoredRecord } from './store.ts'

/** A store over a folder of its own. */
export interface StoreUnderTest {
  readonly store: Store
  /** Ends it without a commit, as a crash would, and opens it again on what is there. */
  crash(): StoreUnderTest
  end(): void
}

/** A record or what is kept of it, readable in a failure's message. */
export const shown = ({ id, log, head, body }: StoredRecord) => [id, log, String(head), String(body)]
export const all = (store: Store) => [...store.recover()].map(shown)

type Step =
  | { readonly do: 'append'; readonly log: number; readonly bytes: number }
  | { readonly do: 'amend' | 'remove' | 'fetch'; readonly which: number }
  | { readonly do: 'mark'; readonly log: number; readonly number: number }
  | { readonly do: 'put' | 'delete'; readonly key: number }
  | { readonly do: 'commit' | 'crash' }

/** Old records go more often than others, as they do in a queue. */
const which = fc.oneof(fc.nat(1), fc.nat(1000))
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('append' as const), log: fc.nat(3), bytes: fc.nat(400) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom('amend', 'remove', 'remove', 'remove', 'fetch' as const),
        which,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('mark' as const), log: fc.nat(3), number: fc.nat(50) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('put', 'delete' as const), key: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('commit', 'commit', 'commit', 'crash' as const) }),
    },
  ),
  { maxLength: 150, size: 'max' },
)

/** What a store should hold: plain maps. */
export class Model {
  records = new Map<number, StoredRecord>()
  marks = new Map<number, number>()
  state = new Map<string, string>()

  copy(): Model {
    const copy = new Model()
    copy.records = new Map(this.records)
    copy.marks = new Map(this.marks)
    copy.state = new Map(this.state)
    return copy
  }

  all() {
    return [...this.records.values()].map(shown)
  }
}

/** Does one step to a store and to what it should hold. Ids are never used twice, not even those of what a crash took. */
export function take(step: Step, store: Store, model: Model, nextId: () => number): void {
  const ids = [...model.records.keys()]
  const chosen = 'which' in step && ids.length > 0 ? (ids[step.which % ids.length] as number) : undefined
  switch (step.do) {
    case 'append': {
      const id = nextId()
      const [head, body] = [Buffer.from(`h${id}`), Buffer.alloc(step.bytes, `b${id}.`)]
      store.append(step.log, id, head, body)
      model.records.set(id, { id, log: step.log, head, body })
      return
    }
    case 'amend': {
      if (chosen === undefined) return
      const record = model.records.get(chosen) as StoredRecord
      const head = Buffer.from(`${record.head}+`)
      store.amend(chosen, head)
      model.records.set(chosen, { ...record, head })
      return
    }
    case 'remove':
      if (chosen === undefined) return
      store.remove(chosen)
      model.records.delete(chosen)
      return
    case 'fetch':
      if (chosen === undefined) return
      expect(shown(store.fetch(chosen))).toEqual(shown(model.records.get(chosen) as StoredRecord))
      return
    case 'mark':
      store.mark(step.log, step.number)
      if (step.number === 0) model.marks.delete(step.log)
      else model.marks.set(step.log, step.number)
      return
    case 'put':
      store.put(`key/${step.key}`, Buffer.from(`v${nextId()}`))
      model.state.set(`key/${step.key}`, '')
      return
    case 'delete':
      store.delete(`key/${step.key}`)
      model.state.delete(`key/${step.key}`)
      return
  }
}

/** The suite, for a store that keeps what it is given on a disk. */
export function keepsWhatWasCommitted(open: () => StoreUnderTest): void {
  const both = [Buffer.from('h'), Buffer.from('b')] as const

  test('keeps what was committed, in order of id, and drops what was not', () => {
    const one = open()
    one.store.append(7, 1, Buffer.from('h1'), Buffer.from('b1'))
    one.store.append(8, 2, Buffer.from('h2'), Buffer.from('b2'))
    one.store.put('key', Buffer.from('value'))
    one.store.commit({ isAwaited: true })
    one.store.append(7, 3, Buffer.from('h3'), Buffer.from('b3'))
    one.store.put('key', Buffer.from('other'))

    const again = one.crash()

    expect(all(again.store)).toEqual([
      [1, 7, 'h1', 'b1'],
      [2, 8, 'h2', 'b2'],
    ])
    expect([...again.store.read('k')]).toEqual([['key', Buffer.from('value')]])
    again.end()
  })

  test('a record that is appended and removed within a turn never reaches the disk', () => {
    const one = open()
    one.store.append(1, 1, ...both)
    one.store.remove(1)
    one.store.commit({ isAwaited: true })
    expect(all(one.store)).toEqual([])
    one.end()
  })

  test('amends heads of records that are kept and of those that are not yet', () => {
    const one = open()
    one.store.append(1, 1, Buffer.from('old'), Buffer.from('b1'))
    one.store.commit({ isAwaited: false })
    one.store.append(1, 2, Buffer.from('old'), Buffer.from('b2'))
    one.store.amend(1, Buffer.from('new'))
    one.store.amend(2, Buffer.from('new'))
    one.store.commit({ isAwaited: true })
    const again = one.crash()
    expect(all(again.store)).toEqual([
      [1, 1, 'new', 'b1'],
      [2, 1, 'new', 'b2'],
    ])
    again.end()
  })

  test('removes and deletes for good', () => {
    const one = open()
    one.store.append(1, 1, ...both)
    one.store.put('a/1', Buffer.from('x'))
    one.store.commit({ isAwaited: true })
    one.store.remove(1)
    one.store.delete('a/1')
    one.store.commit({ isAwaited: true })
    const again = one.crash()
    expect([all(again.store), again.store.read('a/').size]).toEqual([[], 0])
    again.end()
  })

  test('an id may be used again after a start, if nothing kept has it', () => {
    let one = open()
    for (const text of ['first', 'second', 'third']) {
      one.store.append(1, 1, Buffer.from('h'), Buffer.from(text))
      one.store.commit({ isAwaited: false })
      one = one.crash()
      expect(all(one.store)).toEqual([[1, 1, 'h', text]])
      one.store.remove(1)
      one.store.commit({ isAwaited: false })
      one = one.crash()
      expect(all(one.store)).toEqual([])
    }
    one.end()
  })

  test('holds what a plain map would, for any history', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(steps, (history) => {
        let under = open()
        let id = 0
        let model = new Model()
        let committed = model.copy()
        try {
          for (const step of [...history, { do: 'commit' as const }, { do: 'crash' as const }]) {
            take(step, under.store, model, () => ++id)
            if (step.do === 'commit') {
              under.store.commit({ isAwaited: false })
              committed = model.copy()
            }
            if (step.do === 'crash') {
              under = under.crash()
              model = committed.copy()
              expect(all(under.store)).toEqual(model.all())
              expect(under.store.marks()).toEqual(model.marks)
              expect([...under.store.read('key/').keys()].sort()).toEqual([...model.state.keys()].sort())
            }
          }
        } finally {
          under.end()
        }
      }),
      { numRuns: 60 },
    )
  })
}
