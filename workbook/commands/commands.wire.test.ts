/** The smaller commands as a learner types them, over the fixture course. Those that judge: commands.whole.test.ts. */
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
