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
