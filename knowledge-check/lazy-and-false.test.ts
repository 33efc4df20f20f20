/** The rubrics against what people write: an answer that says little is not whole, a falsehood is seen in either language, and its denial is none. */
import { describe, expect, it } from 'vitest'
import { readAnswerTo } from '#lab/study/written'
import { explanations } from './explanations.ts'
import { mentorQuestions } from './mentor.ts'

type Both = readonly [en: string, vi: string]

interface Sample {
  /** What somebody writes who has heard of it. */
  readonly lazy: Both
  /** For each falsehood of the rubric, in its order: said, and denied. */
  readonly falsehoods: readonly { readonly said: Both; readonly denied: Both }[]
}

const samples: Readonly<Record<string, Sample>> = {
  'review-06.1': {
    lazy: [
      'At least once means that a message is delivered one or more times, and exactly once means that it is delivered one time. Exactly once is better and harder to do, so most systems use at least once, which is good enough in practice.',
      'At-least-once nghĩa là message được giao một hay nhiều lần, còn exactly-once là giao đúng một lần. Exactly-once tốt hơn nhưng khó làm hơn, nên đa số hệ thống dùng at-least-once, và như vậy là đủ tốt trong thực tế.',
    ],
    falsehoods: [
      {
        said: [
          'Kafka gives exactly-once when it is configured well.',
          'Kafka bảo đảm exactly-once nếu cấu hình đúng.',
        ],
        denied: [
          'No setting of Kafka gives exactly-once from end to end.',
          'Kafka không bảo đảm exactly-once từ đầu tới cuối.',
        ],
      },
      {
        said: ['With at-least-once there are no duplicates.', 'At-least-once thì message không bị trùng.'],
        denied: [
          'That at-least-once means no duplicates is a myth.',
          'Tưởng rằng at-least-once thì không bị trùng là nhầm.',
        ],
      },
    ],
  },
  'review-06.2': {
    lazy: [
      'Kafka has topics with partitions, and consumers form groups to read them in parallel. More partitions mean more parallelism. Kafka takes care of who reads what, which makes it very scalable and fast for large systems.',
      'Kafka có topic gồm nhiều partition, các consumer lập thành group để đọc song song. Nhiều partition thì song song nhiều hơn. Kafka tự lo ai đọc cái gì, nên rất dễ mở rộng và nhanh cho hệ thống lớn.',
    ],
    falsehoods: [
      {
        said: ['The order of the whole topic is guaranteed.', 'Thứ tự của cả topic được đảm bảo.'],
        denied: [
          'The order of the whole topic is not guaranteed.',
          'Thứ tự của cả topic không được đảm bảo.',
        ],
      },
      {
        said: ['Adding consumers is always faster.', 'Thêm consumer bao nhiêu cũng được.'],
        denied: ['Adding consumers is not always faster.', 'Thêm consumer không phải bao nhiêu cũng được.'],
      },
    ],
  },
  'review-06.3': {
    lazy: [
      'A dead letter queue is where failed messages go. It is good practice to have one for every queue, so that the system keeps running and developers can look into problems later when they have the time for it.',
      'Dead letter queue là nơi chứa message lỗi. Queue nào cũng nên có một cái, để hệ thống vẫn chạy và lập trình viên có thể xem lại vấn đề sau, khi nào có thời gian.',
    ],
    falsehoods: [
      {
        said: ['With a DLQ nothing is lost.', 'Có DLQ thì không mất gì.'],
        denied: ['That nothing is lost with a DLQ is a myth.', 'Tưởng rằng có DLQ thì không mất gì là nhầm.'],
      },
      {
        said: ['Every error goes straight to the DLQ.', 'Lỗi nào cũng cho vào DLQ ngay.'],
        denied: ['Not every error goes straight to the DLQ.', 'Không phải lỗi nào cũng cho vào DLQ ngay.'],
      },
    ],
  },
  'review-06.4': {
    lazy: [
      'Event sourcing saves events instead of state. The advantage is that you can see everything that happened and the disadvantage is that it is complex. It should be used in large systems and not in small ones.',
      'Event sourcing lưu event thay vì trạng thái. Ưu điểm là thấy được mọi chuyện, nhược điểm là phức tạp. Nên dùng cho hệ thống lớn, không nên dùng cho hệ thống nhỏ.',
    ],
    falsehoods: [
      {
        said: [
          'Event sourcing is the same as publishing events to Kafka.',
          'Event sourcing chính là publish event lên Kafka.',
        ],
        denied: [
          'Event sourcing is not the same as publishing events to Kafka.',
          'Event sourcing không chính là publish event lên Kafka.',
        ],
      },
      {
        said: ['One can simply edit a stored event.', 'Số tiền lệch thì cứ sửa event đã lưu.'],
        denied: ['One can never simply edit a stored event.', 'Đừng cứ thế mà sửa event đã lưu.'],
      },
    ],
  },
  'review-06.5': {
    lazy: [
      'Choreography has no central part and orchestration has one. Choreography is more flexible, orchestration is easier to understand. Which one is better depends on the project and on the team that builds it.',
      'Choreography không có phần trung tâm, orchestration thì có. Choreography linh hoạt hơn, orchestration dễ hiểu hơn. Cái nào tốt hơn thì tuỳ dự án và tuỳ đội làm ra nó.',
    ],
    falsehoods: [
      {
        said: [
          'Compensation undoes the step as if it never happened.',
          'Bù trừ làm cho bước đó như chưa từng xảy ra.',
        ],
        denied: [
          'Compensation does not undo the step as if it never happened.',
          'Bù trừ không làm cho bước đó như chưa từng xảy ra.',
        ],
      },
      {
        said: ['A saga guarantees isolation of its steps.', 'Saga bảo đảm tính cô lập giữa các bước.'],
        denied: [
          'A saga guarantees no isolation of its steps.',
          'Saga không bảo đảm tính cô lập giữa các bước.',
        ],
      },
    ],
  },
  'review-08.1': {
    lazy: [
      'It can happen if the broker crashes. To prevent this one should use durable queues and persistent messages, and replication for important data. Then the system is reliable and messages are kept.',
      'Có thể xảy ra nếu broker bị crash. Để tránh thì nên dùng durable queue, persistent message, và replication cho dữ liệu quan trọng. Như vậy hệ thống đáng tin cậy và message được giữ lại.',
    ],
    falsehoods: [
      {
        said: ['Once it has the ack the message is safe for good.', 'Có ack rồi thì từ đó là an toàn.'],
        denied: [
          'The ack does not mean that it is safe for good.',
          'Có ack không có nghĩa từ đó là an toàn.',
        ],
      },
      {
        said: [
          'The confirm means that the consumer processed it.',
          'Confirm nghĩa là consumer đã xử lý xong.',
        ],
        denied: [
          'The confirm never means that the consumer processed it.',
          'Confirm không nghĩa là consumer đã xử lý xong.',
        ],
      },
    ],
  },
  'review-08.2': {
    lazy: [
      'The consumer must be idempotent, so that processing the message again makes no difference. One checks whether the message was processed already, and if so it is skipped. This is a common pattern.',
      'Consumer phải idempotent để xử lý lại message cũng không khác gì. Kiểm tra xem message đã được xử lý chưa, rồi thì bỏ qua. Đây là một pattern phổ biến.',
    ],
    falsehoods: [
      {
        said: ['To check for the id first is enough.', 'Kiểm tra id trước là đủ.'],
        denied: ['To check for the id first is not enough.', 'Kiểm tra id trước không phải là đủ.'],
      },
      {
        said: ['The redelivered flag means that it is a copy.', 'Cờ redelivered nghĩa là bản trùng.'],
        denied: [
          'The redelivered flag never means that it is a copy for sure.',
          'Cờ redelivered không nghĩa là chắc chắn bản trùng.',
        ],
      },
    ],
  },
  'review-08.3': {
    lazy: [
      'I would use a saga. If the second step fails, the first is rolled back and the customer is informed. Sagas are good for microservices, and the trade-off is that they are more complex than a simple call.',
      'Tôi sẽ dùng saga. Nếu bước thứ hai hỏng thì hoàn lại bước đầu và báo cho khách. Saga hợp với microservice, đánh đổi là nó phức tạp hơn một lời gọi đơn giản.',
    ],
    falsehoods: [
      {
        said: ['I publish all three at once.', 'Tôi gửi cả ba cùng lúc.'],
        denied: ['I never publish all three at once.', 'Tôi không gửi cả ba cùng lúc.'],
      },
      {
        said: [
          'A distributed transaction across the services solves it.',
          'Transaction phân tán trên cả ba service là giải quyết được.',
        ],
        denied: [
          'A distributed transaction across the services is not to be had here.',
          'Transaction phân tán trên cả ba service thì không có ở đây.',
        ],
      },
    ],
  },
  'review-08.4': {
    lazy: [
      'Kafka distributes the partitions evenly over the consumers. When one consumer fails, Kafka rebalances, and its partitions are given to the others, so that the processing goes on without any problem.',
      'Kafka chia đều partition cho các consumer. Khi một consumer hỏng, Kafka rebalance và đưa partition của nó cho các consumer khác, nên việc xử lý vẫn tiếp tục mà không vấn đề gì.',
    ],
    falsehoods: [
      {
        said: [
          'After a rebalance nothing is processed twice.',
          'Sau rebalance không message nào bị xử lý hai lần.',
        ],
        denied: [
          'After a rebalance some records are processed twice.',
          'Sau rebalance có record bị xử lý hai lần.',
        ],
      },
      {
        said: [
          'Two consumers of the same group read one partition.',
          'Trong group cả hai consumer cùng đọc một partition.',
        ],
        denied: [
          'Two consumers of the same group never read one partition.',
          'Trong group không bao giờ cả hai consumer cùng đọc một partition.',
        ],
      },
    ],
  },
  'review-08.5': {
    lazy: [
      'All side effects could happen twice, such as database changes, e-mails and API calls. To prevent this one should make the consumer idempotent and test it well before it goes to production.',
      'Mọi side effect đều có thể lặp lại, như thay đổi database, email và gọi API. Để tránh thì nên làm consumer idempotent và kiểm thử kỹ trước khi lên production.',
    ],
    falsehoods: [
      {
        said: ['The inbox protects everything.', 'Inbox chặn mọi side effect.'],
        denied: ['The inbox does not protect everything.', 'Inbox không chặn mọi side effect.'],
      },
      {
        said: [
          'To ack before processing prevents the duplicate.',
          'Ack trước khi xử lý thì tránh được bản trùng.',
        ],
        denied: [
          'To ack before processing prevents nothing that is worth a loss.',
          'Đừng ack trước khi xử lý để tránh bản trùng.',
        ],
      },
    ],
  },
  'review-08.6': {
    lazy: [
      'Exactly once is very hard in distributed systems. Some systems support it under certain conditions, with transactions and idempotence. It has a performance cost, so one has to decide whether it is needed.',
      'Exactly-once rất khó trong hệ phân tán. Một số hệ thống hỗ trợ trong điều kiện nhất định, với transaction và idempotence. Nó tốn hiệu năng, nên phải cân nhắc có cần hay không.',
    ],
    falsehoods: [
      {
        said: ['enable.idempotence gives exactly-once.', 'enable.idempotence bảo đảm exactly-once.'],
        denied: [
          'enable.idempotence never means exactly-once.',
          'enable.idempotence không bảo đảm exactly-once.',
        ],
      },
      {
        said: ['RabbitMQ supports exactly-once delivery.', 'RabbitMQ hỗ trợ exactly-once.'],
        denied: ['RabbitMQ supports no exactly-once delivery.', 'RabbitMQ không hỗ trợ exactly-once.'],
      },
    ],
  },
}

