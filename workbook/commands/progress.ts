/** `npm run progress [id]`: what is verified, claimed, stale and open. Prints CHECKLIST.md again on the way. */
import { join } from 'node:path'
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { findTarget, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import type { Fold } from '../progress/fold.ts'
import { progressData, selectionLines, weekLines } from '../progress/report.ts'
import { writtenReportTexts } from '../progress/texts.ts'
import { codeOf, writeWhole } from '../progress/whole-file.ts'
import { writeReport } from '../progress/written-report.ts'
import { foldIntoChecklist } from '../proof.ts'
import { lookupIn } from '../registry/lookup.ts'
import { root } from '../root.ts'
import { columns, paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  // A miss costs a sentence before anything is written.
  if (options.target !== undefined) findTarget(course, options.target)
  const fold = foldIntoChecklist(course, options.lang)
  if (options.words.has('json')) printJson(progressData(fold))
  else if (options.words.has('report')) return keepReport(fold, lang)
  else if (options.target === undefined) print(...weekLines(fold, { lang, paint, width: columns() }))
  else {
    const selection = lookupIn(course.tasks).selectTarget(options.target)
    if (selection.kind !== 'unknown')
      print(...selectionLines(fold, selection, { lang, paint, width: columns() }))
  }
  return exitCodes.done
}

/** Writes the report beside CHECKLIST.md, each file as a whole. */
function keepReport(fold: Fold, lang: Language): ExitCode {
  const { markdown, html, json } = writeReport(progressData(fold), lang, new Date())
  const files = { 'PROGRESS.md': markdown, 'PROGRESS.html': html, 'PROGRESS.json': json }
  try {
    for (const [name, content] of Object.entries(files)) writeWhole(join(root, name), content)
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    printError(inLanguage(writtenReportTexts.notWritten(code), lang))
    return exitCodes.setUp
  }
  print(...weekLines(fold, { lang, paint, width: columns() }).slice(0, -2))
  print('', inLanguage(writtenReportTexts.written(Object.keys(files)), lang))
  print(inLanguage(cliTexts.next('npm run progress final'), lang))
  return exitCodes.done
}
