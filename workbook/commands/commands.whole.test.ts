/** The smaller commands as a learner types them, over the fixture course. */
import { expect, test } from 'vitest'
import { Checkout, greeting } from '../fixture/checkout.ts'

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

test('keeps the reference back until the task is verified, or it is asked for anyway', async () => {
  using checkout = new Checkout()

  const early = await checkout.run('solution mq-01')
  const anyway = await checkout.run('solution mq-01 anyway')
  checkout.solveGreeting()
  await checkout.run('check mq-01')
  const earned = await checkout.run('solution mq-01')

  expect(early.exitCode).toBe(2)
  expect(early.stdout).not.toContain('trim()')
  expect(anyway.exitCode).toBe(0)
  expect(anyway.stdout).toContain('  +   return `Hello ')
  expect(anyway.stdout).toContain(
    'alternatives/joined/greeting.ts   Joins words instead of filling a template.',
  )
  expect(earned.stdout).toContain('Yours is the reference, line by line.')
})

test('reports the progress and prints the checklist', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()
  await checkout.run('check mq-01')

  const [week, task, json] = [
    await checkout.run('progress'),
    await checkout.run('progress mq-01'),
    await checkout.run('progress json'),
  ]

  expect(week.stdout).toContain('3 of 6 verified')
  expect(task.stdout).toContain('✓ mq-01.1')
  expect(JSON.parse(json.stdout).parts[0].sums.verified).toBe(3)
  expect(checkout.read('CHECKLIST.md')).toContain('_3 of 6 items verified')
})

test('proves the law of the fixture course, and says what breaks it', async () => {
  using checkout = new Checkout()
  const kept = await checkout.run('verify json')
  checkout.write(
    'solutions/3-mq/01-greeting/wrong/forgets-to-trim/greeting.ts',
    '// mistake: none at all\n// refused by: mq-01.2\n// says: kept\n' +
      checkout.read('solutions/3-mq/01-greeting/greeting.ts'),
  )
  checkout.write('exercises/3-mq/02-counting/hints.md', '## Only one?\n\nYes.\n')
  checkout.write(
    'exercises/3-mq/02-counting/README.md',
    checkout
      .read('exercises/3-mq/02-counting/README.md')
      .replace('npm run check mq-02', 'npm run chek mq-02')
      .replace('## The picture', '## Picture'),
  )
  checkout.write('exercises/3-mq/03-later/README.md', 'too early\n')
  const broken = await checkout.run('verify')

  expect(JSON.parse(kept.stdout)).toMatchObject({ problems: [], planned: ['mq-03'] })
  expect(kept.exitCode).toBe(0)
  expect(broken.exitCode).toBe(1)
  expect(broken.stdout).toContain(
    'solutions/3-mq/01-greeting/wrong/forgets-to-trim is not refused by mq-01.2 (passed): sharpen the check.',
  )
  expect(broken.stdout).toContain('exercises/3-mq/02-counting/hints.md has 1 hints')
  expect(broken.stdout).toContain('the heading "The picture" is expected where "Picture" stands')
  expect(broken.stdout).toContain('"npm run chek mq-02" is no command')
  expect(broken.stdout).toContain(
    'exercises/3-mq/03-later exists although the registry calls the task planned',
  )
})

test('puts the starter back and keeps what was there', async () => {
  using checkout = new Checkout()
  checkout.write(greeting, '// mine\n')

  const reset = await checkout.run('reset mq-01')
  checkout.write(greeting, '// mine again\n')
  const second = await checkout.run('reset mq-01')
  const third = await checkout.run('reset mq-01')

  const kept = checkout.names('.workbook/kept/mq-01')
  expect(reset.exitCode).toBe(0)
  expect(reset.stdout).toContain(`cp -r .workbook/kept/mq-01/${kept[0]}/. exercises/3-mq/01-greeting/`)
  expect(checkout.read(greeting)).toBe(checkout.read('solutions/3-mq/01-greeting/starter/greeting.ts'))
  expect(second.exitCode).toBe(0)
  expect(kept.map((name) => checkout.read(`.workbook/kept/mq-01/${name}/greeting.ts`))).toEqual([
    '// mine\n',
    '// mine again\n',
  ])
  expect(third.stdout).toContain('nothing was changed')
})

test('lists the path, narrowed by a word, and as JSON', async () => {
  using checkout = new Checkout()

  const [all, some, json, none] = await Promise.all([
    checkout.run('list'),
    checkout.run('list counting'),
    checkout.run('list json'),
    checkout.run('list kafka'),
  ])

  expect(all.stdout).toMatch(
    /mq-01 .*0\/4\n.*mq-02 .*0\/1\n.*mq-03 .*planned\n\nNext: npm run exercise mq-01\n$/,
  )
  expect(some.stdout).not.toContain('mq-01  ')
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id: 'mq-01', status: 'open' },
    { id: 'mq-02' },
    { id: 'mq-03', status: 'planned' },
  ])
  expect(none.stdout).toContain('No task matches "kafka".')
})

test('examines the computer', async () => {
  using checkout = new Checkout()

  const { exitCode, stdout } = await checkout.run('doctor json')

  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual([
    'node',
    'npm',
    'checkout',
    'port',
    'sqlite',
    'typescript',
    'disk',
    'git',
    'docker',
    'rabbitmq',
  ])
})
