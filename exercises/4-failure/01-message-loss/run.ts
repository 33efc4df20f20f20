/** What `npm run exercise failure-01 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { killedAtThePoint } from './scenarios/crash.ts'
import { sameKills } from './scenarios/kills.ts'
import { confirmedAndGone } from './scenarios/pits.ts'

/** Played by `npm run exercise failure-01 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'The service as it runs today is killed at your point.',
      'Service đang chạy hôm nay bị kill tại điểm bạn chọn.',
    ),
    scenario: killedAtThePoint,
  },
  {
    title: text('The same kills for your service.', 'Vẫn những lần kill đó, với service của bạn.'),
    scenario: sameKills,
  },
  {
    title: text('Five losses that no confirm covers.', 'Năm kiểu mất mà confirm nào cũng không đỡ được.'),
    scenario: (lab) => confirmedAndGone(lab),
  },
]
