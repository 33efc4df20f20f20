/** Part 7, the final checklist: one task, 11 items, each folded from what the other parts have proven. */
import type { Task } from './registry.ts'

export const finalTasks: readonly Task[] = [
  {
    id: 'final',
    part: 'final',
    folder: 'exercises/7-final',
    title: { en: 'Final checklist', vi: 'Checklist cuối' },
    state: 'ready',
    minutes: 20,
    files: [],
    needs: ['review-07'],
    engine: 'none',
    path: 50,
    starterPasses: [],
    items: [
      { id: 'final.1', text: { en: 'Study is complete: all 100 items', vi: 'Phần Học đã xong: đủ 100 mục' }, evidence: ['computed'] },
      { id: 'final.2', text: { en: 'Event design is complete: all 41 items, with the designs themselves', vi: 'Phần Thiết kế event đã xong: đủ 41 mục, có cả các bản thiết kế' }, evidence: ['computed'] },
      { id: 'final.3', text: { en: 'MQ integration is complete: all 82 items, tested and documented', vi: 'Phần Tích hợp MQ đã xong: đủ 82 mục, đã kiểm thử và có tài liệu' }, evidence: ['computed'] },
      { id: 'final.4', text: { en: 'Failure & retry is complete: all 51 items, with the results of the tests', vi: 'Phần Sự cố & retry đã xong: đủ 51 mục, có kết quả kiểm thử' }, evidence: ['computed'] },
      { id: 'final.5', text: { en: 'Consistency is complete: all 34 items, with the analyses', vi: 'Phần Tính nhất quán đã xong: đủ 34 mục, có các bài phân tích' }, evidence: ['computed'] },
      { id: 'final.6', text: { en: 'Review is complete: all 68 items', vi: 'Phần Nhìn lại đã xong: đủ 68 mục' }, evidence: ['computed'] },
      { id: 'final.7', text: { en: 'The reflection on the week is written', vi: 'Bài nhìn lại tuần đã viết xong' }, evidence: ['computed'] },
      { id: 'final.8', text: { en: 'Your code is committed: git shows no change of yours that is left over', vi: 'Code của bạn đã commit: git không còn thay đổi nào bỏ sót' }, evidence: ['computed'] },
      { id: 'final.9', text: { en: 'The event schemas are saved in the repository', vi: 'Các event schema đã được lưu trong repository' }, evidence: ['computed'] },
      { id: 'final.10', text: { en: 'The results of the failure tests are saved, each with engine, seed and date', vi: 'Kết quả kiểm thử sự cố đã được lưu, cái nào cũng có engine, seed và ngày' }, evidence: ['computed'] },
      { id: 'final.11', text: { en: 'You are ready for week 8: everything above is done', vi: 'Bạn đã sẵn sàng cho tuần 8: mọi mục ở trên đều đã xong' }, evidence: ['computed', 'question'] },
    ],
  },
]
