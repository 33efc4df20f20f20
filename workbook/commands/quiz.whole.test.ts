/** `quiz` over the fixture course: one question at a time through a pipe, all of them on a pseudo terminal. */
import { expect, test } from 'vitest'
import { Checkout } from '../fixture/checkout.ts'
import { hasPseudoTerminal, openTerminal } from '../fixture/terminal.ts'

const questions = 'exercises/3-mq/01-greeting/questions.ts'

test('prints a question where there is no terminal, takes its answer, and proves the item when all are right', async () => {
  using checkout = new Checkout()

  const asked = await checkout.run('quiz mq-01')
  expect(asked.exitCode).toBe(0)
  expect(asked.stdout).toContain('0 of 2 questions answered right')
  expect(asked.stdout).toContain('Answer with: npm run quiz mq-01 answer=')
  const first = await checkout.run(`quiz mq-01 answer=${rightAnswer(asked.stdout)}`)
  expect(first).toMatchObject({ exitCode: 0 })
  expect(first.stdout).toMatch(/✓ Right\.\n {2}(?:It is for the guest|Once is polite)\./)
  expect(first.stdout).not.toContain('mq-01.4 verified')
  const second = await checkout.run(
    `quiz mq-01 answer=${rightAnswer((await checkout.run('quiz mq-01')).stdout)}`,
  )

  expect(second.stdout).toContain('mq-01.4 verified')
  expect((await checkout.run('progress mq-01')).stdout).toMatch(/✓ mq-01\.4 /)
  expect((await checkout.run('quiz mq-01')).stdout).toContain('The next one comes again on')
})

test('explains a wrong answer, asks for two right ones, and takes the proof away when a known question is missed', async () => {
  using checkout = new Checkout()
  const answer = async (choose: (screen: string) => string): Promise<string> => {
    const { stdout } = await checkout.run('quiz mq-01 all')
    const { stdout: said, exitCode } = await checkout.run(`quiz mq-01 answer=${choose(stdout)}`)
    expect([0, 1]).toContain(exitCode)
    return said
  }

  const missed = await answer(wrongAnswer)
  expect(missed).toMatch(/✗ Not so\.\n {2}(?:The host greets|Twice is odd)\./)
  expect(missed).toContain('a missed question counts once it was answered right twice')
  // A question at random each time: until both count.
  for (let round = 0; round < 30; round += 1)
    if ((await answer(rightAnswer)).includes('mq-01.4 verified')) break
  expect(await isVerified(checkout)).toBe(true)

  expect(await answer(wrongAnswer)).toContain('mq-01.4 is open again')
  expect(await isVerified(checkout)).toBe(false)
})

test('calls the proof stale when the question changes, and not when an explanation is mended', async () => {
  using checkout = new Checkout()
  for (const _ of [1, 2]) {
    await checkout.run(`quiz mq-01.4 answer=${rightAnswer((await checkout.run('quiz mq-01.4')).stdout)}`)
  }
  expect(await isVerified(checkout)).toBe(true)

  checkout.write(questions, checkout.read(questions).replace('Once is polite', 'Once is enough'))
  expect(await isVerified(checkout)).toBe(true)

  checkout.write(
    questions,
    checkout.read(questions).replace('How often is one guest', 'How often is a guest'),
  )
  expect(await isVerified(checkout)).toBe(false)
  expect((await checkout.run('progress')).stdout).toContain('questions.ts#mq-01.4 changed')
})

test('refuses what is no answer, and what has no questions, in one sentence', async () => {
  using checkout = new Checkout()

  const early = await checkout.run('quiz mq-01 answer=b')
  expect(early).toMatchObject({ exitCode: 2 })
  expect(early.stderr).toContain('See one first: npm run quiz mq-01')
  await checkout.run('quiz mq-01')
  const nonsense = await checkout.run('quiz mq-01 answer=purple')
  expect(nonsense).toMatchObject({ exitCode: 2 })
  expect(nonsense.stderr).toContain('That is no answer here.')
  const checked = await checkout.run('quiz mq-01.1')
  expect(checked).toMatchObject({ exitCode: 2 })
  expect(checked.stderr).toContain('npm run check mq-01.1')
})

test('speaks Vietnamese, and gives data without the answers', async () => {
  using checkout = new Checkout()

  expect((await checkout.run('quiz mq-01 lang=vi')).stdout).toMatch(
    /Lời chào gọi tên ai|Chào một khách mấy lần/,
  )
  const { questions: asked } = JSON.parse((await checkout.run('quiz mq-01 json')).stdout) as {
    questions: object[]
  }
  expect(asked).toHaveLength(2)
  expect(JSON.stringify(asked)).not.toMatch(/why|Once is polite/)
})

test.skipIf(!hasPseudoTerminal)(
  'asks on a terminal until all is right, and Ctrl-C keeps what was answered',
  async () => {
    using checkout = new Checkout()
    const terminal = openTerminal(checkout, ['quiz', 'mq-01.4', 'seed=7'])

    await terminal.shows('question 1 of 2')
    await terminal.shows('> ')
    terminal.type('1\r')
    await terminal.shows(/Right|no answer here/)
    // By now either is answered: the number by the 1, or the choice by the letter.
    terminal.type('a\r')
    await terminal.shows(/Right|Not so/)
    terminal.type('\x03')

    expect(await terminal.ended()).toBe(0)
    const { questions: kept } = JSON.parse(checkout.read('.workbook/study.json')) as { questions: object }
    expect(Object.keys(kept).length).toBeGreaterThan(0)
  },
)

async function isVerified(checkout: Checkout): Promise<boolean> {
  return /✓ mq-01\.4 /.test((await checkout.run('progress mq-01')).stdout)
}

/** What a learner types who knows: the letter in front of the guest, or once. */
function rightAnswer(screen: string): string {
  return /^ {2}([abc]) {2}The guest/m.exec(screen)?.[1] ?? '1'
}

function wrongAnswer(screen: string): string {
  return /^ {2}([abc]) {2}The host/m.exec(screen)?.[1] ?? '2'
}
