/** The points that the analysis of consistency-01 is evaluated by: who sees what until when, and what nobody has promised. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const analysis: Rubric = {
  item: 'consistency-01.2',
  file: 'NOTES.md',
  text: text(
    'NOTES.md analyses who may see which state until when, and what is not promised',
    'NOTES.md phân tích ai được thấy trạng thái nào tới khi nào, và điều gì không được hứa',
  ),
  sections: [
    {
      heading: text('Who sees what until when', 'Ai thấy gì tới khi nào'),
      ask: text(
        'which state the payer and everybody else see and until when, what ends the delay, what is not promised, and what the copy must never decide',
        'bên trả tiền và những người khác thấy trạng thái nào và tới khi nào, cái gì kết thúc độ trễ, điều gì không được hứa, và bản sao không bao giờ được quyết định điều gì',
      ),
      wordsMin: 110,
      points: [
        {
          asks: text(
            'what the payer sees after their own payment, and thanks to what',
            'sau khi tự mình trả tiền, người trả thấy gì và nhờ đâu',
          ),
          needs: [
            [
              'own write',
              'own payment',
              'read-your-writes',
              'read your writes',
              'payer',
              'chính mình',
              'người trả',
              'lần ghi của mình',
            ],
            ['version', 'token', 'position', 'phiên bản', 'vị trí'],
          ],
        },
        {
          asks: text(
            'what everybody else sees meanwhile, and until when',
            'trong lúc đó những người khác thấy gì, tới khi nào',
          ),
          needs: [
            ['else', 'other', 'merchant', 'support', 'người khác', 'bên khác', 'cửa hàng', 'nhân viên'],
            ['old', 'stale', 'earlier', 'cũ', 'trước đó'],
            ['until', 'as soon as', 'once', 'when', 'tới khi', 'cho đến', 'đến khi', 'ngay khi', 'khi'],
          ],
        },
        {
          asks: text(
            'what ends the delay: what has to happen for the copy to agree',
            'cái gì kết thúc độ trễ: chuyện gì phải xảy ra để bản sao khớp',
          ),
          needs: [
            ['event', 'projection', 'queue', 'outbox'],
            ['appl', 'catch', 'caught', 'commit', 'converge', 'áp dụng', 'đuổi kịp', 'hội tụ'],
            ['copy', 'copies', 'replica', 'read model', 'balance', 'bản sao', 'số dư'],
          ],
        },
        {
          asks: text(
            'what is not promised: is there a bound to the delay?',
            'điều gì không được hứa: độ trễ có giới hạn không?',
          ),
          needs: [
            [
              'no bound',
              'not bound',
              'unbounded',
              'no limit',
              'no upper',
              'not promise',
              'nobody promises',
              'no promise',
              'for as long',
              'không có giới hạn',
              'không giới hạn',
              'không hứa',
              'không ai hứa',
              'không được hứa',
            ],
          ],
        },
        {
          asks: text(
            'what two replicas add: in which order a reader may see things',
            'hai bản sao thêm điều gì: bên đọc có thể thấy mọi thứ theo thứ tự nào',
          ),
          needs: [
            ['replica', 'two copies', 'both copies', 'other copy', 'bản sao'],
            ['monotonic', 'back', 'backward', 'older', 'session', 'quay lại', 'lùi', 'phiên', 'cũ hơn'],
          ],
        },
        {
          asks: text(
            'which decision the copy must never make',
            'quyết định nào không bao giờ được giao cho bản sao',
          ),
          needs: [
            [
              'overdraw',
              'overdraft',
              'cover',
              'debit',
              'withdraw',
              'spend',
              'decide',
              'decision',
              'rút',
              'trừ tiền',
              'chi',
              'quyết định',
              'đủ tiền',
            ],
            [
              'wallet',
              'writer',
              'write side',
              'own database',
              'ledger',
              'source',
              'ví',
              'bên ghi',
              'sổ cái',
              'nguồn',
            ],
          ],
        },
      ],
      pointsMin: 5,
      wrong: [
        {
          says: [
            ['eventual'],
            ['milliseconds', 'a second', 'seconds', 'mili giây', 'giây'],
            ['guarantee', 'always', 'at most', 'bảo đảm', 'đảm bảo', 'luôn', 'tối đa'],
          ],
          why: text(
            'eventual consistency has no bound in time: a projection that stands still is as late as it stands',
            'eventual consistency không có giới hạn thời gian: projection đứng yên bao lâu thì trễ bấy lâu',
          ),
        },
        {
          says: [
            ['sleep', 'wait a', 'pause of', 'chờ vài', 'ngủ'],
            ['enough', 'solve', 'fixes', 'suffic', 'là đủ', 'giải quyết'],
          ],
          why: text(
            'no pause is long enough: a version that is waited for tells when it is there',
            'không khoảng chờ nào đủ dài: chờ một version thì biết khi nào nó tới',
          ),
        },
      ],
    },
  ],
}
