/** The checks of study-03: the comparison, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as fairShare } from './experiments/fair-share.ts'
import { experiment as fourExchanges } from './experiments/four-exchanges.ts'
import { experiment as heldOverARestart } from './experiments/held-over-a-restart.ts'
import { experiment as noBinding } from './experiments/no-binding.ts'
import { experiment as prefetch } from './experiments/prefetch.ts'
import { experiment as threeAnswers } from './experiments/three-answers.ts'
import { comparison } from './rubric.ts'

rubricTest(
  'study-03.9 NOTES.md compares RabbitMQ and Kafka by facts and ends in those which decide for one of them',
  comparison,
)

experimentTest(
  'experiment four-exchanges: direct compares the whole key, topic its words, fanout nothing, headers the headers',
  fourExchanges,
)
experimentTest(
  'experiment no-binding: a message that no binding wants is confirmed and dropped, with mandatory it comes back first',
  noBinding,
)
experimentTest(
  'experiment three-answers: an ack deletes, a nack with requeue puts back as redelivered, a nack without sends to the dead letters',
  threeAnswers,
)
experimentTest(
  'experiment prefetch: a consumer holds at most its prefetch of unacknowledged messages, and everything with a prefetch of 0',
  prefetch,
)
experimentTest(
  'experiment held-over-a-restart: after a kill of the broker an unacknowledged message comes back flagged as redelivered, the others unflagged',
  heldOverARestart,
)
experimentTest(
  'experiment fair-share: a queue deals to its consumers in turn until their prefetch is full: what it has dealt to a slow one waits, though another is idle',
  fairShare,
)
