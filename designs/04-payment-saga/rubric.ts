/** The points by which the choice between orchestration and choreography in SAGA.md is read. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const style: Rubric = {
  item: 'design-04.3',
  file: 'SAGA.md',
  text: text(
    'SAGA.md chooses orchestration or choreography for this flow by criteria, and says what would change the choice',
    'SAGA.md chọn orchestration hay choreography cho luồng này theo tiêu chí và nêu điều gì sẽ khiến đổi ý',
  ),
  sections: [
    {
      heading: text('The style', 'Kiểu đã chọn'),
      ask: text(
        'which style, by which criteria that one can observe, and what would make you choose the other',
        'kiểu nào, theo những tiêu chí quan sát được nào, và điều gì khiến bạn chọn kiểu kia',
      ),
      wordsMin: 120,
      points: [
        {
          asks: text('who notices that an answer does not come', 'ai phát hiện trả lời không tới'),
          needs: [
            ['timeout', 'time-out', 'deadline', 'clock', 'timer', 'overdue', 'đồng hồ', 'quá hạn'],
            [
              'nobody',
              'orchestrator',
              'conductor',
              'watch',
              'one service',
              'one place',
              'owner',
              'không ai',
              'một chỗ',
              'một service',
              'giám sát',
            ],
          ],
        },
        {
          asks: text('where one reads how a payment stands', 'đọc ở đâu để biết một thanh toán đang thế nào'),
          needs: [
            ['state', 'status', 'stands', 'trạng thái', 'đang ở đâu'],
            [
              'one row',
              'one place',
              'one table',
              'one database',
              'spread',
              'nowhere',
              'logs',
              'four services',
              'một dòng',
              'một chỗ',
              'một bảng',
              'rải',
              'log',
              'không đâu',
              'bốn service',
            ],
          ],
        },
        {
          asks: text('who has to know whom', 'ai phải biết ai'),
          needs: [
            ['know', 'coupl', 'depend', 'biết', 'phụ thuộc'],
            [
              'participant',
              'each other',
              'predecessor',
              'neighbour',
              'service',
              'bên tham gia',
              'lẫn nhau',
              'bước trước',
            ],
          ],
        },
        {
          asks: text('what a further step would change', 'thêm một bước thì phải sửa những gì'),
          needs: [
            [
              'new step',
              'further step',
              'another step',
              'fifth step',
              'add a step',
              'adding',
              'thêm một bước',
              'thêm bước',
              'bước mới',
              'bước thứ năm',
            ],
            ['table', 'deploy', 'service', 'change', 'bảng', 'sửa', 'triển khai'],
          ],
        },
        {
          asks: text('which messages or failures it costs', 'kiểu đó tốn thêm gì: message, chỗ hỏng'),
          needs: [
            [
              'message',
              'cost',
              'price',
              'bottleneck',
              'down',
              'single point',
              'outage',
              'tốn',
              'giá',
              'nghẽn',
              'chết',
              'sập',
            ],
            [
              'more',
              'twice',
              'every',
              'all',
              'nine',
              'stops',
              'stands still',
              'wait',
              'thêm',
              'gấp',
              'mọi',
              'dừng',
              'chờ',
              'đứng',
            ],
          ],
        },
        {
          asks: text('what would change your mind', 'điều gì khiến bạn đổi ý'),
          needs: [
            [
              'change my mind',
              'would choose',
              'would take',
              'choose the other',
              'switch',
              'reconsider',
              'đổi ý',
              'sẽ chọn',
              'chuyển sang',
            ],
            ['if', 'when', 'as soon as', 'once', 'nếu', 'khi', 'lúc'],
          ],
        },
      ],
      pointsMin: 5,
      wrong: [
        {
          says: [
            ['choreograph'],
            ['always', 'luôn', 'bao giờ cũng'],
            ['scale', 'scalable', 'faster', 'mở rộng', 'nhanh hơn'],
          ],
          why: text(
            'both send messages through the same broker; how far they scale is decided by partitions and consumers',
            'cả hai đều gửi message qua cùng broker; mở rộng tới đâu là do partition và consumer quyết định',
          ),
        },
        {
          says: [['orchestrat'], ['rollback', 'roll back', 'rolls back', 'atomic', 'nguyên tử']],
          why: text(
            'no style can roll back what another service has committed; it can only be compensated',
            'không kiểu nào rollback được cái service khác đã commit; chỉ có thể bù trừ',
          ),
        },
        {
          says: [
            ['choreograph'],
            ['no state', 'stateless', 'needs no database', 'không cần lưu', 'không cần trạng thái'],
          ],
          why: text(
            'each service has to remember what it has done, or a repeated event is done again',
            'service nào cũng phải nhớ mình đã làm gì, nếu không event trùng sẽ chạy lại',
          ),
        },
      ],
    },
  ],
}
