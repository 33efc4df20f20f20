/** What `npm run exercise mq-03 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { killedBeforeTheAck, stoppedHalfway } from './scenarios/consumer.ts'
import { failing } from './scenarios/listener.ts'

/** Played by `npm run exercise mq-03 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'Killed between booking and ack: the payment comes again.',
      'Bị kill giữa lúc ghi sổ và lúc ack: thanh toán lại tới.',
    ),
    scenario: killedBeforeTheAck,
  },
  {
    title: text(
      'One message fails, one can not be read, others are in work.',
      'Một message hỏng, một message không đọc được, những message khác đang được xử lý.',
    ),
    scenario: failing,
  },
  {
    title: text('Two listeners, and one stops.', 'Hai listener, một cái dừng.'),
    scenario: stoppedHalfway,
  },
]
