/** What `npm run exercise mq-09 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { journaled } from './scenarios/journal.ts'
import { heldBack, inOrder } from './scenarios/order.ts'

/** Played by `npm run exercise mq-09 live`. */
export const live: readonly Act[] = [
  { title: text('Forty events, one lost request', 'Bốn mươi event, một request bị mất'), scenario: inOrder },
  { title: text('One partition is held back', 'Một partition bị giữ lại'), scenario: heldBack },
  { title: text('One order over everything', 'Một thứ tự cho tất cả'), scenario: journaled },
]
