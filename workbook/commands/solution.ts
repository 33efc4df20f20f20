/** `npm run solution <id>`: the learner's files beside the reference, and other right answers. */
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { findTask, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { foldNow, isVerified } from '../proof.ts'
import { type Alternative, alternativesOf, type Comparison, compareWithReference } from '../solution.ts'
import { paint, print } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { solutionTexts } from '../texts/solution.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const task = findTask(course, options.target ?? '')
  const next = (step: string) => print('', inLanguage(cliTexts.next(step), lang))
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang))
    next('npm run list')
    return exitCodes.usage
  }
  if (!options.words.has('anyway') && !isVerified(foldNow(course), task)) {
    print(inLanguage(solutionTexts.notYet(task.id), lang))
    next(`npm run hint ${task.id}`)
    return exitCodes.usage
  }
  for (const comparison of compareWithReference(task)) print(...comparisonLines(comparison, lang), '')
  const others = alternativesOf(task)
  if (others.length > 0) print(inLanguage(solutionTexts.others, lang), ...others.map(alternativeLine))
  next(options.words.has('anyway') ? `npm run exercise ${task.id}` : 'npm run exercise')
  return exitCodes.done
}

function comparisonLines({ file, yours, theirs, hunks }: Comparison, lang: Language): string[] {
  const title = `${paint('bold', file)}  ${paint('gray', `${yours} → ${theirs}`)}`
  if (hunks === undefined) return [title, `  ${inLanguage(solutionTexts.noReference, lang)}`]
  if (hunks.length === 0) return [title, `  ${inLanguage(solutionTexts.same, lang)}`]
  const lines = [title, paint('gray', `  ${inLanguage(solutionTexts.legend, lang)}`)]
  for (const hunk of hunks) {
    lines.push(paint('gray', `  ${inLanguage(solutionTexts.atLine(hunk.oldStart), lang)}`))
    for (const { kind, text } of hunk.lines) {
      if (kind === 'removed') lines.push(paint('red', `  - ${text}`))
      else if (kind === 'added') lines.push(paint('green', `  + ${text}`))
      else lines.push(`    ${text}`.trimEnd())
    }
  }
  return lines
}

function alternativeLine({ path, way }: Alternative): string {
  return way === '' ? `  ${path}` : `  ${path}   ${paint('gray', way)}`
}
