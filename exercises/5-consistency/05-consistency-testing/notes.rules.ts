/** What the documents of consistency-05 have to say: the plan before anything runs, and the report behind it. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const plan: DocumentRules = {
  file: 'SCENARIOS.md',
  sections: [
    {
      heading: text('What is under test', 'Kiểm thử cái gì'),
      ask: text(
        'services, databases, broker; the promises and to whom; which invariants hold always, which only when all is quiet, and how you know that it is',
        'service, database, broker; hứa gì với ai; bất biến nào luôn đúng, bất biến nào chỉ đúng khi mọi thứ đã lắng, và làm sao biết là đã lắng',
      ),
      wordsMin: 70,
      mentions: [
        {
          oneOf: ['quiet', 'quiesc', 'settled', 'drained', 'empty', 'lắng', 'trống', 'yên'],
          why: text('what is still on its way is not lost', 'cái còn trên đường thì chưa phải là mất'),
        },
        {
          oneOf: ['invariant', 'bất biến'],
          why: text('a test needs to know what must hold', 'test phải biết điều gì phải đúng'),
        },
      ],
    },
    {
      heading: text('Scenarios', 'Kịch bản'),
      ask: text(
        'a table of at least six: the fault and its moment, the load, the invariant, what counts as passed, the seed',
        'một bảng ít nhất sáu dòng: sự cố và thời điểm, tải, bất biến, thế nào là đạt, seed',
      ),
      wordsMin: 110,
      tableRowsMin: 6,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['delay', 'độ trễ', 'trễ'],
          why: text('a slow system is the most common fault', 'hệ thống chậm là sự cố hay gặp nhất'),
        },
        {
          oneOf: ['kill', 'crash', 'sigkill'],
          why: text('a clean stop tests nothing', 'dừng đàng hoàng thì không kiểm thử được gì'),
        },
        {
          oneOf: ['concurrent', 'same time', 'at once', 'two clients', 'đồng thời', 'cùng lúc'],
          why: text('races need somebody to race with', 'race thì phải có kẻ để đua'),
        },
        {
          oneOf: ['seed'],
          why: text('what can not be repeated can not be repaired', 'không lặp lại được thì không sửa được'),
        },
      ],
    },
    {
      heading: text('What the checker must not accuse', 'Checker không được đổ lỗi cho ai'),
      ask: text(
        'which outcomes bind nobody, and which histories look wrong and are not',
        'kết quả nào không ràng buộc ai, và history nào trông sai mà không sai',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['unknown', 'chưa rõ', 'không rõ', 'không biết'],
          why: text(
            'an unknown outcome is neither yes nor no',
            'kết quả chưa rõ không phải có cũng không phải không',
          ),
        },
        {
          oneOf: ['overlap', 'concurrent', 'before', 'bound', 'chồng', 'đồng thời', 'trước', 'giới hạn'],
          why: text(
            'two operations that overlap have no order',
            'hai thao tác chồng lên nhau thì không có thứ tự',
          ),
        },
      ],
    },
  ],
}

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Results', 'Kết quả'),
      ask: text(
        'a table: each scenario that you have run, its verdict, n and seed, the anomaly if there was one',
        'một bảng: từng kịch bản đã chạy, kết luận, n và seed, bất thường nếu có',
      ),
      wordsMin: 70,
      tableRowsMin: 5,
      tableCellsMin: 3,
      mentions: [{ oneOf: ['seed'], why: text('a result has its seed', 'kết quả nào cũng có seed') }],
    },
    {
      heading: text('What the figures say', 'Số liệu nói gì'),
      ask: text(
        'the share of stale reads by delay, the anomalies, the unknown outcomes, with n; and what "0 of n" proves',
        'tỷ lệ đọc phải bản cũ theo độ trễ, số bất thường, số kết quả chưa rõ, kèm n; và "0 trong n" chứng minh gì',
      ),
      wordsMin: 60,
      figures: ['stale-50', 'stale-500', 'unknown-outcomes'],
      mentions: [
        {
          oneOf: ['simulat', 'virtual', 'mô phỏng', 'ảo'],
          why: text('time was virtual, and a reader has to know', 'thời gian là ảo, người đọc phải biết'),
        },
        {
          oneOf: ['95', 'bound', 'at most', 'cận', 'tối đa'],
          why: text(
            'none of n is a bound, not a proof',
            'không có trong n lần chỉ là một cận trên, không phải chứng minh',
          ),
        },
      ],
    },
    {
      heading: text('What stays unproven', 'Điều gì còn chưa chứng minh'),
      ask: text(
        'what could still be wrong although all is green: faults, loads and checks that are missing',
        'điều gì vẫn có thể sai dù tất cả đều xanh: sự cố, tải và phép kiểm tra còn thiếu',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['power', 'disk', 'network', 'partition', 'clock', 'điện', 'đĩa', 'mạng', 'đồng hồ'],
          why: text(
            'a SIGKILL is not everything that happens',
            'SIGKILL chưa phải là mọi chuyện có thể xảy ra',
          ),
        },
      ],
    },
  ],
}
