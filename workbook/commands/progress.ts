/** `npm run progress [id]`: what is verified, claimed, stale and open. Prints CHECKLIST.md again on the way. */
import type { Context } from '../command.ts'
import { findTarget, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { printChecklist } from '../progress/checklist.ts'
import { progressData, selectionLines, weekLines } from '../progress/report.ts'
import { foldIntoChecklist } from '../proof.ts'
import { lookupIn } from '../registry/lookup.ts'
import { columns, paint, print, printJson } from '../terminal.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  // A miss costs a sentence before anything is written.
  if (options.target !== undefined) findTarget(course, options.target)
  const fold = foldIntoChecklist(course, options.lang)
  if (options.words.has('json')) printJson(progressData(fold))
  else if (options.words.has('report')) process.stdout.write(printChecklist(fold, lang))
  else if (options.target === undefined) print(...weekLines(fold, { lang, paint, width: columns() }))
  else {
    const selection = lookupIn(course.tasks).selectTarget(options.target)
    if (selection.kind !== 'unknown')
      print(...selectionLines(fold, selection, { lang, paint, width: columns() }))
  }
  return exitCodes.done
}
