/** What PERFORMANCE.md has to say; it quotes the figures of `npm run measure review-05`. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'PERFORMANCE.md',
  sections: [
    {
      heading: text('Figures', 'Số liệu'),
      ask: text(
        'throughput, latency under load and processing time, before and after, with the command that measured them',
        'throughput, latency dưới tải và thời gian xử lý, trước và sau, kèm lệnh đo',
      ),
      wordsMin: 35,
      figures: ['throughput', 'latency', 'processing', 'slow-throughput'],
      mentions: [
        {
          oneOf: ['npm run measure review-05'],
          why: text('name the command that measured them', 'ghi lệnh đã đo'),
        },
      ],
    },
    {
      heading: text('My own producer and consumer', 'Producer và consumer của tôi'),
      ask: text(
        'what your producer (mq-02) and consumer (mq-03) get done, how long a payment takes from publish to booking, how busy the event loop of the consumer is, and which function its flame graph shows widest',
        'producer (mq-02) và consumer (mq-03) của bạn làm được bao nhiêu, một thanh toán mất bao lâu từ publish tới ghi sổ, event loop của consumer bận tới đâu, và flame graph cho thấy hàm nào rộng nhất',
      ),
      wordsMin: 45,
      figures: ['own-producer-throughput', 'own-consumer-throughput', 'own-latency', 'own-consumer-busy'],
      mentions: [
        {
          oneOf: ['flame', 'function', 'profile', 'hàm'],
          why: text('where does the time go?', 'thời gian đi đâu?'),
        },
        {
          oneOf: ['busy', 'idle', 'wait', 'bận', 'rảnh', 'chờ'],
          why: text('is it busy, or does it wait?', 'nó bận, hay nó chờ?'),
        },
      ],
    },
    {
      heading: text('Bottleneck', 'Điểm nghẽn'),
      ask: text(
        'which stage sets the pace, which run shows it, why the processor is not it',
        'khâu nào quyết định tốc độ, lần chạy nào cho thấy, vì sao không phải CPU',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['find', 'directory', 'lookup', 'danh bạ', 'tra cứu'],
          why: text('which stage is it?', 'là khâu nào?'),
        },
      ],
    },
    {
      heading: text('What was traded', 'Cái giá phải đổi'),
      ask: text(
        'what the gain costs: memory, order, what comes again after a crash, load on the directory',
        'mức cải thiện đổi bằng gì: bộ nhớ, thứ tự, cái gì quay lại sau crash, tải lên danh bạ',
      ),
      wordsMin: 45,
      mentions: [
        {
          oneOf: [
            'crash',
            'again',
            'redeliver',
            'order',
            'memory',
            'stale',
            'load',
            'giao lại',
            'thứ tự',
            'bộ nhớ',
            'cũ',
            'tải',
          ],
          why: text('what is worse than before?', 'điều gì kém hơn trước?'),
        },
        {
          oneOf: ['because', 'since', 'so ', 'instead', 'vì', 'nên', 'thay vì'],
          why: text('why is it worth it?', 'vì sao đáng?'),
        },
      ],
    },
  ],
}
