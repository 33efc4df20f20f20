/** Five hundred seeded histories of a cluster under disturbance: none with a finding. A tenth of them in CI. */
import { expect, test } from 'vitest'
import { scaled, seed } from '../../soak.ts'
import { check } from './check.ts'
import { recordedRun } from './recorded-run.ts'

const RUNS = scaled(500)

test(`${RUNS} histories from seed ${seed} on (MQ_SEED)`, async () => {
  let ends = 0
  let reads = 0
  for (let one = seed; one < seed + RUNS; one++) {
    const again = `MQ_SEED=${one} MQ_SOAK=0.002 npx vitest run --project soak brokers/kafka/history`
    const history = await recordedRun({ seed: one }).catch((cause: unknown) => {
      throw new Error(`seed ${one} did not come to its end; again: ${again}`, { cause })
    })
    expect(check(history), `seed ${one}; again: ${again}`).toEqual([])
    for (const { kind } of history.operations) {
      if (kind === 'end') ends++
      if (kind === 'read') reads++
    }
  }
  // Otherwise the histories would be none.
  expect(ends).toBeGreaterThan(RUNS * 10)
  expect(reads).toBeGreaterThan(RUNS * 30)
})
