/** Tables for a terminal. */
import stringWidth from 'fast-string-width'
import { expect, it } from 'vitest'
import { tableLines } from './table.ts'

it('aligns by display width and cuts the last column to the screen', () => {
  const lines = tableLines(
    ['id', 'lý do'],
    [
      ['…a3f', 'tài khoản bị khoá'],
      ['…b81', 'x'.repeat(200)],
    ],
    20,
  )

  expect(lines).toEqual(['id    lý do', '…a3f  tài khoản bị…', `…b81  ${'x'.repeat(13)}…`])
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(20)
})
