/** What review-01 asks of the plan. */
import { text } from '#lab/verdict/language'

export const plansWeakSpots = {
  item: 'review-01.12',
  text: text(
    'SELF-EVALUATION.md plans for each weak spot what you will do, by when, and when it is done',
    'SELF-EVALUATION.md lên kế hoạch cho từng điểm yếu: làm gì, trước khi nào, thế nào là xong',
  ),
}
