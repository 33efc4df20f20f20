/** What `npm run exercise failure-06 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { endless } from './scenarios/attempts.ts'
import { mixed } from './scenarios/letters.ts'
import { monitored } from './scenarios/monitor.ts'

/** Played by `npm run exercise failure-06 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'What fails goes back into the queue: one message, again and again.',
      'Hỏng thì trả lại queue: một message, hết lần này tới lần khác.',
    ),
    scenario: endless,
  },
  {
    title: text(
      'Three poison messages among eight good ones; one of them kills its consumer.',
      'Ba poison message giữa tám thanh toán tốt; một trong ba cái giết consumer.',
    ),
    scenario: mixed,
  },
  {
    title: text('The monitor of the DLQ.', 'Màn theo dõi DLQ.'),
    scenario: monitored,
  },
]
