/** Which of their own files somebody says they refactored: what REVIEW.md of the code review names in its section. */
import { proseOf } from '../kit/document.ts'
import { text } from '../verdict/language.ts'

/** The section's heading, in either language. */
export const refactoredHeading = text('What I refactored', 'Tôi đã refactor gì')

/** Code that was given to be refactored is nobody's own. */
const given = /\/6-review\//

/** Paths of the TypeScript files that the section names, relative to the repository, the given piece left out. */
export function refactoredFilesIn(markdown: string): string[] {
  const prose = proseOf(markdown, refactoredHeading) ?? ''
  const named = [...prose.matchAll(/(?:exercises|designs|solutions)\/[\w./-]+\.ts\b/g)].map(([path]) => path)
  return [...new Set(named)].filter((path) => !given.test(path))
}
