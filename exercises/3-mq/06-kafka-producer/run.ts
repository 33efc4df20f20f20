/** What `npm run exercise mq-06 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { killedMidStream, leaderKilled } from './scenarios/leader.ts'
import { lostReply } from './scenarios/retries.ts'

/** Played by `npm run exercise mq-06 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'The leader dies before a follower has the payment',
      'Leader chết trước khi follower có thanh toán',
    ),
    scenario: leaderKilled,
  },
  { title: text('A reply is lost', 'Một phản hồi bị mất'), scenario: lostReply },
  {
    title: text('A broker is killed in the middle of a stream', 'Một broker bị kill giữa dòng message'),
    scenario: killedMidStream,
  },
]