const page = (heading: string, prose: string): string => `## ${heading}\n\n${prose}\n`

describe.each([...explanations, ...mentorQuestions])('$item', (question) => {
  const sample = samples[question.item]
  if (sample === undefined) throw new Error(`no samples for ${question.item}`)
  const readIn = (lang: 'en' | 'vi', prose: string) =>
    readAnswerTo(question, page(question.heading[lang], prose))

  it.each(['en', 'vi'] as const)('takes an answer that says little (%s) for not whole', (lang) => {
    const read = readIn(lang, sample.lazy[lang === 'en' ? 0 : 1])
    expect(read.isWhole).toBe(false)
    expect(read.points.filter(({ isMade }) => isMade).length).toBeLessThan(question.points.length / 2)
  })

  it('has a sample for each falsehood', () => {
    expect(sample.falsehoods).toHaveLength(question.wrong.length)
  })

  it.each(['en', 'vi'] as const)('sees each falsehood (%s), and takes its denial for none', (lang) => {
    const of = (both: Both): string => both[lang === 'en' ? 0 : 1]
    for (const [at, { said, denied }] of sample.falsehoods.entries()) {
      const why = question.wrong[at]?.why[lang] ?? 'no falsehood'
      expect(
        readIn(lang, of(said))
          .wrong.map((each) => each[lang])
          .join(),
        of(said),
      ).toContain(why)
      expect(readIn(lang, of(denied)).wrong, of(denied)).toEqual([])
    }
  })
})
