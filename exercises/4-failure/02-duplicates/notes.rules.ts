/** What NOTES.md of failure-02 has to say: the key, its life, the conflict, and both sides of the accuracy. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('My idempotency key', 'Idempotency key của tôi'),
      ask: text(
        'what it is, who makes it, on which copies it is the same, and a table of keys that look as good and are not',
        'nó là gì, ai tạo ra, trên những bản nào nó giống nhau, và một bảng những key trông cũng được mà không được',
      ),
      wordsMin: 60,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: ['redelivered'],
          why: text(
            'the broker marks only what it repeats itself',
            'broker chỉ đánh dấu cái chính nó lặp lại',
          ),
        },
        {
          oneOf: ['amount', 'content', 'số tiền', 'nội dung'],
          why: text('two honest payments may look alike', 'hai thanh toán thật có thể trông giống nhau'),
        },
        {
          oneOf: ['producer'],
          why: text('the key is made where the message is', 'key được tạo ở nơi tạo ra message'),
        },
      ],
    },
    {
      heading: text('How long it is kept', 'Giữ bao lâu'),
      ask: text(
        'how late a duplicate can come, from whom, and what happens to one that comes later still',
        'bản trùng có thể tới trễ đến đâu, từ ai, và cái tới còn trễ hơn nữa thì sao',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['dead', 'dlq', 'redrive', 'replay', 'gửi lại'],
          why: text('the latest duplicate comes from a person', 'bản trùng trễ nhất là do con người gửi lại'),
        },
        {
          oneOf: ['day', 'week', 'month', 'year', 'forever', 'never', 'ngày', 'tuần', 'tháng', 'năm', 'mãi'],
          why: text('name a span', 'nêu một khoảng thời gian'),
        },
      ],
    },
    {
      heading: text('One id, two payloads', 'Một id, hai payload'),
      ask: text(
        'how it is seen, what becomes of the second one, and who is told',
        'nhận ra bằng cách nào, cái thứ hai đi đâu, ai được báo',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['hash', 'payload', 'compare', 'so'],
          why: text('an id alone can not tell', 'chỉ id thì không phân biệt được'),
        },
        {
          oneOf: ['refuse', 'reject', 'dead', 'quarantine', 'từ chối', 'riêng'],
          why: text('it is no duplicate', 'nó không phải bản trùng'),
        },
      ],
    },
    {
      heading: text('What my figures say', 'Số liệu của tôi nói gì'),
      figures: ['unprotected-missed'],
      ask: text(
        'duplicates that came and were missed, originals that were wrongly dropped: how many of how many, both',
        'bản trùng đã tới và bị bỏ sót, bản gốc bị loại nhầm: bao nhiêu trên bao nhiêu, cả hai chiều',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['look-alike', 'look alike', 'trông giống'],
          why: text(
            'catching all duplicates is easy: drop everything',
            'bắt hết bản trùng thì dễ: cứ bỏ tất cả',
          ),
        },
        {
          oneOf: ['95'],
          why: text('none missed is not none possible', 'không sót cái nào không có nghĩa là không thể sót'),
        },
      ],
    },
  ],
}
