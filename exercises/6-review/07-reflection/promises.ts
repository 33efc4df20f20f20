/** What review-07 asks of the reflection beside its lists. */
import { text } from '#lab/verdict/language'

export const tellsOfAFailure = {
  item: 'review-07.3',
  text: text(
    'REFLECTION.md tells one failure that you handled: what broke, what you did, how you know that it holds',
    'REFLECTION.md kể một sự cố bạn đã xử lý: cái gì hỏng, bạn làm gì, vì sao biết là ổn',
  ),
}
export const comparesTheWeeks = {
  item: 'review-07.5',
  text: text(
    'REFLECTION.md compares week 7 with week 6: what went better, what went worse, and why',
    'REFLECTION.md so tuần 7 với tuần 6: điều gì tốt hơn, điều gì kém hơn, vì sao',
  ),
}
export const preparesForWeek8 = {
  item: 'review-07.6',
  text: text(
    'REFLECTION.md says what you will do before week 8, in which order and when',
    'REFLECTION.md ghi trước tuần 8 bạn sẽ làm gì, theo thứ tự nào, khi nào',
  ),
}
export const isWritten = {
  item: 'review-07.8',
  text: text(
    'REFLECTION.md is written: every section, in 500 words of your own or more',
    'REFLECTION.md đã viết xong: đủ mọi mục, từ 500 từ của chính bạn',
  ),
}
