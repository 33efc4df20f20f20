/** What NOTES.md of consistency-04 has to say: each step, orchestrated against choreographed, and what compensation costs. */
import { type DocumentRules, sayingUnknown } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Each step', 'Từng bước'),
      ask: text(
        'a table with a row for each of the four steps: how it is undone, how long it may take, and what a crash there leaves behind',
        'một bảng, bốn bước bốn dòng: bù trừ thế nào, được chờ bao lâu, crash ở đó thì để lại gì',
      ),
      wordsMin: 80,
      tableRowsMin: 4,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['refund', 'hoàn'],
          why: text('a charge is undone by money that goes back', 'trừ tiền thì phải hoàn tiền'),
        },
        {
          oneOf: ['release', 'trả lại', 'nhả', 'bỏ giữ', 'giải phóng', 'huỷ giữ'],
          why: text('a hold has to be given back', 'khoản giữ phải được nhả ra'),
        },
        {
          oneOf: ['pivot'],
          why: text('one step is the point of no return', 'có một bước qua rồi là không quay lại'),
        },
        {
          oneOf: sayingUnknown,
          why: text('a timeout is no answer', 'timeout không phải là câu trả lời'),
        },
      ],
    },
    {
      heading: text('Orchestrated or choreographed', 'Orchestration hay choreography'),
      ask: text(
        'a table that compares both programs by ten criteria that can be observed, and which one you would run',
        'một bảng so hai chương trình theo mười tiêu chí quan sát được, và bạn sẽ chạy cái nào',
      ),
      wordsMin: 150,
      tableRowsMin: 10,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['timeout', 'time-out', 'deadline', 'hết hạn', 'quá hạn', 'hạn chót'],
          why: text('somebody has to own the clock', 'phải có ai giữ đồng hồ'),
        },
        { oneOf: ['coupl', 'phụ thuộc', 'knows', 'biết'], why: text('who knows whom', 'ai phải biết ai') },
        {
          oneOf: ['state', 'trạng thái'],
          why: text('where one sees how a payment stands', 'nhìn vào đâu để biết một thanh toán đang ở đâu'),
        },
      ],
    },
    {
      heading: text('What compensation costs', 'Bù trừ tốn bao nhiêu'),
      ask: text(
        'from which moment to which it was measured, the median and the slowest, and of what it depends',
        'đo từ lúc nào tới lúc nào, trung vị và chậm nhất bao nhiêu, và phụ thuộc vào đâu',
      ),
      figures: ['compensation'],
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['isolat', 'see', 'seen', 'shows', 'visible', 'meanwhile', 'cô lập', 'thấy', 'trong lúc'],
          why: text('what others see until it is over', 'trong lúc đó người khác thấy gì'),
        },
      ],
    },
  ],
}
