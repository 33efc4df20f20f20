/** Which files a review names as refactored. */
import { expect, test } from 'vitest'
import { refactoredFilesIn } from './refactoring.ts'

const page = (said: string, heading = 'What I refactored') => `# Code review\n\n## ${heading}\n\n${said}\n`

test('names the files of the section, once each, in either language', () => {
  const said =
    'I cut `exercises/3-mq/03-rabbitmq-consumer/listener.ts:12` (listener.ts), see\nexercises/3-mq/03-rabbitmq-consumer/listener.ts.'
  expect(refactoredFilesIn(page(said))).toEqual(['exercises/3-mq/03-rabbitmq-consumer/listener.ts'])
  expect(refactoredFilesIn(page(said, 'Tôi đã refactor gì'))).toHaveLength(1)
})

test('the given piece, other sections and the questions of the page name nothing', () => {
  expect(refactoredFilesIn(page('exercises/6-review/03-code/settle.ts'))).toEqual([])
  expect(refactoredFilesIn(page('exercises/3-mq/a/b.ts', 'Findings'))).toEqual([])
  expect(refactoredFilesIn(page('> such as exercises/3-mq/a/b.ts'))).toEqual([])
  expect(refactoredFilesIn('')).toEqual([])
})
