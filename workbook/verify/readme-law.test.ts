/** Links and commands of a README. */
import { describe, expect, test } from 'vitest'
import { parts, tasks } from '../fixture/course.ts'
import { commandProblems, linkProblems, shownCommands } from './readme-law.ts'

const course = { parts, tasks, path: tasks }

describe('commands that a page shows', () => {
  test('are found in fences, indented code and inline code, without their remarks', () => {
    const page = [
      '```sh',
      '$ npm run check mq-01      once, with an exit code',
      'npm run hint mq-01 # one more',
      '```',
      '    npm run list && npm run doctor',
      'Type `npm run check mq-01.2`, or `npm run check <id>`; npm run nothing is prose.',
    ].join('\n')

    expect(shownCommands(page)).toEqual([
      'npm run check mq-01',
      'npm run hint mq-01',
      'npm run list',
      'npm run check mq-01.2',
    ])
  })

  test.each([
    ['npm run chek mq-01', 'unknown'],
    ['npm run check mq-01 now', 'words'],
    ['npm run check mq-44', 'id'],
    ['npm run check mq-01 engine=local seed=7', undefined],
    ['npm run check mq-01 -- --engine local', undefined],
    ['npm run test:soak', undefined],
  ])('%s: %s', (command, why) => {
    expect(commandProblems(course, `\`${command}\``).map((problem) => problem.why)).toEqual(
      why === undefined ? [] : [why],
    )
  })
})

test('links must lead to a file and a heading that exist', () => {
  const page = [
    '# A page',
    '## Your task',
    '[a](problem.ts) [b](problem.ts#L3) [c](#your-task) [d](https://example.org/x) [e](nowhere.ts) [f](#nowhere) [g](../cli.ts)',
    '`[h](code.ts)`',
  ].join('\n')

  expect(linkProblems(page, import.meta.dirname)).toEqual(['nowhere.ts', '#nowhere'])
})
