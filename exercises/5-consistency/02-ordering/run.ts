/** What `npm run exercise consistency-02 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { restarted } from './scenarios/consumer.ts'
import { harmed } from './scenarios/harm.ts'

/** Played by `npm run exercise consistency-02 live`. */
export const live: readonly Act[] = [
  {
    title: text('The same events in another order.', 'Vẫn các event đó, theo thứ tự khác.'),
    scenario: harmed,
  },
  {
    title: text(
      'In order over an outage, a gap and two kills.',
      'Đúng thứ tự qua một lần tạm ngưng, một chỗ thiếu và hai lần kill.',
    ),
    scenario: restarted,
  },
]
