/** Consumers in virtual time lose nothing, and keep or lose the order of a key as their plan says. */
import { describe, expect, test } from 'vitest'
import { makeRandom } from '../actors/random.ts'
import { type Circumstances, type ConsumptionPlan, consume, type SimulatedRecord } from './consumption.ts'

const calm: Circumstances = { handlingMs: 5, retryMs: 100 }
const plan = (some: Partial<ConsumptionPlan> = {}): ConsumptionPlan => ({
  consumers: 3,
  within: 'one after another',
  retry: 'in place',
  ...some,
})

/** So many records of each key, all there at the beginning; a key has one partition. */
function records(count: number, failing: readonly string[] = []): SimulatedRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `r${at}`,
    key: `k${at % 6}`,
    partition: at % 6,
    arrivesAt: 0,
    failures: failing.includes(`r${at}`) ? 2 : 0,
  }))
}

const idsOf = (effects: readonly { readonly record: SimulatedRecord }[], key: string) =>
  effects.filter(({ record }) => record.key === key).map(({ record }) => Number(record.id.slice(1)))

const isAscending = (numbers: readonly number[]) =>
  numbers.every((each, at) => at === 0 || each > (numbers[at - 1] ?? 0))

const within = ['one after another', 'keys side by side', 'side by side'] as const
const retry = ['in place', 'park the key', 'put aside'] as const
const plans = within.flatMap((one) => retry.map((other) => plan({ within: one, retry: other })))

describe.each(plans)('$within, failing $retry', (each) => {
  test.each([1, 2, 3])('every record has its effect, whoever dies (seed %i)', (seed) => {
    const all = records(60, ['r6', 'r7', 'r20'])
    const crash = { consumer: 1, atMs: 12, noticedMs: 80 }
    const { effects, endedAtMs } = consume(all, each, { ...calm, crash }, makeRandom(seed))

    expect(new Set(effects.map(({ record }) => record.id)).size).toBe(60)
    expect(endedAtMs).toBeGreaterThan(60)
  })

  test.each([1, 2, 3])('without failures each has one effect (seed %i)', (seed) => {
    expect(consume(records(60), each, calm, makeRandom(seed)).effects).toHaveLength(60)
  })
})

describe('the order of a key', () => {
  const failing = records(60, ['r0', 'r1', 'r13'])
  const keeps = (each: ConsumptionPlan) =>
    [1, 2, 3, 4, 5].every((seed) => {
      const { effects } = consume(failing, each, calm, makeRandom(seed))
      return [0, 1, 2, 3, 4, 5].every((key) => isAscending(idsOf(effects, `k${key}`)))
    })

  test.each([
    [plan(), true],
    [plan({ within: 'keys side by side' }), true],
    [plan({ retry: 'park the key' }), true],
    [plan({ within: 'keys side by side', retry: 'park the key' }), true],
    [plan({ retry: 'put aside' }), false],
    [plan({ within: 'keys side by side', retry: 'put aside' }), false],
    [plan({ within: 'side by side' }), false],
  ])('%j keeps it: %s', (each, expected) => {
    expect(keeps(each)).toBe(expected)
  })
})

describe('what a failing record holds up', () => {
  const alone = plan({ consumers: 1 })
  const time = (each: ConsumptionPlan) => consume(records(60, ['r0']), each, calm, makeRandom(7)).endedAtMs

  test('in place it is everybody, parked only its key', () => {
    const [inPlace, parked] = [time(alone), time({ ...alone, retry: 'park the key' })]

    expect(inPlace - parked).toBeGreaterThan(100)
  })
})

test('a consumer that dies repeats what it had not committed, and nobody else begins before it is noticed', () => {
  const crash = { consumer: 0, atMs: 12, noticedMs: 500 }
  const { effects } = consume(records(60), plan(), { ...calm, crash }, makeRandom(3))
  const repeated = effects.length - 60
  const ofDead = effects.filter(({ record }) => record.partition % 3 === 0)

  expect(repeated).toBeGreaterThan(0)
  expect(ofDead.filter(({ atMs }) => atMs > 12 && atMs < 512)).toEqual([])
})

test('more consumers are quicker as long as there are partitions', () => {
  const time = (consumers: number) =>
    consume(records(120), plan({ consumers }), calm, makeRandom(5)).endedAtMs

  expect(time(1) / time(3)).toBeGreaterThan(2.2)
  expect(time(6) / time(12)).toBeGreaterThan(0.9)
  expect(time(6) / time(12)).toBeLessThan(1.1)
})

test('a record is not begun before it has arrived', () => {
  const late = records(6).map((record, at) => ({ ...record, arrivesAt: at * 50 }))
  const { effects } = consume(late, plan(), calm, makeRandom(1))

  expect(effects.every(({ record, atMs }) => atMs > record.arrivesAt)).toBe(true)
})
