/** The words of the help pages. */
import type { Text } from '#lab/verdict'

export const helpTexts = {
  about: {
    en: 'reliable messaging, learned by having your code attacked',
    vi: 'học làm messaging đáng tin cậy bằng cách để code của bạn bị tấn công',
  },
  everywhere: {
    en: 'In detail: npm run help <command>. Everywhere: lang=en|vi (remembered).',
    vi: 'Chi tiết: npm run help <lệnh>. Ở mọi lệnh: lang=en|vi (được ghi nhớ).',
  },
  exitCodes: {
    en: 'Exit codes: 0 done or passed, 1 failed, 2 usage, 3 inconclusive or set-up.',
    vi: 'Mã thoát: 0 xong hoặc ĐẠT, 1 CHƯA ĐẠT, 2 gõ sai, 3 CHƯA KẾT LUẬN ĐƯỢC hoặc lỗi cài đặt.',
  },
  flagForm: {
    en: 'Flags work after two dashes: npm run check mq-01 -- --engine embedded',
    vi: 'Dạng flag dùng được sau hai dấu gạch: npm run check mq-01 -- --engine embedded',
  },
  words: {
    live: {
      en: 'plays the scenario of the task on your code, narrated',
      vi: 'chạy kịch bản của bài với code của bạn, có thuyết minh',
    },
    reference: {
      en: 'takes the reference instead of your code',
      vi: 'dùng lời giải mẫu thay cho code của bạn',
    },
    events: {
      en: 'prints the run as one JSON object a line; reads commands from stdin',
      vi: 'in quá trình chạy, mỗi dòng một JSON; đọc lệnh từ stdin',
    },
    print: {
      en: 'prints the page that the command keeps (KILLS.md, FIGURES.md), and runs nothing',
      vi: 'in trang mà lệnh này giữ (KILLS.md, FIGURES.md), không chạy gì',
    },
    coverage: {
      en: 'what was crashed so far and what was not, as a table; runs nothing',
      vi: 'tới giờ đã làm sập gì, chưa làm sập gì, dạng bảng; không chạy gì',
    },
    fill: {
      en: 'puts that table into RELIABILITY.md and keeps your remarks',
      vi: 'ghi bảng đó vào RELIABILITY.md và giữ nhận xét của bạn',
    },
    keep: {
      en: 'keeps what was tried on the reference, in solutions/results (your own is always kept)',
      vi: 'lưu những gì đã thử trên lời giải mẫu vào solutions/results (của bạn thì luôn được lưu)',
    },
    json: { en: 'prints the result for machines', vi: 'in kết quả cho máy đọc' },
    report: { en: 'prints the report as one page of Markdown', vi: 'in báo cáo thành một trang Markdown' },
    all: {
      en: 'everything at once: every hint, or every question again',
      vi: 'tất cả cùng lúc: mọi gợi ý, hoặc hỏi lại mọi câu hỏi',
    },
    anyway: { en: 'shows the reference before you have passed', vi: 'xem lời giải mẫu dù bạn chưa đạt' },
    soak: { en: 'runs the long proofs instead', vi: 'chạy các phép thử dài thay vào đó' },
    whole: {
      en: 'runs the tests of whole programs and explorations instead',
      vi: 'chạy test của cả chương trình và các lượt khám phá thay vào đó',
    },
    up: { en: 'starts a broker in the foreground', vi: 'chạy một broker ở foreground' },
    status: { en: 'which of them run', vi: 'liệt kê các broker đang chạy' },
    down: { en: 'stops those that run, or one of them', vi: 'dừng các broker đang chạy, hoặc một broker' },
    install: {
      en: 'brings real brokers: into the cache folder for engine=local, images for engine=docker',
      vi: 'tải broker thật: vào thư mục cache cho engine=local, hoặc image cho engine=docker',
    },
    rabbitmq: { en: 'RabbitMQ alone', vi: 'chỉ RabbitMQ' },
    kafka: {
      en: "Kafka alone; takes Kafka's own settings as well, such as num.partitions=2",
      vi: 'chỉ Kafka; nhận cả các thiết lập của chính Kafka, ví dụ num.partitions=2',
    },
    real: {
      en: 'compares with real brokers: rabbitmq, kafka, containers (docker), or the checks of all tasks (tasks)',
      vi: 'đối chiếu với broker thật: rabbitmq, kafka, container (docker), hoặc bài kiểm tra của mọi bài (tasks)',
    },
    list: {
      en: 'what is in the queue, by reason and one by one; nothing leaves it (the default)',
      vi: 'trong queue có gì, theo lý do và từng message; không gì rời khỏi queue (mặc định)',
    },
    show: { en: 'one message with its headers and body', vi: 'một message cùng header và nội dung' },
    redrive: {
      en: 'sends messages back to where they came from, under their own ids; a dry run unless "apply" is there',
      vi: 'gửi message về nơi nó xuất phát, giữ nguyên id; chỉ chạy thử nếu không có "apply"',
    },
    drop: {
      en: 'removes messages for good and keeps a copy of each in a file; a dry run unless "apply" is there',
      vi: 'xóa hẳn message, bản sao giữ trong một file; chỉ chạy thử nếu không có "apply"',
    },
    apply: { en: 'does what would only be told', vi: 'làm thật thay vì chỉ nói sẽ làm gì' },
  } as const satisfies Record<string, Text>,
  settings: {
    engine: {
      en: 'where the brokers come from: npm alone (embedded), servers of this computer (local), containers (docker), or AMQP_URL and KAFKA_BROKERS (url)',
      vi: 'broker lấy từ đâu: chỉ cần npm (embedded), server trên máy này (local), container (docker), hoặc AMQP_URL và KAFKA_BROKERS (url)',
    },
    seed: {
      en: 'repeats a run with the same random choices',
      vi: 'chạy lại với đúng các lựa chọn ngẫu nhiên cũ',
    },
    lang: { en: 'the language, remembered', vi: 'ngôn ngữ, được ghi nhớ' },
    watch: {
      en: 'how saves are noticed: by the system, by polling (network drives, some containers), or not at all',
      vi: 'cách nhận biết khi bạn lưu: qua hệ điều hành, bằng polling (ổ mạng, một số container), hoặc không theo dõi',
    },
    host: {
      en: 'addresses to listen on; one that this computer does not have is left out',
      vi: 'các địa chỉ để lắng nghe; địa chỉ mà máy không có thì được bỏ qua',
    },
    port: {
      en: "the port of AMQP, of Kafka, of the payment system's API, or of the dashboard (4747, or the next free one); 0 picks a free one",
      vi: 'cổng AMQP, cổng Kafka, cổng API của hệ thống thanh toán, hoặc cổng dashboard (4747 hoặc cổng trống kế tiếp); 0 thì tự chọn một cổng trống',
    },
    ports: {
      en: 'the ports of Kafka: one for one node, three for nodes 0, 1 and 2; 0 picks a free one',
      vi: 'cổng của Kafka: một cổng cho một node, ba cổng cho node 0, 1 và 2; 0 thì tự chọn một cổng trống',
    },
    management: {
      en: 'the port of the management HTTP API; 0 picks a free one',
      vi: 'cổng của management HTTP API; 0 thì tự chọn một cổng trống',
    },
    profile: {
      en: 'the RabbitMQ version whose behaviour is copied',
      vi: 'phiên bản RabbitMQ được mô phỏng hành vi',
    },
    data: {
      en: 'the folder that keeps what is durable; without it everything is gone with the broker',
      vi: 'thư mục giữ những gì durable; không có nó thì mọi thứ mất theo broker',
    },
    durability: {
      en: 'what a confirm means: on the disk (fsync), or handed to the operating system (os)',
      vi: 'confirm nghĩa là gì: đã nằm trên đĩa (fsync), hay đã giao cho hệ điều hành (os)',
    },
    subject: {
      en: 'whose code is crashed: yours, the reference, or one of the wrong solutions',
      vi: 'làm sập code của ai: của bạn, lời giải mẫu, hay một lời giải sai',
    },
    crash: {
      en: "what crashes around each message: the subject's process, the broker, or their connection",
      vi: 'cái gì sập quanh mỗi message: process của subject, broker, hay kết nối giữa chúng',
    },
    schedules: {
      en: 'how many runs; more than there are moments adds pairs of crashes',
      vi: 'chạy bao nhiêu lần; nhiều hơn số thời điểm thì thêm các lần sập kép',
    },
    messages: { en: 'how many messages one run sends', vi: 'mỗi lần chạy gửi bao nhiêu message' },
    id: { en: 'a message id, or the end of one', vi: 'id của message, hoặc phần cuối của id' },
    reason: { en: 'part of the reason, in any case', vi: 'một phần của lý do, không phân biệt hoa thường' },
    older: { en: 'dead for at least so long', vi: 'đã chết ít nhất chừng đó thời gian' },
    storm: {
      en: 'lets a nemesis loose on the payment system for so long, and ends with a verdict',
      vi: 'thả nemesis vào hệ thống thanh toán trong chừng đó thời gian, kết thúc bằng một kết luận',
    },
    rate: {
      en: 'payments a second in a storm; 10 unless set',
      vi: 'số thanh toán mỗi giây trong cơn bão; mặc định 10',
    },
    limit: { en: 'how many messages at most', vi: 'nhiều nhất bao nhiêu message' },
    redrives: {
      en: 'how often a message may be sent back before it is left to a person; 3 unless set',
      vi: 'message được gửi lại tối đa mấy lần trước khi để con người xử lý; mặc định 3',
    },
    queue: {
      en: 'the dead letter queue; payments.dlq unless set',
      vi: 'dead letter queue; mặc định payments.dlq',
    },
    url: {
      en: 'which RabbitMQ; else the variable AMQP_URL, else a broker on this computer',
      vi: 'RabbitMQ nào; không có thì lấy biến AMQP_URL, rồi tới broker trên máy này',
    },
    open: {
      en: 'whether the browser is opened; yes on a terminal unless set',
      vi: 'có mở trình duyệt không; mặc định là có khi chạy trên terminal',
    },
    understanding: {
      en: 'your rating of how well you understand message queues',
      vi: 'điểm bạn tự chấm cho mức hiểu message queue',
    },
    design: {
      en: 'your rating of your skill in event-driven architecture',
      vi: 'điểm bạn tự chấm cho kỹ năng kiến trúc event-driven',
    },
    failures: {
      en: 'your rating of your skill in handling failures',
      vi: 'điểm bạn tự chấm cho kỹ năng xử lý sự cố',
    },
    consistency: {
      en: 'your rating of your skill in reasoning about consistency',
      vi: 'điểm bạn tự chấm cho kỹ năng lập luận về tính nhất quán',
    },
    confidence: {
      en: 'how confident you are for week 8',
      vi: 'bạn tự tin cho tuần 8 tới đâu',
    },
    answer: {
      en: 'answers the question that was printed last: a letter, an order such as 2,1,3, or a number',
      vi: 'trả lời câu hỏi vừa in ra: một chữ cái, một thứ tự như 2,1,3, hoặc một con số',
    },
    at: {
      en: 'the one moment to crash at, as a counter-example names it',
      vi: 'thời điểm duy nhất để làm sập, như phản ví dụ ghi ra',
    },
  } as const satisfies Record<string, Text>,
} as const
