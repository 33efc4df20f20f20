/** The checks of review-06: five explanations from memory, two calculations, and what they showed. */
import { answerTest, improvedTest } from '#lab/kit/answer-test'
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { written } from './rubric.ts'
import * as scenarios from './run.ts'

answerTest(
  'review-06.1 the comparison of at-least-once with exactly-once makes every point and states nothing that is not so',
  promises.comparesDelivery,
  written,
)
answerTest(
  'review-06.2 the explanation of partitions and consumer groups makes every point and states nothing that is not so',
  promises.explainsPartitions,
  written,
)
answerTest(
  'review-06.3 the analysis of the dead letter queue makes every point and states nothing that is not so',
  promises.explainsDeadLetters,
  written,
)
answerTest(
  'review-06.4 the analysis of event sourcing makes every point and states nothing that is not so',
  promises.weighsEventSourcing,
  written,
)
answerTest(
  'review-06.5 the comparison of choreography with orchestration makes every point and states nothing that is not so',
  promises.comparesSagas,
  written,
)
test(
  'review-06.6 the number of consumers follows from the load, and in a simulation it holds while one of them is down',
  promises.findsTheConsumers,
  scenarios.consumers,
)
test(
  'review-06.7 the longest stay is right in every model, as a broker shows it, and the answer says which model it means',
  promises.findsTheLongestStay,
  scenarios.stays,
)
improvedTest(
  'review-06.8 each of the five was tried in ANSWERS.md, and what missed a point there is whole in CORRECTED.md',
  promises.putsRight,
  written,
)
documentTest(
  'review-06.9 GAPS.md names the gaps that showed, where each showed, and what would close it',
  promises.listsGaps,
  rules,
)
