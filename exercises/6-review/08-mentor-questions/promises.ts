/** What review-08 asks of the answers to the mentor's questions. */
import { text } from '#lab/verdict/language'

const asked = (item: string, en: string, vi: string) => ({ item, text: text(en, vi) })

export const losesAfterAck = asked(
  'review-08.1',
  'the answer to Q1 makes every point on what is lost after the ack, and states nothing that is not so',
  'câu trả lời Q1 nêu đủ ý về thứ bị mất sau khi đã ack, và không viết điều gì sai',
)
export const isIdempotent = asked(
  'review-08.2',
  'the answer to Q2 makes every point on processing again, and states nothing that is not so',
  'câu trả lời Q2 nêu đủ ý về việc bị xử lý lại, và không viết điều gì sai',
)
export const handlesTheSecond = asked(
  'review-08.3',
  'the answer to Q3 makes every point on the second of three that fails, and states nothing that is not so',
  'câu trả lời Q3 nêu đủ ý về bước thứ hai trong ba bước bị hỏng, và không viết điều gì sai',
)
export const dealsOutPartitions = asked(
  'review-08.4',
  'the answer to Q4 makes every point on ten partitions and five consumers, and states nothing that is not so',
  'câu trả lời Q4 nêu đủ ý về mười partition và năm consumer, và không viết điều gì sai',
)
export const seesSideEffects = asked(
  'review-08.5',
  'the answer to Q5 makes every point on side effects, and states nothing that is not so',
  'câu trả lời Q5 nêu đủ ý về side effect, và không viết điều gì sai',
)
export const boundsExactlyOnce = asked(
  'review-08.6',
  'the answer to Q6 makes every point on exactly once, and states nothing that is not so',
  'câu trả lời Q6 nêu đủ ý về đúng một lần, và không viết điều gì sai',
)
export const reasonsDeeply = asked(
  'review-08.7',
  'each of the six answers weighs a failure, gives the reason for its solution and says what it costs',
  'cả sáu câu đều cân nhắc một sự cố, nêu lý do của giải pháp và cái giá của nó',
)
export const improves = asked(
  'review-08.8',
  'each of the six was tried in ANSWERS.md, and what missed a point there is whole in IMPROVED.md',
  'cả sáu câu đều đã thử trong ANSWERS.md, câu nào thiếu ý thì đã đủ trong IMPROVED.md',
)
