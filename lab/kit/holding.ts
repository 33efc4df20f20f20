/** Holding a promise against what was seen: the figures it rests on, or the breach with its place in the subject's code. */
import { text } from '../verdict/language.ts'
import type { Figure } from '../verdict/verdict.ts'
import { CannotTell, PromiseBroken } from './failure.ts'
import type { Promised } from './promise.ts'
import type { SubjectUnderTest } from './subject-under-test.ts'

/**
 * @throws PromiseBroken when it did not hold
 * @throws CannotTell when it held over nothing: such a pass is a defect of the check
 */
export function heldBy<Facts>(promise: Promised<Facts>, facts: Facts, subject: SubjectUnderTest): Figure[] {
  const judgement = promise.judge(facts)
  if ('broken' in judgement) {
    throw new PromiseBroken({
      said: judgement.broken,
      places: judgement.at.map((spot) => subject.find(spot)),
      trace: judgement.trace,
      messages: judgement.messages,
    })
  }
  const unseen = judgement.held.filter((figure) => !(figure.value > 0))
  if (unseen.length > 0 || judgement.held.length === 0) {
    const names = unseen.map(({ name, value }) => `${name}: ${value}`).join(', ')
    const which = names === '' ? text('no witness', 'không có bằng chứng nào') : text(names, names)
    throw new CannotTell(
      text(
        `a defect of the check: it saw nothing that it could judge by (${which.en})`,
        `lỗi của chính bài kiểm tra: nó không thấy gì để dựa vào mà đánh giá (${which.vi})`,
      ),
    )
  }
  return [...judgement.held]
}
