/** `npm run solution <id>`: the learner's files beside the reference, and other right answers. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { findTask, learnersFile, learnersPath, loadCourse } from '../course.ts'
import { diffHunks } from '../diff.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { firstComment } from '../lesson.ts'
import { foldNow, isVerified } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { overlayNames, solutionFolder } from '../runner/subject.ts'
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
  for (const file of task.files) print(...compareFile(task, file, lang), '')
  const others = overlayNames(task, 'alternative')
  if (others.length > 0)
    print(inLanguage(solutionTexts.others, lang), ...others.map((name) => alternativeLine(task, name)))
  next(options.words.has('anyway') ? `npm run exercise ${task.id}` : 'npm run exercise')
  return exitCodes.done
}

function compareFile(task: Task, file: string, lang: Language): string[] {
  const yours = learnersPath(task, file)
  const reference = solutionFolder(task, file)
  const title = `${paint('bold', file)}  ${paint('gray', `${learnersFile(task, file)} → solutions/${task.folder.replace(/^exercises\//, '')}/${file}`)}`
  if (!existsSync(reference)) return [title, `  ${inLanguage(solutionTexts.noReference, lang)}`]
  const before = existsSync(yours) ? readFileSync(yours, 'utf8') : ''
  const hunks = diffHunks(before, readFileSync(reference, 'utf8'))
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

/** An alternative says in its first comment what it does differently. */
function alternativeLine(task: Task, name: string): string {
  const folder = solutionFolder(task, 'alternatives', name)
  const file = task.files.find((candidate) => existsSync(join(folder, candidate)))
  const shown = `solutions/${task.folder.replace(/^exercises\//, '')}/alternatives/${name}`
  if (file === undefined) return `  ${shown}`
  return `  ${shown}/${file}   ${paint('gray', firstComment(readFileSync(join(folder, file), 'utf8')))}`
}
