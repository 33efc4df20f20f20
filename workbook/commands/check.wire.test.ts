/** `check` as a learner types it, over the fixture course: the starter, and a right answer. The rest: check.whole.test.ts. */
import { expect, test } from 'vitest'
import { Checkout, greeting } from '../fixture/checkout.ts'

test('judges the starter, shows the first breach in full, and ends with one next step', async () => {
  using checkout = new Checkout()

  const { exitCode, stdout } = await checkout.run('check mq-01')

  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^checking mq-01 on embedded … {2}npx vitest run --project tasks mq-01\n/)
  expect(stdout).toContain('✗ mq-01.1  a greeting names the one who is greeted\n    "Hello" names nobody.')
  expect(stdout).toContain('mq-01   0 passed, 3 failed in ')
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Next: edit ${greeting}:4, then npm run check mq-01`)
})

test('verifies a right answer, keeps the evidence, ticks the checklist, and names the next task', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()

  const { exitCode, stdout } = await checkout.run('check mq-01')

  expect(exitCode).toBe(0)
  expect(stdout).toContain('✓ mq-01   3 of 4 items verified in ')
  expect(stdout).toContain('Compare with the reference and 1 other right answer: npm run solution mq-01')
  expect(stdout).toContain('Next: npm run exercise mq-02   Counting: where to end')
  expect(checkout.names('.workbook/evidence')).toEqual(['mq-01.json'])
  expect(checkout.read('CHECKLIST.md')).toContain('- [x] **mq-01.1**')
  expect(checkout.names('.workbook/types')).toEqual([])
})

test('asks back for an id that does not exist', async () => {
  using checkout = new Checkout()

  const { exitCode, stdout, stderr } = await checkout.run('check mq-1')

  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toBe(
    'There is no task, item or part "mq-1". Did you mean mq-01?\nUsage: npm run check <id> [engine=embedded|local|docker|url] [seed=N] [json|events]\n',
  )
})
