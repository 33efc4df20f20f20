/** What NOTES.md of mq-03 has to say: the line that acks, the ways to refuse, and the reason for the prefetch. */
import { type DocumentRules, sayingTwice } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('When it acks', 'Ack lúc nào'),
      ask: text(
        'where the message is given up for good, what has happened before, and what a crash right before and right after does',
        'ở đâu message được buông tay hẳn, trước đó đã xảy ra gì, và chết ngay trước hay ngay sau chỗ đó thì sao',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['commit', 'booked', 'transaction', 'ghi sổ'],
          why: text('the ack has to stand behind something', 'ack phải đứng sau một việc gì đó'),
        },
        {
          oneOf: sayingTwice,
          why: text('a crash between the two has a price', 'chết giữa hai việc đó có cái giá của nó'),
        },
      ],
    },
    {
      heading: text('When it refuses', 'Từ chối lúc nào'),
      ask: text(
        'a table of the ways a delivery can end: what happened, what the broker is told, where the message is',
        'một bảng các kết cục của một lần giao: chuyện gì xảy ra, broker được báo gì, message đang ở đâu',
      ),
      wordsMin: 50,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: [
            'requeue',
            'back into the queue',
            'back to the queue',
            'quay lại',
            'trả lại queue',
            'về lại queue',
          ],
          why: text(
            'where a refused message goes is your choice',
            'message bị từ chối đi đâu là do bạn chọn',
          ),
        },
        {
          oneOf: ['dead', 'dlq', 'dlx'],
          why: text('somebody has to be able to find it', 'phải có chỗ để người ta tìm lại nó'),
        },
      ],
    },
    {
      heading: text('Why this prefetch', 'Vì sao chọn prefetch này'),
      ask: text(
        'the number, what a larger one buys, what it costs at a crash, with a figure of your own',
        'con số nào, lớn hơn thì được gì, khi crash thì mất gì, kèm một con số bạn tự đo',
      ),
      wordsMin: 40,
      figures: ['prefetch-1', 'prefetch-10'],
      mentions: [
        {
          oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          why: text('a figure is asked for', 'cần một con số'),
        },
        {
          oneOf: [
            'second consumer',
            'other consumer',
            'share',
            'unacked',
            'memory',
            'consumer khác',
            'consumer thứ hai',
            'bộ nhớ',
            'chia',
          ],
          why: text('it decides who gets the next message', 'nó quyết định ai nhận message tiếp theo'),
        },
      ],
    },
  ],
}
