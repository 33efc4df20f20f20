/** What `npm run exercise mq-04 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { recorded } from './scenarios/handler.ts'
import { attempted, waiting } from './scenarios/retries.ts'

/** Played by `npm run exercise mq-04 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A payment fails four times; the consumer is killed after the second.',
      'Một thanh toán hỏng bốn lần; consumer bị kill sau lần thứ hai.',
    ),
    scenario: attempted,
  },
  {
    title: text('Nobody is there, and everything expires.', 'Không có ai, và mọi thứ đều hết hạn.'),
    scenario: waiting,
  },
  {
    title: text('The dead are put on record.', 'Message chết được ghi lại.'),
    scenario: recorded,
  },
]
