/** `rate` as it is typed: with the command where there is no terminal, and asked for on one. */
import { expect, test } from 'vitest'
import { ReviewCheckout } from '../fixture/review.ts'
import { hasPseudoTerminal, openTerminal } from '../fixture/terminal.ts'

test('keeps ratings that come with the command, as claims, beside what is proven', async () => {
  using checkout = new ReviewCheckout()

  const rated = await checkout.run('rate understanding=9 failures=3')
  expect(rated).toMatchObject({ exitCode: 0, stderr: '' })
  expect(rated.stdout).toMatch(/◆.*How well do you understand message queues\?/)
  expect(rated.stdout).toContain('◆ 9 · 0 of 4 items verified · you rate yourself above your evidence')
  expect(rated.stdout).toContain('not rated')
  expect(rated.stdout).toContain('npm run exercise mq-01')

  // A rating is the learner's word: it is claimed, and the others stay open.
  const progress = await checkout.run('progress review-01')
  expect(progress.stdout).toMatch(/review-01\.6 /)
  const { ratings } = JSON.parse((await checkout.run('rate json')).stdout) as {
    ratings: { name: string; rating?: number }[]
  }
  expect(ratings.map(({ name, rating }) => [name, rating])).toEqual([
    ['understanding', 9],
    ['design', undefined],
    ['failures', 3],
    ['consistency', undefined],
  ])
})

test('says how to rate without a terminal, in both languages, and refuses what is no rating', async () => {
  using checkout = new ReviewCheckout()

  expect((await checkout.run('rate')).stdout).toContain(
    'Without a terminal the ratings come with the command: npm run rate understanding=7',
  )
  expect((await checkout.run('rate lang=vi')).stdout).toContain(
    'Không có terminal thì ghi điểm ngay trong lệnh',
  )
  for (const words of ['understanding=11', 'understanding=0', 'understanding=much', 'luck=7']) {
    const refused = await checkout.run(`rate ${words}`)
    expect(refused.exitCode, words).toBe(2)
    expect(refused.stderr, words).not.toBe('')
  }
  const { ratings } = JSON.parse((await checkout.run('rate json')).stdout) as {
    ratings: { rating?: number }[]
  }
  expect(ratings.filter(({ rating }) => rating !== undefined)).toEqual([])
})

test.skipIf(!hasPseudoTerminal)(
  'asks on a terminal, once more for what is no rating, and Ctrl-C keeps what was said',
  async () => {
    using checkout = new ReviewCheckout()
    const terminal = openTerminal(checkout, ['rate'])

    await terminal.shows('How well do you understand message queues?')
    terminal.type('eight\r')
    await terminal.shows('A whole number from 1 to 10.')
    terminal.type('8\r')
    await terminal.shows('How good are you at event-driven architecture?')
    terminal.type('\x03')
    await terminal.shows('Kept: 1 rating.')
    expect(await terminal.ended()).toBe(130)

    const { ratings } = JSON.parse((await checkout.run('rate json')).stdout) as {
      ratings: { rating?: number }[]
    }
    expect(ratings.map(({ rating }) => rating)).toEqual([8, undefined, undefined, undefined])

    // Enter keeps what is there.
    const again = openTerminal(checkout, ['rate', 'lang=vi'])
    await again.shows('đang là 8')
    again.type('\r5\r6\r7\r')
    await again.shows('Điều bạn nói')
    expect(await again.ended()).toBe(0)
    const { ratings: all } = JSON.parse((await checkout.run('rate json')).stdout) as {
      ratings: { rating?: number }[]
    }
    expect(all.map(({ rating }) => rating)).toEqual([8, 5, 6, 7])
  },
)
