/** What NOTES.md of consistency-01 has to say besides the analysis: the measured delay, and what users see meanwhile. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('How long it takes', 'Mất bao lâu'),
      ask: text(
        'your figures: the delay when all goes well and when the projection pauses, the share that came too late, how exact it is, and why the load must not wait',
        'số liệu của bạn: độ trễ khi mọi thứ ổn và khi projection tạm dừng, tỷ lệ tới quá muộn, độ chính xác, và vì sao tải không được chờ',
      ),
      wordsMin: 60,
      figures: ['delay-steady', 'delay-paused'],
      mentions: [
        {
          oneOf: ['p99'],
          why: text('an average hides who waited', 'trung bình che mất ai đã phải chờ'),
        },
        {
          oneOf: ['wait', 'open', 'omission', 'chờ', 'mở'],
          why: text(
            'a load that waits for each answer sends less just when it is slow, and measures less of it',
            'tải mà chờ từng câu trả lời thì đúng lúc chậm lại gửi ít đi, nên đo thiếu',
          ),
        },
      ],
    },
    {
      heading: text('What users see meanwhile', 'Trong lúc đó người dùng thấy gì'),
      ask: text(
        'a table: the moment, what the screen shows, what the customer may do; and what is shown for a wallet that the copy has never heard of',
        'một bảng: thời điểm, màn hình hiện gì, khách được làm gì; và hiện gì với ví mà bản sao chưa từng nghe tới',
      ),
      wordsMin: 50,
      tableRowsMin: 3,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['as of', 'as_of', 'asof', 'tính đến', 'thời điểm'],
          why: text(
            'a number without its time is taken for now',
            'con số không kèm thời điểm sẽ bị hiểu là bây giờ',
          ),
        },
        {
          oneOf: [
            'unknown',
            'never heard',
            'not yet',
            'nobody knows',
            'no balance',
            'chưa biết',
            'chưa có',
            'chưa từng',
          ],
          why: text('0 is an answer, and a wrong one', '0 cũng là một câu trả lời, và là câu sai'),
        },
      ],
    },
  ],
}
