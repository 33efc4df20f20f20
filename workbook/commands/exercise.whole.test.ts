/** `exercise` over the fixture course: once through a pipe, beside the learner on a pseudo terminal, and for a reader without a keyboard. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Checkout, greeting } from '../fixture/checkout.ts'
import { canSeeProcesses, processesIn } from '../fixture/processes.ts'
import { hasPseudoTerminal, openTerminal } from '../fixture/terminal.ts'

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

test('goes on with the task after the one that is verified', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()
  await checkout.run('exercise mq-01')

  const { stdout } = await checkout.run('exercise')

  expect(stdout).toContain('3 of 6 items verified')
  expect(stdout).toContain('mq-02  Counting: where to end')
})

test('plays a scenario for a reader without a keyboard, and as events', async () => {
  using checkout = new Checkout()

  const [live, reference, events] = await Promise.all([
    checkout.run('exercise mq-01 live lang=en'),
    checkout.run('exercise mq-01 reference lang=vi'),
    checkout.run('exercise mq-01 events', { input: '{"command":"stop"}\n', env: { FIXTURE_WAITS: '1' } }),
  ])

  expect(live.stdout).toContain('The greeting is asked for.')
  expect(live.stdout).toContain('producer ► broker')
  expect(live.stdout.trimEnd()).toMatch(/Next: npm run check mq-01$/)
  expect(reference.stdout).toContain('lời giải mẫu')
  expect(
    events.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(['say', 'wire', 'end'])
  expect(JSON.parse(events.stdout.trim().split('\n').at(-1) ?? '').outcome).toBe('stopped')
})

test.skipIf(!hasPseudoTerminal)(
  'checks again at every save, also when an editor writes by renaming',
  async () => {
    using checkout = new Checkout()
    const terminal = openTerminal(checkout, ['exercise', 'mq-01'])
    await terminal.shows('"Hello" names nobody')

    checkout.write(greeting, checkout.read('solutions/3-mq/01-greeting/wrong/forgets-to-trim/greeting.ts'))
    await terminal.shows('kept the spaces')

    checkout.write(
      'exercises/3-mq/01-greeting/new.tmp',
      checkout.read('solutions/3-mq/01-greeting/greeting.ts'),
    )
    renameSync(join(checkout.root, 'exercises/3-mq/01-greeting/new.tmp'), join(checkout.root, greeting))
    await terminal.shows('NOTES.md gives no reason')

    checkout.solveGreeting()
    await terminal.shows('3 of 4 items verified')
    await terminal.shows('3 of 6 items verified')

    terminal.type('q')
    expect(await terminal.ended()).toBe(0)
    expect(processesIn(checkout.root)).toEqual([])
  },
)

test.skipIf(!hasPseudoTerminal)('notices saves by polling where it is told to', async () => {
  using checkout = new Checkout()
  const terminal = openTerminal(checkout, ['exercise', 'mq-01', 'watch=poll'])
  await terminal.shows('"Hello" names nobody')

  checkout.solveGreeting()
  await terminal.shows('3 of 4 items verified')

  terminal.type('q')
  expect(await terminal.ended()).toBe(0)
})

test.skipIf(!hasPseudoTerminal)('listens to single keys, and shows only those that work', async () => {
  using checkout = new Checkout()
  const terminal = openTerminal(checkout, ['exercise', 'mq-01'])
  await terminal.shows('"Hello" names nobody')

  terminal.type('h')
  await terminal.shows('Hint 1 of 3  What does the caller hand in?')
  terminal.type('h')
  await terminal.shows('Hint 2 of 3')
  terminal.type('h')
  await terminal.shows('Hint 3 of 3')
  await terminal.shows(/\nl live {3}a all/)
  terminal.type('a')
  await terminal.shows('✗ mq-01.3  the notes say why')
  terminal.type('d')
  await terminal.shows('Your task  exercises/3-mq/01-greeting/README.md')
  terminal.type('n')
  await terminal.shows('The last number is undefined.')

  terminal.type('q')
  expect(await terminal.ended()).toBe(0)
})

test.skipIf(!hasPseudoTerminal)('plays the scenario on a key, and comes back', async () => {
  using checkout = new Checkout()
  const terminal = openTerminal(checkout, ['exercise', 'mq-01'], { FIXTURE_WAITS: '1' })
  await terminal.shows('"Hello" names nobody')

  terminal.type('l')
  await terminal.shows('The greeting is asked for.')
  await terminal.shows('space pause')
  terminal.type(' ')
  await terminal.shows('space go on')
  terminal.type('f')
  await terminal.shows('k kill the broker')
  terminal.type('k')
  terminal.type('q')
  await terminal.shows('any key goes back')
  terminal.type('x')
  await terminal.shows('Next: edit greeting.ts:4 and save.')

  terminal.type('q')
  expect(await terminal.ended()).toBe(0)
})

test.skipIf(!hasPseudoTerminal || !canSeeProcesses)(
  'ends on Ctrl-C in the middle of a check, and leaves nothing running',
  async () => {
    using checkout = new Checkout()
    checkout.write(greeting, 'export function greet(name: string): string {\n  for (;;) name += ""\n}\n')
    const terminal = openTerminal(checkout, ['exercise', 'mq-01'])
    await terminal.shows('checking mq-01 on embedded')
    await expect.poll(() => processesIn(checkout.root).length, { timeout: 30_000 }).toBeGreaterThan(3)

    terminal.type('\x03')

    expect(await terminal.ended()).toBe(130)
    expect(processesIn(checkout.root)).toEqual([])
  },
)
