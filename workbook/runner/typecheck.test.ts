/** What the compiler prints, read. */
import { expect, test } from 'vitest'
import { root } from '../root.ts'
import { parseProblems } from './typecheck.ts'

test('reads file, line, code and sentence, and leaves explanations out', () => {
  const output = [
    "exercises/a/b.ts(17,5): error TS2322: Type 'string' is not assignable to type 'number'.",
    "  The expected type comes from property 'x'.",
    '/elsewhere/c.ts(1,1): error TS1005: expected.',
    '',
  ].join('\n')

  expect(parseProblems(output)).toEqual([
    {
      file: `${root}/exercises/a/b.ts`,
      line: 17,
      code: 'TS2322',
      message: "Type 'string' is not assignable to type 'number'.",
    },
    { file: '/elsewhere/c.ts', line: 1, code: 'TS1005', message: 'expected.' },
  ])
})
