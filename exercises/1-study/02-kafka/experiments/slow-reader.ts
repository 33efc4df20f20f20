/** A group has read two of five records and goes away for longer than the topic keeps anything. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { configureTopic, daysAgo, joinGroup, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: number
  readonly readBefore: number
  readonly readAfter: readonly string[]
}

const keptMs = 7 * 86_400_000

export const experiment: Experiment<Seen> = {
  name: 'slow-reader',
  place: 6,
  brokers: { kafka: 1 },
  needs: ['inspect', 'tidies'],
  shows: text(
    'retention deletes by age whether anybody has read or not: a group that was away goes on behind the gap, without an error',
    'retention xoá theo tuổi, đã đọc hay chưa cũng vậy: group đi vắng quay lại thì đọc tiếp sau chỗ trống, không báo lỗi',
  ),
  question: {
    kind: 'choice',
    id: 'slow-reader',
    item: 'study-02.10',
    ask: text(
      'A topic keeps records for seven days. A group reads 1 and 2 of five records, commits, and is away for nine days. Then record 6 is sent and the group comes back. What does it read?',
      'Topic giữ record bảy ngày. Một group đọc 1 và 2 trong năm record, commit, rồi đi vắng chín ngày. Sau đó record 6 được gửi và group quay lại. Nó đọc được gì?',
    ),
    options: [
      {
        id: 'all-rest',
        text: text(
          '3, 4, 5 and 6: what a group has not read is kept for it',
          '3, 4, 5 và 6: group chưa đọc thì được giữ lại',
        ),
        why: text(
          'A queue would do so. Kafka does not look at groups when it deletes, only at age and size.',
          'Queue thì vậy. Kafka khi xoá không nhìn các group, chỉ nhìn tuổi và dung lượng.',
        ),
      },
      {
        id: 'only-six',
        text: text('6, and nobody is told', '6, và không ai được báo'),
        why: text(
          'Its committed offset points before the log’s start, so the client resets it, here to the earliest there is. What shows it beforehand is lag in time against retention; afterwards only a reconciliation.',
          'Offset đã commit nằm trước đầu log nên client đặt lại, ở đây là về chỗ sớm nhất còn có. Muốn biết trước thì so độ trễ với retention; biết sau thì chỉ còn đối soát.',
        ),
      },
      {
        id: 'error',
        text: text(
          'Nothing: it stops with OFFSET_OUT_OF_RANGE',
          'Không gì cả: nó dừng với OFFSET_OUT_OF_RANGE',
        ),
        why: text(
          'The broker does answer so. The client takes it as a reason to reset, by auto.offset.reset or, in kafkajs, by fromBeginning; "none" in the Java client would make it an error.',
          'Broker trả lời như vậy thật. Nhưng client coi đó là lý do để đặt lại, theo auto.offset.reset hay, với kafkajs, theo fromBeginning; đặt "none" ở Java client thì mới thành lỗi.',
        ),
      },
    ],
    answer: 'only-six',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    // Nothing is deleted before the nine days are over: then all that was sent before is nine days old.
    await lab.kafka.observer.createTopic(topic, { config: { 'retention.ms': '-1' } })
    const producer = await openKafkaProducer(lab)
    const send = async (age: number, ...values: string[]): Promise<void> => {
      const messages = values.map((value) => ({ key: 'wallet-1', value, timestamp: daysAgo(age) }))
      await producer.send({ topic, acks: -1, messages })
    }
    await send(9, '1', '2')
    const first = await joinGroup(lab, { topic: 'payments', group: 'ledger' })
    await first.has(2)
    await lab.kafka.settled(lab.name('ledger'), topic, { whose: 'lab' })
    await first.leave()
    await send(9, '3', '4', '5')
    lab.say(
      'Nine days pass (by the timestamps of the records); seven are kept.',
      'Chín ngày trôi qua (theo timestamp của record); topic giữ bảy ngày.',
    )
    await configureTopic(lab, 'payments', { 'retention.ms': String(keptMs) })
    await lab.kafka.untilTidied(
      text('what is too old was not deleted', 'cái quá hạn chưa bị xoá'),
      async () => (await lab.kafka.partition(topic)).startOffset === 5,
    )
    await send(0, '6')
    const again = await joinGroup(lab, { topic: 'payments', group: 'ledger' })
    const isThrough = (): boolean => again.records.some(({ value }) => value === '6')
    await lab.until(text('record 6 did not come', 'record 6 chưa tới'), isThrough, { whose: 'lab' })
    return {
      sent: 6,
      readBefore: first.records.length,
      readAfter: again.records.map(({ value }) => value),
    }
  },
  came({ sent, readBefore, readAfter }) {
    const said = text(
      `of ${sent} records: ${readBefore} read before, then ${readAfter.join(', ')}`,
      `trong ${sent} record: trước đó đọc ${readBefore}, sau đó đọc ${readAfter.join(', ')}`,
    )
    const options: Readonly<Record<string, string>> = { '3,4,5,6': 'all-rest', '6': 'only-six', '': 'error' }
    return { option: options[readAfter.join()], said, witnesses: [witness('read before', readBefore)] }
  },
}
