/** What `npm run exercise consistency-04 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { undone } from './scenarios/refused.ts'
import { resumed, settled } from './scenarios/settled.ts'

/** Played by `npm run exercise consistency-04 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A payment goes its way, and nothing happens to it.',
      'Một thanh toán đi hết đường, không có sự cố.',
    ),
    scenario: settled,
  },
  {
    title: text(
      'The payment service dies before each of its acks.',
      'Service payments chết trước mỗi lần ack.',
    ),
    scenario: resumed,
  },
  {
    title: text('The account is closed: everything is undone.', 'Tài khoản đã đóng: mọi thứ được bù trừ.'),
    scenario: undone,
  },
]
