/** What NOTES.md of consistency-03 has to say besides the analysis: each hop with its key, and what no key reaches. */
import { type DocumentRules, sayingUnknown } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('How far it reaches', 'Có hiệu lực tới đâu'),
      ask: text(
        'a table of the hops: which key, who makes it, where and how long it is kept, what it makes of a duplicate',
        'một bảng các chặng: key nào, ai tạo, giữ ở đâu và bao lâu, nó xử lý bản trùng ra sao',
      ),
      wordsMin: 70,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['transaction', 'commit'],
          why: text(
            'a mark beside the effect is only worth something in one transaction',
            'dấu cạnh tác dụng chỉ có giá trị khi nằm cùng transaction',
          ),
        },
        {
          oneOf: ['merchant', 'scope', 'cửa hàng', 'phạm vi'],
          why: text('a key belongs to somebody', 'key nào cũng thuộc về ai đó'),
        },
      ],
    },
    {
      heading: text('Beyond the border', 'Ngoài ranh giới'),
      ask: text(
        'what happens where no key of yours reaches: an unknown outcome, a gateway that forgets, an e-mail, a client with a new key; and who decides',
        'ở nơi key của bạn không với tới thì sao: kết quả chưa rõ, cổng thẻ quên key, e-mail, client tạo key mới; và ai quyết định',
      ),
      wordsMin: 70,
      mentions: [
        {
          oneOf: sayingUnknown,
          why: text(
            'an outcome that nobody knows is a state of its own',
            'kết quả chưa ai biết là một trạng thái riêng',
          ),
        },
        {
          oneOf: ['ask', 'query', 'look', 'hỏi', 'tra'],
          why: text(
            'whoever does not know can ask before they act',
            'ai không biết thì có thể hỏi trước khi làm',
          ),
        },
      ],
    },
  ],
}
