/** `reflect` as it is typed: what it fills into the page, what it leaves alone, and how it is left. */
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ReviewCheckout } from '../fixture/review.ts'
import { hasPseudoTerminal, openTerminal } from '../fixture/terminal.ts'

const page = 'REFLECTION.md'

test('fills the page from the learner’s own runs, once, and touches nothing that they wrote', async () => {
  using checkout = new ReviewCheckout()
  await checkout.run('check mq-01')
  checkout.solveGreeting()
  await checkout.run('check mq-01')
  checkout.write(page, `${checkout.read(page)}\nI will read a book.\n`)

  const filled = await checkout.run('reflect confidence=6')
  expect(filled).toMatchObject({ exitCode: 0, stderr: '' })
  expect(filled.stdout).toMatch(/REFLECTION\.md: \d+ lines of your own traces/)
  const once = checkout.read(page)
  expect(once).toContain('> · mq-01.1 failed once before it held')
  expect(once).toContain('> · rated 6 of 10; 3 of ')
  expect(once).toContain('I will read a book.')

  await checkout.run('reflect confidence=6')
  expect(checkout.read(page)).toBe(once)
  const vietnamese = await checkout.run('reflect lang=vi')
  expect(vietnamese.stdout).toContain('Không có terminal thì ghi điểm ngay trong lệnh')
  expect(checkout.read(page)).toContain('> · tự chấm 6 trên 10')
  expect(checkout.read(page)).not.toContain('rated 6 of 10')
})

test('brings a page back that is gone, refuses what is no rating, and says so when it can’t write', async () => {
  using checkout = new ReviewCheckout()
  rmSync(join(checkout.root, page))
  expect((await checkout.run('reflect')).exitCode).toBe(0)
  expect(checkout.read(page)).toContain('## Three things I learned')

  const refused = await checkout.run('reflect confidence=12')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('confidence')

  // Whoever is root writes everywhere.
  if (process.getuid?.() === 0) return
  chmodSync(checkout.root, 0o555)
  try {
    const stuck = await checkout.run('reflect')
    expect(stuck.exitCode).toBe(3)
  } finally {
    chmodSync(checkout.root, 0o755)
  }
})

test.skipIf(!hasPseudoTerminal)(
  'asks for the confidence on a terminal, and Ctrl-C leaves the page as it was',
  async () => {
    using checkout = new ReviewCheckout()
    const before = checkout.read(page)
    const left = openTerminal(checkout, ['reflect'])
    await left.shows('How confident are you for week 8?')
    left.type('\x03')
    expect(await left.ended()).toBe(130)
    expect(checkout.read(page)).toBe(before)

    const asked = openTerminal(checkout, ['reflect'])
    await asked.shows('How confident are you for week 8?')
    asked.type('7\r')
    await asked.shows('lines of your own traces')
    expect(await asked.ended()).toBe(0)
    expect(checkout.read(page)).toContain('rated 7 of 10')
  },
)
