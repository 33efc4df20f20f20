/** Two events of one wallet, and two of different wallets, in a topic of two partitions: which order is kept? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, type Member, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: readonly string[]
  /** Values in the order in which the group processed them. */
  readonly processed: readonly string[]
}

export const experiment: Experiment<Seen> = {
  name: 'two-partitions',
  place: 3,
  brokers: { kafka: 1 },
  shows: text(
    'Kafka keeps the order of one partition and none between two: what was sent first can be processed last',
    'Kafka giữ thứ tự trong một partition, còn giữa hai partition thì không: gửi trước có thể được xử lý sau cùng',
  ),
  question: {
    kind: 'choice',
    id: 'two-partitions',
    item: 'study-04.3',
    ask: text(
      'a1 and a2 belong to wallet a (partition 0), b1 and b2 to wallet b (partition 1). They are sent in the order a1, b1, a2, b2. Two members of a group read one partition each, and the member of partition 0 is slow. Which order of processing is possible?',
      'a1 và a2 thuộc ví a (partition 0), b1 và b2 thuộc ví b (partition 1). Thứ tự gửi là a1, b1, a2, b2. Hai member của một group mỗi bên đọc một partition, và member của partition 0 chậm. Thứ tự xử lý nào có thể xảy ra?',
    ),
    options: [
      {
        id: 'as-sent',
        text: text('Only a1, b1, a2, b2: a topic keeps the order', 'Chỉ a1, b1, a2, b2: topic giữ thứ tự'),
        why: text(
          'Each partition counts by itself, and nothing relates offset 1 of one to offset 0 of the other. For one order of all you need one partition.',
          'Mỗi partition tự đếm, không gì nối offset 1 của partition này với offset 0 của partition kia. Muốn một thứ tự chung thì chỉ dùng một partition.',
        ),
      },
      {
        id: 'by-partition',
        text: text(
          'b1, b2, a1, a2: within each wallet as sent, otherwise anything',
          'b1, b2, a1, a2: trong từng ví đúng như đã gửi, còn lại thế nào cũng được',
        ),
        why: text(
          'The order of a key is kept, the order between keys is not. If a transfer from a to b must be seen in order, the key is the wrong one.',
          'Thứ tự theo key thì được giữ, giữa các key thì không. Nếu việc chuyển tiền từ a sang b phải thấy đúng thứ tự thì key đã chọn sai.',
        ),
      },
      {
        id: 'anything',
        text: text(
          'Any, a2 before a1 included: the members are independent',
          'Thứ tự nào cũng được, kể cả a2 trước a1: các member độc lập với nhau',
        ),
        why: text(
          'a1 and a2 are in one partition, which one member reads from front to back. Only a handler that does not wait for its own work could swap them.',
          'a1 và a2 nằm trong một partition, do một member đọc từ đầu tới cuối. Chỉ handler không chờ việc của chính mình mới đảo được chúng.',
        ),
      },
    ],
    answer: 'by-partition',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { partitions: 2 })
    const processed: string[] = []
    const gate = Promise.withResolvers<void>()
    const members: Member[] = []
    for (const count of [1, 2]) {
      members.push(
        await joinGroup(lab, {
          topic: 'payments',
          group: 'ledger',
          async before({ value }) {
            if (value.startsWith('a')) await gate.promise
            processed.push(value)
          },
        }),
      )
      await lab.kafka.untilStable(lab.name('ledger'), count, { whose: 'lab' })
    }
    await lab.until(
      text('the partitions were not dealt out', 'các partition chưa được chia xong'),
      () => members.every(({ assigned }) => assigned.length === 1),
      { whose: 'lab' },
    )
    const producer = await openKafkaProducer(lab)
    const sent = ['a1', 'b1', 'a2', 'b2']
    for (const value of sent) {
      const partition = value.startsWith('a') ? 0 : 1
      await producer.send({ topic, acks: -1, messages: [{ key: value.charAt(0), value, partition }] })
    }
    const has = (count: number): Promise<true> =>
      lab.until(text('not all was processed', 'chưa xử lý hết'), () => processed.length >= count, {
        whose: 'lab',
      })
    await has(2)
    lab.say('The slow member goes on.', 'Member chậm chạy tiếp.')
    gate.resolve()
    await has(sent.length)
    return { sent, processed }
  },
  came({ sent, processed }) {
    const list = processed.join(', ')
    const options: Readonly<Record<string, string>> = {
      'a1, b1, a2, b2': 'as-sent',
      'b1, b2, a1, a2': 'by-partition',
    }
    const isSwapped = processed.indexOf('a2') < processed.indexOf('a1')
    return {
      option: isSwapped ? 'anything' : options[list],
      said: text(`sent: ${sent.join(', ')}; processed: ${list}`, `gửi: ${sent.join(', ')}; xử lý: ${list}`),
      witnesses: [witness('processed', processed.length)],
    }
  },
}
