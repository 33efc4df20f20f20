/** The whole system in a short storm of faults. */
import { describe, expect, it } from 'vitest'
import { run, testMsMax } from './test-system.ts'

describe('the payment system', () => {
  it(
    'comes out of a storm with its books in balance, and says so',
    async () => {
      const system = run('storm=4000', 'rate=10')
      const code = await system.exit
      const output = system.output()

      expect(output).toMatch(/✓ money +Σ ledger = 0 over [1-9]/)
      expect(output).toMatch(/✓ messages +[1-9][\d,]* ids/)
      expect(output).toMatch(/✓ sagas +[1-9]/)
      expect(output).toMatch(/faults +\w/)
      expect(code, output).toBe(0)
    },
    testMsMax,
  )
})
