/** What `npm run exercise consistency-03 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { namedExtras } from './scenarios/extras.ts'
import { endToEnd } from './scenarios/requests.ts'
import { together } from './scenarios/workers.ts'

/** Played by `npm run exercise consistency-03 live`. */
export const live: readonly Act[] = [
  {
    title: text('Unprotected: the card is charged twice.', 'Chưa bảo vệ: thẻ bị trừ hai lần.'),
    scenario: namedExtras,
  },
  {
    title: text('From the request to the card, with one key each.', 'Từ request tới thẻ, mỗi chặng một key.'),
    scenario: endToEnd,
  },
  { title: text('Two workers, one event.', 'Hai worker, một event.'), scenario: together },
]
