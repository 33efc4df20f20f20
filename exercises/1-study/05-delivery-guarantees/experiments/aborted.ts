/** Four payments in three Kafka transactions, of which the second is aborted; two groups read, one of them what is committed. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: number
  readonly committed: readonly string[]
  readonly uncommitted: readonly string[]
}

const transactions = [
  { values: ['1'], ends: 'commit' },
  { values: ['2', '3'], ends: 'abort' },
  { values: ['4'], ends: 'commit' },
] as const

export const experiment: Experiment<Seen> = {
  name: 'aborted',
  place: 5,
  brokers: { kafka: 1 },
  shows: text(
    'records of an aborted transaction stay in the log: a reader with read_committed skips them, another one gets them',
    'record của transaction bị abort vẫn nằm trong log: bên đọc read_committed bỏ qua, bên kia vẫn nhận',
  ),
  question: {
    kind: 'choice',
    id: 'aborted',
    item: 'study-05.5',
    ask: text(
      'A transactional producer sends payment 1 and commits, sends 2 and 3 and aborts, sends 4 and commits. Two groups read the topic from its beginning: one with read_committed, one with read_uncommitted. What does each get?',
      'Một producer có transaction gửi thanh toán 1 rồi commit, gửi 2 và 3 rồi abort, gửi 4 rồi commit. Hai group đọc topic từ đầu: một bên read_committed, một bên read_uncommitted. Mỗi bên nhận được gì?',
    ),
    options: [
      {
        id: 'same-two',
        text: text(
          '1 and 4, both of them: an abort takes its records out of the log',
          'Cả hai đều nhận 1 và 4: abort lấy các record của nó ra khỏi log',
        ),
        why: text(
          'A log is only appended to. The abort is one more entry, a marker, which says what readers should skip.',
          'Log chỉ được ghi thêm. Abort là một mục nữa, một cái mốc, nói cho bên đọc biết phải bỏ qua gì.',
        ),
      },
      {
        id: 'two-and-four',
        text: text('1 and 4; and 1, 2, 3 and 4', '1 và 4; còn bên kia 1, 2, 3 và 4'),
        why: text(
          'The guarantee needs both ends: a producer with transactions and a reader that asks for what is committed. The border is drawn there, and a consumer that does not know of it is outside.',
          'Bảo đảm này cần cả hai đầu: producer dùng transaction và bên đọc chỉ đòi thứ đã commit. Ranh giới nằm ở đó, và consumer không biết tới nó thì đứng ngoài.',
        ),
      },
      {
        id: 'same-four',
        text: text(
          'All four, both of them: what is in the topic is read',
          'Cả hai nhận đủ bốn: có trong topic thì đọc được',
        ),
        why: text(
          'It is in the topic, but with read_committed the client drops what a marker says was aborted, and waits before what is still open.',
          'Có trong topic thật, nhưng với read_committed thì client bỏ những gì mốc nói là đã abort, và dừng chờ trước những gì còn mở.',
        ),
      },
    ],
    answer: 'two-and-four',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic)
    const producer = await openKafkaProducer(lab, { transactionalId: 'wallet' })
    for (const { values, ends } of transactions) {
      const transaction = await producer.transaction()
      await transaction.send({
        topic,
        acks: -1,
        messages: values.map((value) => ({ key: 'wallet-1', value })),
      })
      if (ends === 'commit') await transaction.commit()
      else await transaction.abort()
    }
    const read = async (group: string, readsUncommitted: boolean): Promise<string[]> => {
      const member = await joinGroup(lab, { topic: 'payments', group, readsUncommitted })
      const isThrough = (): boolean => member.records.some(({ value }) => value === '4')
      await lab.until(text(`${group} did not get the last one`, `${group} chưa nhận cái cuối`), isThrough, {
        whose: 'lab',
      })
      await member.leave()
      return member.records.map(({ value }) => value)
    }
    const committed = await read('committed', false)
    const uncommitted = await read('uncommitted', true)
    return { sent: transactions.flatMap(({ values }) => values).length, committed, uncommitted }
  },
  came({ sent, committed, uncommitted }) {
    const said = text(
      `read_committed: ${committed.join(', ')}; read_uncommitted: ${uncommitted.join(', ')}`,
      `read_committed: ${committed.join(', ')}; read_uncommitted: ${uncommitted.join(', ')}`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,4 1,4': 'same-two',
      '1,4 1,2,3,4': 'two-and-four',
      '1,2,3,4 1,2,3,4': 'same-four',
    }
    return { option: options[`${committed} ${uncommitted}`], said, witnesses: [witness('sent', sent)] }
  },
}
