/** `npm run reflect`: fills REFLECTION.md with the learner's own traces, and takes the confidence for week 8. */
import type { Context } from '../command.ts'
import { loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { confidence } from '../progress/ratings.ts'
import { fillsNow, refillReflection, reflectionPath, reflectionTask } from '../progress/reflection-file.ts'
import { codeOf } from '../progress/whole-file.ts'
import { foldIntoChecklist, foldNow, recordRating } from '../proof.ts'
import { askRatings, ratingsIn } from '../ratings.ts'
import { shownPath } from '../root.ts'
import { isInteractive, print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { rateTexts } from '../texts/rate.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const task = reflectionTask(course)
  if (task === undefined) {
    print(
      inLanguage(rateTexts.planned(confidence.task), lang),
      inLanguage(cliTexts.next('npm run list'), lang),
    )
    return exitCodes.usage
  }
  const before = foldNow(course)
  const withCommand = ratingsIn(options, [confidence])
  const asks = isInteractive && withCommand.size === 0
  const { given, hasLeft } = asks
    ? await askRatings([confidence], before, lang)
    : { given: withCommand, hasLeft: false }
  // The one question was not answered, and the page is as it was.
  if (hasLeft) return exitCodes.interrupted
  for (const [rated, value] of given) {
    if (recordRating(course, rated, value, new Date())) continue
    printError(inLanguage(rateTexts.notKept, lang))
    return exitCodes.setUp
  }
  const fold = foldIntoChecklist(course, undefined)
  const shown = shownPath(reflectionPath(task))
  try {
    const filled = refillReflection(task, fillsNow(course, fold), lang)
    print(inLanguage(filled === 0 ? rateTexts.nothingToFill(shown) : rateTexts.filled(shown, filled), lang))
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    printError(inLanguage(rateTexts.notWritable(shown, code), lang))
    return exitCodes.setUp
  }
  if (!asks && given.size === 0) print(inLanguage(rateTexts.plain('npm run reflect confidence=7'), lang))
  print('', inLanguage(cliTexts.next(`npm run exercise ${task.id}`), lang))
  return exitCodes.done
}
