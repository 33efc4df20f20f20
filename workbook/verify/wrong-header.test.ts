/** The first lines of a wrong solution. */
import { expect, test } from 'vitest'
import { parseWrongHeader } from './wrong-header.ts'

test('tells the mistake, the items that refuse it, and what they say', () => {
  const source =
    '// mistake: acknowledges first\n// refused by: mq-02.3, mq-02.5\n// says: "never booked"\n\nimport x\n'

  expect(parseWrongHeader(source)).toEqual({
    mistake: 'acknowledges first',
    refusedBy: ['mq-02.3', 'mq-02.5'],
    says: 'never booked',
  })
})

test('reads a page too, and says what is missing by leaving it out', () => {
  expect(parseWrongHeader('<!-- mistake: one word -->\n# Notes\n')).toEqual({ mistake: 'one word' })
  expect(parseWrongHeader('const x = 1\n')).toEqual({})
})
