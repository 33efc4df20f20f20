/** The checks of study-06: the two analyses, the rules, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as ackedTwice } from './experiments/acked-twice.ts'
import { experiment as atTheHead } from './experiments/at-the-head.ts'
import { experiment as forgotten } from './experiments/forgotten.ts'
import { experiment as killInHand } from './experiments/kill-in-hand.ts'
import { experiment as silence } from './experiments/silence.ts'
import { experiment as wrongChannel } from './experiments/wrong-channel.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-06.3 NOTES.md weighs auto-ack by 5 points for it and 5 against, and names the data for which it is good enough',
  rubrics.autoAck,
)
rubricTest(
  'study-06.5 NOTES.md weighs manual ack by 5 points for it and 5 against, a forgotten and a doubled ack among them',
  rubrics.manualAck,
)
rubricTest(
  'study-06.9 NOTES.md gives a team 6 rules for acks, each with the accident it prevents and how one notices that it is broken',
  rubrics.rules,
)

experimentTest(
  'experiment kill-in-hand: with auto-ack a kill loses all that was delivered and not booked, whatever the prefetch; with an ack after the commit it loses nothing',
  killInHand,
)
experimentTest(
  'experiment forgotten: a forgotten ack keeps its place of the prefetch for ever: when all places are taken the consumer stands still, connected and without an error',
  forgotten,
)
experimentTest(
  'experiment wrong-channel: an ack on another channel closes that channel with 406 and leaves the message unacked where it was delivered',
  wrongChannel,
)
experimentTest(
  'experiment acked-twice: a second ack of one delivery closes the channel, and what was not acknowledged before it comes back although it was booked',
  ackedTwice,
)
experimentTest(
  'experiment silence: when the ack timeout passes RabbitMQ closes the channel with 406, and the message is delivered again as redelivered',
  silence,
)
experimentTest(
  'experiment at-the-head: a requeue puts the message back to its place: one that always fails is delivered again and again, and nothing behind it is reached',
  atTheHead,
)
