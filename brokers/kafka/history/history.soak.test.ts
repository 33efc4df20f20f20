/** Five hundred seeded histories of a cluster under disturbance, and twenty with kafkajs: none with a finding. A tenth of them in CI. */
import { expect, test } from 'vitest'
import { scaled, seed } from '../../soak.ts'
import { check } from './check.ts'
import type { Happening, History } from './history.ts'
import { recordedKafkajsRun, recordedRun } from './recorded-run.ts'

const RUNS = scaled(500)
const KAFKAJS_RUNS = scaled(20)

test(`${RUNS} histories of raw clients from seed ${seed} on (MQ_SEED)`, async () => {
  const seen = await judgeAll(RUNS, recordedRun, 'raw')
  // Otherwise the histories would be none.
  expect(seen.end).toBeGreaterThan(RUNS * 10)
  expect(seen.read).toBeGreaterThan(RUNS * 30)
})

test(`${KAFKAJS_RUNS} histories of kafkajs from seed ${seed} on (MQ_SEED)`, async () => {
  const seen = await judgeAll(KAFKAJS_RUNS, recordedKafkajsRun, 'kafkajs')
  expect(seen.end).toBeGreaterThan(KAFKAJS_RUNS)
  expect(seen.read).toBeGreaterThan(KAFKAJS_RUNS)
})

/** Gives how often each kind of operation occurred. */
async function judgeAll(
  runs: number,
  run: (options: { seed: number }) => Promise<History>,
  which: 'raw' | 'kafkajs',
): Promise<Record<Happening['kind'], number>> {
  const seen = { write: 0, end: 0, read: 0, 'offset-commit': 0, 'offset-fetch': 0 }
  for (let one = seed; one < seed + runs; one++) {
    const again = `MQ_SEED=${one} MQ_SOAK=0.002 npx vitest run --project soak brokers/kafka/history -t ${which}`
    const history = await run({ seed: one }).catch((cause: unknown) => {
      throw new Error(`seed ${one} did not come to its end; again: ${again}`, { cause })
    })
    expect(check(history), `seed ${one}; again: ${again}`).toEqual([])
    for (const { kind } of history.operations) seen[kind]++
  }
  return seen
}
