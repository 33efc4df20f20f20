/** What NOTES.md of mq-06 has to say: acks, retries, idempotence and the key, each with its price. */
import { type DocumentRules, sayingUnknown } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Acks', 'Acks'),
      ask: text(
        'a table of acks 0, 1 and all: who has the record when you are told "sent", what was lost, what it costs',
        'một bảng acks 0, 1 và all: lúc được báo "đã gửi" thì ai có record, đã mất gì, phải trả giá gì',
      ),
      wordsMin: 50,
      tableRowsMin: 3,
      mentions: [
        {
          oneOf: ['leader'],
          why: text('with acks=1 it alone has the record', 'với acks=1 chỉ mình nó có record'),
        },
        {
          oneOf: ['min.insync.replicas', 'in sync', 'in-sync', 'ISR'],
          why: text('"all" means all of these', '"all" nghĩa là tất cả những replica này'),
        },
      ],
    },
    {
      heading: text('Retries', 'Retry'),
      ask: text(
        'how long an outage is outlasted, how a send can end, and what its caller may do then',
        'vượt qua được lúc ngừng bao lâu, một lần gửi kết thúc ra sao, và nơi gọi được làm gì sau đó',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['OutcomeUnknown', ...sayingUnknown],
          why: text('a lost reply says nothing about the record', 'mất phản hồi không nói gì về record'),
        },
        {
          oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          why: text('"a while" is no figure', '"một lúc" không phải con số'),
        },
      ],
    },
    {
      heading: text('Idempotence', 'Idempotence'),
      ask: text(
        'what the broker compares, and where that protection ends',
        'broker so sánh cái gì, và sự bảo vệ đó dừng ở đâu',
      ),
      wordsMin: 60,
      mentions: [
        { oneOf: ['sequence'], why: text('it is what is compared', 'nó chính là thứ được so sánh') },
        {
          oneOf: ['restart', 'new producer', 'producer id', 'khởi động lại', 'producer mới'],
          why: text('the protection belongs to one producer id', 'sự bảo vệ chỉ thuộc về một producer id'),
        },
      ],
    },
    {
      heading: text('Key', 'Key'),
      ask: text(
        'which key and why not its neighbours; the cost of a busy key, and of another number of partitions',
        'key nào, vì sao không phải key bên cạnh; key đông thì sao, đổi số partition thì sao',
      ),
      wordsMin: 60,
      mentions: [
        { oneOf: ['order', 'thứ tự'], why: text('that is what a key is for', 'key sinh ra vì nó') },
        { oneOf: ['partition'], why: text('a key chooses one', 'key chọn ra một cái') },
      ],
    },
  ],
}
