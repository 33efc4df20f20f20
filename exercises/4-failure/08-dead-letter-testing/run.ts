/** What `npm run exercise failure-08 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { audited } from './scenarios/audit.ts'
import { monitored } from './scenarios/monitor.ts'
import { redriven } from './scenarios/redrive.ts'

/** Played by `npm run exercise failure-08 live`. */
export const live: readonly Act[] = [
  {
    title: text('What does the audit find?', 'Đối soát tìm ra gì?'),
    scenario: audited,
  },
  {
    title: text(
      'Sent back after the fix, killed on the way, refused in the end.',
      'Gửi lại sau khi sửa, bị kill giữa đường, cuối cùng bị từ chối.',
    ),
    scenario: redriven,
  },
  { title: text('The monitor.', 'Màn theo dõi.'), scenario: monitored },
]
