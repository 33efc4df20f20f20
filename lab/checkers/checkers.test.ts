/** Each checker finds the fault that was planted, all of it and nothing else, and passes every clean history. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ending, History } from '../history/history.ts'
import { conservation } from './conservation.ts'
import { duplicated } from './duplicated.ts'
import { lost } from './lost.ts'
import { type Keyed, reordered } from './reordered.ts'
import { stuck } from './stuck.ts'
import { upperBound, zeroOf } from './zero-of.ts'

/** Distinct ids of messages. */
const ids = (min = 1) => fc.uniqueArray(fc.uuid(), { minLength: min, maxLength: 30 })
const endings = fc.constantFrom<Ending>('ok', 'fail', 'unknown', 'pending')

/** Ids, some of them picked; at least one is. */
const picked = (min = 1) =>
  ids(min).chain((all) =>
    fc.record({ all: fc.constant(all), some: fc.shuffledSubarray(all, { minLength: 1 }) }),
  )

function historyOf(sends: readonly (readonly [message: string, ending: Ending])[]): History {
  const history = new History()
  for (const [message, ending] of sends) {
    const operation = history.invoke({ by: 'caller', what: 'send', message })
    if (ending !== 'pending') operation[ending]()
  }
  return history
}

describe('lost', () => {
  it('passes when all that was reported is there, whatever else happened', () => {
    fc.assert(
      fc.property(
        ids(),
        fc.array(endings, { minLength: 30, maxLength: 30 }),
        fc.boolean(),
        (all, how, others) => {
          const { operations } = historyOf(all.map((id, index) => [id, how[index] ?? 'ok']))
          const reported = all.filter((_, index) => how[index] === 'ok')
          const found = others ? [...all, 'another'] : reported

          expect(lost(operations, { what: 'send', found })).toBeUndefined()
        },
      ),
    )
  })

  it('finds exactly the reported messages that are gone', () => {
    fc.assert(
      fc.property(picked(), endings, ({ all, some }, how) => {
        const history = historyOf([...all.map((id) => [id, 'ok'] as const), ['another', how]])
        const found = [...all.filter((id) => !some.includes(id)), 'another']
        const anomaly = lost(history.operations, { what: 'send', found })

        expect(new Set(anomaly?.messages)).toEqual(new Set(some))
      }),
    )
  })
})

describe('duplicated', () => {
  it('passes distinct effects', () => {
    fc.assert(fc.property(ids(), (all) => void expect(duplicated(all)).toBeUndefined()))
  })

  it('finds exactly those that happened again, wherever that was', () => {
    fc.assert(
      fc.property(picked(), fc.nat(), ({ all, some }, seed) => {
        const at = seed % (all.length + 1)
        const effects = [...all.slice(0, at), ...some, ...all.slice(at)]

        expect(new Set(duplicated(effects)?.messages)).toEqual(new Set(some))
      }),
    )
  })
})

describe('reordered', () => {
  const keyed = fc
    .record({ all: ids(2), keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 30, maxLength: 30 }) })
    .map(({ all, keys }): Keyed[] => all.map((message, index) => ({ message, key: keys[index] ?? 'a' })))

  /** Any interleaving that keeps each key's order: the first of a randomly drawn key, over and over. */
  function interleaved(sent: readonly Keyed[], draws: readonly number[]): string[] {
    const left = new Map<string, string[]>()
    for (const { message, key } of sent) left.set(key, [...(left.get(key) ?? []), message])
    const seen: string[] = []
    for (let turn = 0; left.size > 0; turn += 1) {
      const keys = [...left.keys()]
      const key = keys[(draws[turn % draws.length] ?? 0) % keys.length] ?? ''
      const queue = left.get(key) ?? []
      seen.push(queue.shift() ?? '')
      if (queue.length === 0) left.delete(key)
    }
    return seen
  }

  it('passes every interleaving that keeps the order within each key, repetitions included', () => {
    fc.assert(
      fc.property(keyed, fc.array(fc.nat(), { minLength: 1 }), (sent, draws) => {
        const seen = interleaved(sent, draws)

        expect(reordered(sent, [...seen, ...seen.slice(0, 2), 'never sent'])).toBeUndefined()
      }),
    )
  })

  it('finds the one message that its successor in the key has overtaken', () => {
    fc.assert(
      fc.property(keyed, fc.nat(), fc.array(fc.nat(), { minLength: 1 }), (sent, pick, draws) => {
        const pairs = sent.flatMap((early, index) => {
          const late = sent.slice(index + 1).find(({ key }) => key === early.key)
          return late === undefined ? [] : [[early.message, late.message] as const]
        })
        fc.pre(pairs.length > 0)
        const [early, late] = pairs[pick % pairs.length] ?? ['', '']
        const swapped = interleaved(sent, draws).map((id) => (id === early ? late : id === late ? early : id))

        expect(reordered(sent, swapped)?.messages).toEqual([early])
      }),
    )
  })
})

