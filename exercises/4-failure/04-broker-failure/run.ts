/** What `npm run exercise failure-04 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { resumed, survived } from './scenarios/return.ts'
import { oldTags } from './scenarios/tags.ts'

/** Played by `npm run exercise failure-04 live`. */
export const live: readonly Act[] = [
  { title: text('The broker is killed under load.', 'Broker bị kill khi đang tải.'), scenario: survived },
  {
    title: text('Three payments in work, and two channels.', 'Ba thanh toán đang làm dở, và hai channel.'),
    scenario: oldTags,
  },
  { title: text('Three outages in a row.', 'Ba sự cố liên tiếp.'), scenario: resumed },
]
