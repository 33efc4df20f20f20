/** What `npm run exercise mq-07 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { sharedOut } from './scenarios/group.ts'
import { killed } from './scenarios/kills.ts'
import { booked } from './scenarios/letters.ts'

/** Played by `npm run exercise mq-07 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'Killed just before the booking, and again just before the commit.',
      'Bị kill ngay trước lúc ghi sổ, rồi lại bị kill ngay trước lúc commit.',
    ),
    scenario: killed,
  },
  {
    title: text(
      'Four payments, and between them four records that are none.',
      'Bốn thanh toán, xen giữa là bốn record không phải thanh toán.',
    ),
    scenario: booked,
  },
  {
    title: text('Two groups, and one of them has two members.', 'Hai group, một group có hai member.'),
    scenario: sharedOut,
  },
]