describe('stuck', () => {
  it('finds exactly what never ended', () => {
    fc.assert(
      fc.property(fc.array(endings, { maxLength: 30 }), (how) => {
        const history = historyOf(how.map((ending, index) => [`m${index}`, ending]))
        const pending = how.flatMap((ending, index) => (ending === 'pending' ? [`m${index}`] : []))

        expect(stuck(history.operations)?.messages ?? []).toEqual(pending)
      }),
    )
  })
})

describe('conservation', () => {
  /** Ids, each in one of three places. */
  const spread = ids(3).chain((all) =>
    fc.array(fc.nat(2), { minLength: all.length, maxLength: all.length }).map((place) => {
      const at = (wanted: number) => all.filter((_, index) => place[index] === wanted)
      return { produced: all, processed: at(0), deadLettered: at(1), inFlight: at(2) }
    }),
  )
  const places = ['processed', 'deadLettered', 'inFlight'] as const

  it('passes when each id is in exactly one place', () => {
    fc.assert(fc.property(spread, (facts) => void expect(conservation(facts)).toBeUndefined()))
  })

  it('finds one that is missing, even where one that nobody produced makes the counts agree', () => {
    fc.assert(
      fc.property(spread, fc.nat(), (facts, pick) => {
        const gone = facts.produced[pick % facts.produced.length]
        const changed = Object.fromEntries(
          places.map((place) => [place, facts[place].map((id) => (id === gone ? 'made up' : id))]),
        ) as Pick<typeof facts, (typeof places)[number]>

        expect(conservation({ ...changed, produced: facts.produced })?.messages).toEqual([gone, 'made up'])
      }),
    )
  })

  it('finds one that is in two places', () => {
    fc.assert(
      fc.property(spread, fc.nat(), (facts, pick) => {
        const twice = facts.produced[pick % facts.produced.length] ?? ''
        const elsewhere = places.find((place) => !facts[place].includes(twice)) ?? 'processed'
        const changed = { ...facts, [elsewhere]: [...facts[elsewhere], twice] }

        expect(conservation(changed)?.messages).toEqual([twice])
      }),
    )
  })
})

describe('none of n', () => {
  it('is bounded by the rule of three, and tends to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (n) => {
        const bound = upperBound(n)
        expect(bound).toBeLessThanOrEqual(3 / n)
        // Seeing none is then as likely as 5 %.
        expect((1 - bound) ** n).toBeCloseTo(0.05, 5)
      }),
    )
    expect(upperBound(100_000) * 100_000).toBeCloseTo(3, 1)
  })

  it('is said in both languages, rounded up', () => {
    expect(zeroOf(2000)).toEqual({
      en: '0 of 2,000 (95 % sure: below 0.15 %)',
      vi: '0 trong 2.000 (chắc chắn 95 %: dưới 0,15 %)',
    })
    expect(zeroOf(1).en).toBe('0 of 1 (95 % sure: below 95 %)')
    expect(() => zeroOf(0)).toThrow(RangeError)
  })
})
