/** How long things may take in a run. */
import { describe, expect, test } from 'vitest'
import { limitsOf, slownessOf } from './launch.ts'

describe('what a scenario allows', () => {
  test('follows the load of the computer on the embedded brokers, and is three times as much on real ones', () => {
    expect(slownessOf({ engine: 'embedded', pace: 1 })).toBe(1)
    expect(slownessOf({ engine: 'embedded', pace: 2 })).toBe(2)
    for (const engine of ['local', 'docker', 'url'] as const)
      expect(slownessOf({ engine, pace: 2 }), engine).toBe(6)
  })

  test('fits into the limit of the scenario as a whole, on every engine', () => {
    const longest = 12_000
    for (const engine of ['embedded', 'local', 'docker', 'url'] as const) {
      const { scenarioMs } = limitsOf({ engine, pace: 1 }, { brokers: { kafka: 3 } })
      expect(scenarioMs, engine).toBeGreaterThan(longest * slownessOf({ engine, pace: 1 }))
    }
  })
})
