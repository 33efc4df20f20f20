/** `exercise` over the fixture course, once through a pipe. On a terminal: exercise.whole.test.ts. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Checkout, greeting } from '../fixture/checkout.ts'

test('opens the first task that is not verified, and shows one thing to do', async () => {
  using checkout = new Checkout()

  const { exitCode, stdout } = await checkout.run('exercise seed=7')

  expect(exitCode).toBe(0)
  expect(stdout.replaceAll(/\d+ ms/g, 'N ms')).toMatchInlineSnapshot(`
    "checking mq-01 on embedded …

    mq-workbook · week 7 · 0 of 6 items verified

    mq-01  A greeting: say it to someone
    your file   exercises/3-mq/01-greeting/greeting.ts   (6 lines, 1 TODO)
                exercises/3-mq/01-greeting/NOTES.md      (3 lines, 1 TODO)
    read first  exercises/3-mq/01-greeting/README.md     (1 minute)

    ✗ mq-01.1  a greeting names the one who is greeted
        "Hello" names nobody.

        Repeat: npm run check mq-01.1 seed=7     Question to think about: npm run hint mq-01
    · mq-01.2  and 1 more wait for this one

    Next: edit exercises/3-mq/01-greeting/greeting.ts:4, then npm run check mq-01
    "
  `)
})

test('says when the learner deleted a file, and how to get it back', async () => {
  using checkout = new Checkout()
  renameSync(join(checkout.root, greeting), join(checkout.root, 'elsewhere.ts'))

  const { exitCode, stderr } = await checkout.run('exercise mq-01')

  expect(exitCode).toBe(3)
  expect(stderr).toContain(`${greeting} is missing. A fresh one: npm run reset mq-01`)
})
