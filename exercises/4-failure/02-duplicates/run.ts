/** What `npm run exercise failure-02 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { twoCauses } from './scenarios/causes.ts'
import { duplicatesChangeNothing } from './scenarios/duplicates.ts'
import { inOneTransaction } from './scenarios/inbox.ts'

/** Played by `npm run exercise failure-02 live`. */
export const live: readonly Act[] = [
  {
    title: text('Two reasons why one message comes twice.', 'Hai lý do khiến một message tới hai lần.'),
    scenario: twoCauses,
  },
  {
    title: text(
      'Your consumer is killed at every step, and one id comes with two payloads.',
      'Consumer của bạn bị kill ở từng bước, và một id tới với hai payload.',
    ),
    scenario: inOneTransaction,
  },
  {
    title: text(
      'Copies after a restart, and to two at once.',
      'Bản sao sau khi khởi động lại, và tới hai bên cùng lúc.',
    ),
    scenario: duplicatesChangeNothing,
  },
]
