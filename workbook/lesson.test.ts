/** Pages are split at their headings. */
import { expect, test } from 'vitest'
import { firstComment, parseSections } from './lesson.ts'

test('splits at second-level headings, and takes none from code', () => {
  const sections = parseSections(
    '# Title\n\nlead\n\n## One?\n\nfirst\n\n```md\n## not a heading\n```\n\n## Two? ##\nsecond\n### deeper\n',
  )

  expect(sections).toEqual([
    { title: 'One?', body: 'first\n\n```md\n## not a heading\n```' },
    { title: 'Two?', body: 'second\n### deeper' },
  ])
})

test.each([
  ['// One way.\ncode', 'One way.'],
  ['/** Another. */\ncode', 'Another.'],
  ['/*\n * A third.\n */', 'A third.'],
  ['<!-- A page. -->', 'A page.'],
  ['', ''],
])('finds the first comment of %j', (source, comment) => expect(firstComment(source)).toBe(comment))
