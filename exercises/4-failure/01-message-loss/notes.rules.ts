/** What NOTES.md of failure-01 has to say: the places of loss, what the outbox costs, and what the figures are worth. */
import { type DocumentRules, sayingTwice, sayingUnknown } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Where a payment can be lost', 'Những chỗ thanh toán có thể bị mất'),
      ask: text(
        'a table from the customer to the ledger: the place, what is lost there, what prevents it, and who would notice',
        'một bảng đi từ khách hàng tới sổ cái: chỗ nào, mất gì, chặn bằng gì, ai sẽ phát hiện',
      ),
      wordsMin: 80,
      tableRowsMin: 7,
      mentions: [
        { oneOf: ['outbox'], why: text('the gap after the commit', 'khe hở sau commit') },
        {
          oneOf: ['mandatory', 'return', 'trả về'],
          why: text('confirmed is not routed', 'confirm không có nghĩa là đã vào queue'),
        },
        {
          oneOf: ['persistent', 'durable'],
          why: text(
            'a confirm survives no restart by itself',
            'confirm tự nó không sống qua lần khởi động lại',
          ),
        },
        { oneOf: ['dlx', 'dead'], why: text('a dead letter needs a place', 'dead letter phải có chỗ về') },
      ],
    },
    {
      heading: text('What the outbox does not do', 'Outbox không làm được gì'),
      ask: text(
        'what it repeats, in which order, how late, and what grows while the broker is away',
        'nó lặp lại cái gì, theo thứ tự nào, trễ bao lâu, và cái gì phình ra khi broker vắng mặt',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: [...sayingTwice, 'copies', 'lại'],
          why: text('it sends at least once', 'nó gửi ít nhất một lần'),
        },
        {
          oneOf: ['idempotent', 'once', 'inbox', 'ledger', 'một lần', 'sổ'],
          why: text('somebody has to take the repetition out', 'phải có ai đó loại bản lặp'),
        },
      ],
    },
    {
      heading: text('What my figures say', 'Số liệu của tôi nói gì'),
      figures: ['naive-lost', 'naive-unknown'],
      ask: text(
        'acknowledged, lost and unknown, before and after, with n, the bound, and what the kills do not test',
        'đã xác nhận, bị mất, chưa rõ, trước và sau, kèm n, cận trên, và những gì các lần kill không thử tới',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: sayingUnknown,
          why: text('unknown is neither lost nor kept', 'chưa rõ không phải mất, cũng không phải còn'),
        },
        {
          oneOf: ['95'],
          why: text('none seen is not none possible', 'không thấy lần nào không có nghĩa là không thể'),
        },
        {
          oneOf: ['power', 'disk', 'fsync', 'mất điện', 'đĩa', 'node'],
          why: text('a SIGKILL leaves the page cache alone', 'SIGKILL không đụng tới page cache'),
        },
      ],
    },
  ],
}
