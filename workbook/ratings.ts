/** Takes ratings in the terminal or with the command, and keeps each as a claim. */
import type { Language } from '#lab/verdict'
import { inLanguage } from './language.ts'
import type { Options } from './options.ts'
import type { Fold } from './progress/fold.ts'
import { type Rated, ratingOf } from './progress/ratings.ts'
import { openLines } from './study/lines.ts'
import { paint, print } from './terminal.ts'
import { rateTexts } from './texts/rate.ts'

export type Given = ReadonlyMap<Rated, number>

const ratingMax = 10

/** Ratings that came with the command. */
export function ratingsIn(options: Options, rated: readonly Rated[]): Given {
  return new Map(
    rated.flatMap((each) => {
      const value = options[each.name]
      return value === undefined ? [] : [[each, value] as const]
    }),
  )
}

/** What was answered, and whether the learner left before the end. */
export interface Asked {
  readonly given: Given
  readonly hasLeft: boolean
}

/** Asks one after another. An empty line keeps what is there; whoever leaves keeps what they have said. */
export async function askRatings(rated: readonly Rated[], fold: Fold, lang: Language): Promise<Asked> {
  const given = new Map<Rated, number>()
  const lines = openLines()
  print(paint('gray', inLanguage(rateTexts.how, lang)), '')
  try {
    for (const each of rated) {
      const before = ratingOf(fold, each)
      const remark =
        before === undefined ? '' : `   ${paint('gray', inLanguage(rateTexts.before(before), lang))}`
      print(`${paint('bold', inLanguage(each.ask, lang))}${remark}`)
      for (;;) {
        const line = await lines.ask('> ')
        if (line === undefined) return { given, hasLeft: true }
        if (line.trim() === '') break
        const value = Number(line.trim())
        if (Number.isInteger(value) && value >= 1 && value <= ratingMax) {
          given.set(each, value)
          break
        }
        print(paint('yellow', inLanguage(rateTexts.notANumber, lang)))
      }
    }
  } finally {
    lines.close()
  }
  return { given, hasLeft: false }
}
