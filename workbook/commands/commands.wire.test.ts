/** The smaller commands as a learner types them, over the fixture course: help and hints. The others: commands.whole.test.ts. */
import { expect, test } from 'vitest'
import { Checkout } from '../fixture/checkout.ts'

test('opens hints one at a time, remembers them, and shows them all again', async () => {
  using checkout = new Checkout()

  const first = await checkout.run('hint mq-01')
  const second = await checkout.run('hint mq-01')
  const all = await checkout.run('hint mq-01 all')

  expect(first.stdout).toContain('Hint 1 of 3  What does the caller hand in?')
  expect(first.stdout).not.toContain('Hint 2')
  expect(first.stdout).toContain('(2 more hints: npm run hint mq-01)')
  expect(second.stdout).toContain('Hint 2 of 3')
  expect(second.stdout).not.toContain('Hint 1')
  expect(all.stdout).toContain('Hint 1 of 3')
  expect(all.stdout).toContain('These are all the hints.')
})

test('explains itself, and asks back for what it does not know', async () => {
  using checkout = new Checkout()

  const [help, one, command, word] = await Promise.all([
    checkout.run('help'),
    checkout.run('check help'),
    checkout.run('chek mq-01'),
    checkout.run('check mq-01 sed=7'),
  ])

  expect(help.stdout).toContain('npm run exercise')
  expect(one.stdout).toContain('Usage: npm run check <id>')
  expect(command).toMatchObject({
    exitCode: 2,
    stderr: 'There is no command "chek". Did you mean check?\nUsage: npm run help\n',
  })
  expect(word.exitCode).toBe(2)
  expect(word.stderr).toContain('"sed=7" means nothing here. Did you mean seed=7?')
})
