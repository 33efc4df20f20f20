/** Ten wallets pay, the topic has ten partitions. How evenly do they lie, and where does the lag grow? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly keys: number
  /** How many records each partition holds. */
  readonly records: readonly number[]
}

const partitions = 10
const wallets = Array.from({ length: 10 }, (_, at) => `wallet-${at + 1}`)

export const experiment: Experiment<Seen> = {
  name: 'ten-by-ten',
  place: 7,
  brokers: { kafka: 1 },
  shows: text(
    'ten keys do not spread over ten partitions one by one: some partitions stay empty and others get several keys',
    'mười key không rải đều mỗi partition một key: có partition trống, có partition nhận vài key',
  ),
  question: {
    kind: 'choice',
    id: 'ten-by-ten',
    item: 'study-02.4',
    ask: text(
      'Ten wallets send one payment each, keyed by wallet, to a topic of ten partitions, which ten members read. How many members have something to do?',
      'Mười ví, mỗi ví gửi một thanh toán với key là ví, vào topic mười partition có mười member đọc. Bao nhiêu member có việc?',
    ),
    options: [
      {
        id: 'all',
        text: text('Ten: a partition for each wallet', 'Mười: mỗi ví một partition'),
        why: text(
          'That would be so if keys were dealt in turn. A hash knows nothing of the keys before: each falls as a die does.',
          'Chia lần lượt thì mới vậy. Hash không biết gì về các key trước đó: key nào cũng rơi như gieo xúc xắc.',
        ),
      },
      {
        id: 'fewer',
        text: text(
          'Fewer than ten, and one of them has several wallets',
          'Ít hơn mười, và có member nhận vài ví',
        ),
        why: text(
          'With few keys the spread is uneven, and a partition is as slow as its busiest keys. Lag is a number for each partition: an average over ten hides the one that never catches up.',
          'Ít key thì phân bố lệch, và partition chậm theo những key bận nhất của nó. Lag là con số của từng partition: trung bình của mười cái che mất cái không bao giờ đuổi kịp.',
        ),
      },
      {
        id: 'one',
        text: text('One: all keys begin with "wallet-"', 'Một: key nào cũng bắt đầu bằng "wallet-"'),
        why: text(
          'The whole key is hashed, and one character more makes another number.',
          'Cả key được đem hash, khác một ký tự là ra số khác.',
        ),
      },
    ],
    answer: 'fewer',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { partitions })
    const producer = await openKafkaProducer(lab)
    await producer.send({ topic, acks: -1, messages: wallets.map((key) => ({ key, value: 'debit' })) })
    const found = await lab.kafka.observer.read(topic)
    const records = Array.from(
      { length: partitions },
      (_, at) => found.filter(({ partition }) => partition === at).length,
    )
    return { keys: wallets.length, records }
  },
  came({ keys, records }) {
    const used = records.filter((count) => count > 0).length
    const most = Math.max(...records)
    const said = text(
      `records by partition: ${records.join(', ')}; ${used} of ${records.length} are used, the fullest has ${most}`,
      `record theo partition: ${records.join(', ')}; dùng ${used} trên ${records.length}, cái đầy nhất có ${most}`,
    )
    const option = used === records.length ? 'all' : used === 1 ? 'one' : 'fewer'
    return { option, said, witnesses: [witness('keys', keys), witness('partitions used', used)] }
  },
}
