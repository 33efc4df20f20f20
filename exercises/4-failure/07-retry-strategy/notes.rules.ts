/** What COMPARISON.md and NOTES.md of failure-07 have to say: strategies with figures, the choice, and its end. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

const figures = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

export const comparison: DocumentRules = {
  file: 'COMPARISON.md',
  sections: [
    {
      heading: text('Side by side', 'Đặt cạnh nhau'),
      ask: text(
        'a table with one row for each strategy (fixed, exponential, full, equal, decorrelated) and figures in its columns',
        'một bảng, mỗi chiến lược một dòng (fixed, exponential, full, equal, decorrelated), các cột là số liệu',
      ),
      wordsMin: 40,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: ['fixed', 'cố định'],
          why: text('the simplest one belongs in it', 'phải có cái đơn giản nhất'),
        },
        {
          oneOf: ['full'],
          why: text('a strategy with jitter belongs in it', 'phải có một chiến lược có jitter'),
        },
        {
          oneOf: ['decorrelated', 'equal'],
          why: text('there is more than one jitter', 'có nhiều hơn một kiểu jitter'),
        },
        { oneOf: [...figures], why: text('a comparison needs figures', 'so sánh thì cần số liệu') },
      ],
    },
    {
      heading: text('What it says', 'Nó nói lên điều gì'),
      ask: text(
        'which strategy is best at what, which costs what, and where your figures come from',
        'chiến lược nào hơn ở điểm nào, phải trả giá gì, và số liệu lấy từ đâu',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['peak', 'đỉnh', 'same moment', 'cùng lúc'],
          why: text('the worst moment is what a server feels', 'server chịu đựng khoảnh khắc tệ nhất'),
        },
        {
          oneOf: ['simulat', 'mô phỏng', 'measure', 'đo', 'seed'],
          why: text('say how the figures were taken', 'nói rõ số liệu được lấy thế nào'),
        },
      ],
    },
  ],
}

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('The strategy', 'Chiến lược'),
      ask: text(
        'the settings you chose and why, and which errors are retried at all',
        'các thiết lập bạn chọn và vì sao, và lỗi nào mới được retry',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['jitter'],
          why: text('it decides what happens after an outage', 'nó quyết định chuyện gì xảy ra sau sự cố'),
        },
        {
          oneOf: [
            ...[
              'permanent',
              'classif',
              'transient',
              'temporary',
              'may pass',
              'can pass',
              'never pass',
              'go away',
              'goes away',
            ],
            ...['vĩnh viễn', 'tạm thời', 'qua đi', 'tự hết', 'không bao giờ'],
          ],
          why: text('not every error deserves one', 'không phải lỗi nào cũng đáng retry'),
        },
      ],
    },
    {
      heading: text('How long it takes', 'Mất bao lâu'),
      ask: text(
        'the waits added up, at best, on average and at worst, and the deadline that bounds them',
        'cộng các lần chờ lại, nhanh nhất, trung bình và lâu nhất, cùng hạn chót giới hạn chúng',
      ),
      wordsMin: 40,
      mentions: [
        { oneOf: [...figures], why: text('a figure is asked for', 'cần một con số') },
        {
          oneOf: ['deadline', 'hạn chót'],
          why: text('attempts alone bound no time', 'số lần thử không giới hạn được thời gian'),
        },
      ],
    },
    {
      heading: text('When it gives up', 'Khi nào bỏ cuộc'),
      ask: text(
        'what ends it, where the message is then, and what protects a service that is down from its callers',
        'điều gì kết thúc nó, khi đó message ở đâu, và cái gì che chở một service đang chết khỏi những nơi gọi nó',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['dlq', 'dead', 'caller', 'nơi gọi'],
          why: text('somebody has to hear of it', 'phải có người được biết'),
        },
        {
          oneOf: ['budget', 'token', 'bucket', 'breaker', 'layer', 'ngân sách', 'cầu dao', 'tầng'],
          why: text('many callers retry at once', 'nhiều nơi cùng retry một lúc'),
        },
      ],
    },
  ],
}
