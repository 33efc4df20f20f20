/** `npm run rate`: the learner's ratings of themselves, beside what they have proven. */
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import type { Fold } from '../progress/fold.ts'
import { type Calibration, calibrate, gapMax, ratings, weakSpots } from '../progress/ratings.ts'
import { foldIntoChecklist, foldNow, recordRating } from '../proof.ts'
import { askRatings, ratingsIn } from '../ratings.ts'
import { isInteractive, paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { rateTexts } from '../texts/rate.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const before = foldNow(course)
  const withCommand = ratingsIn(options, ratings)
  const asks = isInteractive && withCommand.size === 0 && !options.words.has('json')
  const { given, hasLeft } = asks
    ? await askRatings(ratings, before, lang)
    : { given: withCommand, hasLeft: false }
  const isKept = [...given].every(([rated, value]) => recordRating(course, rated, value, new Date()))
  if (!isKept) {
    printError(inLanguage(rateTexts.notKept, lang))
    return exitCodes.setUp
  }
  const fold = foldIntoChecklist(course, undefined)
  if (hasLeft) {
    print('', inLanguage(rateTexts.left(given.size), lang), inLanguage(cliTexts.next('npm run rate'), lang))
    return exitCodes.interrupted
  }
  if (options.words.has('json')) printJson(asData(fold))
  else {
    print(...calibrationLines(fold, lang))
    if (!asks && given.size === 0) {
      const example = 'npm run rate understanding=7 design=6 failures=7 consistency=5'
      print('', inLanguage(rateTexts.plain(example), lang))
    }
    print('', inLanguage(cliTexts.next('npm run exercise review-01'), lang))
  }
  return exitCodes.done
}

/** Each rating beside its evidence, and where least is proven. */
export function calibrationLines(fold: Fold, lang: Language): string[] {
  const lines = calibrate(fold, ratings).flatMap((each) => [
    `  ${barOf(each)}  ${inLanguage(each.rated.ask, lang)}`,
    `              ${paint('gray', calibrationWords(each, lang))}`,
  ])
  const weak = weakSpots(fold).map(
    ({ part, task, open }) =>
      `  npm run exercise ${task}   ${paint('gray', inLanguage(rateTexts.weakSpot(part, open), lang))}`,
  )
  return [
    paint('bold', inLanguage(rateTexts.head, lang)),
    ...lines,
    ...(weak.length > 0 ? ['', paint('bold', inLanguage(rateTexts.weak, lang)), ...weak] : []),
  ]
}

/** Ten cells: what is proven is filled, and the rating is a mark on them. */
function barOf({ rating, verified, of }: Calibration): string {
  const filled = of === 0 ? 0 : Math.floor((verified / of) * 10)
  const cells = Array.from({ length: 10 }, (_, at) => (rating === at + 1 ? '◆' : at < filled ? '█' : '░'))
  return cells.join('')
}

function calibrationWords({ rating, verified, of, gap }: Calibration, lang: Language): string {
  const said = rating === undefined ? inLanguage(rateTexts.none, lang) : `◆ ${rating}`
  const proven = inLanguage(rateTexts.proven(verified, of), lang)
  if (gap === undefined) return `${said} · ${proven}`
  const verdict = gap > gapMax ? rateTexts.above : gap < -gapMax ? rateTexts.below : rateTexts.agree
  return `${said} · ${proven} · ${inLanguage(verdict, lang)}`
}

function asData(fold: Fold): unknown {
  return {
    ratings: calibrate(fold, ratings).map(({ rated, rating, verified, of, gap }) => ({
      name: rated.name,
      item: rated.item,
      rating,
      verified,
      of,
      gap: gap === undefined ? undefined : Math.round(gap * 10) / 10,
    })),
    weakSpots: weakSpots(fold),
  }
}
