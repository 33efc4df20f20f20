/** `answer` as it is typed: through a pipe, and on a terminal of its own. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answersFile, correctedFile, ReviewCheckout } from '../fixture/review.ts'
import { hasPseudoTerminal, openTerminal } from '../fixture/terminal.ts'

const half = 'The broker forgets a message when somebody has sent an ack for it.'
const whole = 'The broker forgets a message once it has the ack, so the ack is sent after the work is done.'

test('lists the questions with what is covered, and says where to write when there is no terminal', async () => {
  using checkout = new ReviewCheckout()

  const all = await checkout.run('answer review-06')
  expect(all).toMatchObject({ exitCode: 0, stderr: '' })
  expect(all.stdout).toContain('· review-06.1  Acks   not tried yet')
  expect(all.stdout.trimEnd().split('\n').at(-1)).toBe('Next: npm run answer review-06.1')

  const one = await checkout.run('answer review-06.1')
  expect(one.stdout).toContain('When is a message gone?')
  expect(one.stdout).toContain(`Write your answer into ${answersFile} under "Acks".`)
  expect(one.stdout).toContain('A model answer is shown once you have tried: 6 words are a try.')
  expect(one.stdout).not.toContain('never earlier')
})

test('shows point by point what an answer makes, what in it is not so, and the model answer only after a try', async () => {
  using checkout = new ReviewCheckout()
  const under = (answer: string): void =>
    checkout.write(answersFile, `# Answers\n\n## Acks\n\n${answer}\n\n## Order\n`)

  under(half)
  const tried = await checkout.run('answer review-06.1')
  expect(tried.stdout).toContain('✓ who lets it go?')
  expect(tried.stdout).toContain('· when is an ack safe?')
  expect(tried.stdout).toContain('1 of 2 points')
  expect(tried.stdout).toContain('never earlier')
  expect(tried.stdout).toContain(`write this answer anew, whole, into ${correctedFile}`)

  under(`${half} I send the ack before the work begins.`)
  expect((await checkout.run('answer review-06.1')).stdout).toContain('✗ not so: ')

  checkout.write(correctedFile, `# Corrected\n\n## Acks\n\n${whole}\n`)
  const improved = await checkout.run('answer review-06.1')
  expect(improved.stdout).toContain('Every point is made.')
  expect(improved.stdout.trimEnd().split('\n').at(-1)).toBe('Next: npm run answer review-06.2')
  expect((await checkout.run('answer review-06')).stdout).toContain(`2 of 2 points   read in CORRECTED.md`)
})

test('speaks Vietnamese, and gives data without the model answers', async () => {
  using checkout = new ReviewCheckout()

  const vietnamese = await checkout.run('answer review-06.1 lang=vi')
  expect(vietnamese.stdout).toContain('Khi nào message không còn nữa?')
  expect(vietnamese.stdout).toContain('Thử rồi mới xem được bài mẫu')
  const data = JSON.parse((await checkout.run('answer review-06 json')).stdout) as object[]
  expect(data).toHaveLength(2)
  expect(data[0]).toMatchObject({ item: 'review-06.1', isTried: false, isWhole: false })
  expect(JSON.stringify(data)).not.toContain('never earlier')
})

test('refuses what asks for no answer, and reads files that are gone as empty', async () => {
  using checkout = new ReviewCheckout()

  for (const [target, said] of [
    ['mq-01', 'mq-01 asks for no answers in sentences'],
    ['review', 'review asks for no answers in sentences'],
    ['review-6', 'review-06'],
  ] as const) {
    const refused = await checkout.run(`answer ${target}`)
    expect(refused.exitCode, target).toBe(2)
    expect(refused.stderr, target).toContain(said)
  }
  rmSync(join(checkout.root, answersFile))
  expect((await checkout.run('answer review-06')).stdout).toContain('review-06.1  Acks   not tried yet')
})

test.skipIf(!hasPseudoTerminal)(
  'takes a pasted answer whole, and puts a second one into the second version',
  async () => {
    using checkout = new ReviewCheckout()
    const terminal = openTerminal(checkout, ['answer', 'review-06.1'])

    await terminal.shows('Type your answer, without notes')
    await terminal.shows('> ')
    // A paste: all lines at once.
    terminal.type('The broker forgets a message\rwhen somebody has sent\ran ack for it.\r\r')
    await terminal.shows(`Kept in ${answersFile}.`)
    await terminal.shows('1 of 2 points')
    expect(await terminal.ended()).toBe(0)
    expect(checkout.read(answersFile)).toContain(
      '> When is a message gone?\n\nThe broker forgets a message\nwhen somebody has sent\nan ack for it.\n\n## Order\n',
    )

    const second = openTerminal(checkout, ['answer', 'review-06.1'])
    await second.shows('> ')
    second.type(`${whole}\r\r`)
    await second.shows(`Kept in ${correctedFile}.`)
    await second.shows('Every point is made.')
    expect(await second.ended()).toBe(0)
    expect(checkout.read(answersFile)).toContain('an ack for it.')
  },
)

test.skipIf(!hasPseudoTerminal)(
  'Ctrl-C keeps what was typed so far, and changes nothing when that is nothing',
  async () => {
    using checkout = new ReviewCheckout()
    const before = checkout.read(answersFile)
    const left = openTerminal(checkout, ['answer', 'review-06.1'])
    await left.shows('> ')
    left.type('\x03')
    expect(await left.ended()).toBe(130)
    expect(checkout.read(answersFile)).toBe(before)

    const typing = openTerminal(checkout, ['answer', 'review-06.1'])
    await typing.shows('> ')
    typing.type('The broker forgets a message\r')
    await typing.shows('> ')
    typing.type('\x03')
    await typing.shows(`Kept in ${answersFile}.`)
    await typing.ended()
    expect(checkout.read(answersFile)).toContain('The broker forgets a message')
  },
)
