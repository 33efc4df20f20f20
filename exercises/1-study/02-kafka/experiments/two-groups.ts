/** A group has read and committed five records; then another group comes: what is left for it? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, openKafkaProducer } from '#lab/study/kafka-moves'
import { paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly produced: number
  readonly readByLedger: number
  readonly readByReports: number
  /** Records in the topic at the end, as the lab's own client reads them. */
  readonly left: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-groups',
  place: 1,
  brokers: { kafka: 1 },
  shows: text(
    'reading removes nothing: a second group reads the same records, and they are still there',
    'đọc không làm mất gì: group thứ hai đọc lại đúng những record đó, và chúng vẫn còn',
  ),
  question: {
    kind: 'choice',
    id: 'two-groups',
    item: 'study-02.2',
    ask: text(
      'The group "ledger" has read five payments from a topic and committed their offsets. Now a group "reports", which has never been there, reads the topic from its beginning. What does it get, and what is in the topic then?',
      'Group "ledger" đã đọc năm thanh toán từ topic và commit offset. Giờ group "reports", chưa từng có, đọc topic từ đầu. Nó nhận được gì, và sau đó trong topic còn gì?',
    ),
    options: [
      {
        id: 'nothing-left',
        text: text(
          'Nothing: the ledger’s commit has taken them out',
          'Không gì cả: commit của ledger đã lấy chúng ra',
        ),
        why: text(
          'A commit writes down a position for one group. It is no ack: nothing is deleted by it.',
          'Commit chỉ ghi lại vị trí của một group. Nó không phải ack: không xoá gì cả.',
        ),
      },
      {
        id: 'five-then-empty',
        text: text(
          'All five; then, as both have read them, the topic is empty',
          'Đủ năm; rồi vì cả hai đã đọc nên topic trống',
        ),
        why: text(
          'Kafka does not keep account of who has read. Retention deletes by age or size, and tomorrow’s third group may read the five as well.',
          'Kafka không theo dõi ai đã đọc. Retention xoá theo tuổi hay dung lượng, ngày mai group thứ ba vẫn đọc được năm record đó.',
        ),
      },
      {
        id: 'five-and-stay',
        text: text('All five, and all five stay', 'Đủ năm, và cả năm vẫn còn'),
        why: text(
          'There is one copy, in the log. Each group has a place of its own in it, one number for each partition.',
          'Chỉ có một bản, nằm trong log. Mỗi group có vị trí riêng trong đó, mỗi partition một con số.',
        ),
      },
    ],
    answer: 'five-and-stay',
  },
  async scenario(lab: Lab) {
    await lab.kafka.observer.createTopic(lab.name('payments'))
    const producer = await openKafkaProducer(lab)
    const events = paymentEvents(lab, 5)
    for (const event of events) {
      const messages = [{ key: event.id, value: JSON.stringify(event) }]
      await producer.send({ topic: lab.name('payments'), acks: -1, messages })
    }
    const ledger = await joinGroup(lab, { topic: 'payments', group: 'ledger' })
    await ledger.has(events.length)
    await lab.kafka.settled(lab.name('ledger'), lab.name('payments'), { whose: 'lab' })
    await ledger.leave()
    lab.say('Another group comes.', 'Một group khác tới.')
    const reports = await joinGroup(lab, { topic: 'payments', group: 'reports' })
    // A group that nothing was left for would wait for ever: it has read what there is when it has read the end.
    const { highWatermark } = await lab.kafka.partition(lab.name('payments'))
    if (highWatermark > 0) await reports.has(events.length)
    const left = await lab.kafka.observer.read(lab.name('payments'))
    return {
      produced: events.length,
      readByLedger: ledger.records.length,
      readByReports: reports.records.length,
      left: left.length,
    }
  },
  came({ produced, readByLedger, readByReports, left }) {
    const said = text(
      `${produced} produced; ledger read ${readByLedger}, reports read ${readByReports}; in the topic: ${left}`,
      `gửi ${produced}; ledger đọc ${readByLedger}, reports đọc ${readByReports}; trong topic còn ${left}`,
    )
    const witnesses = [witness('produced', produced), witness('read', readByLedger)]
    if (readByReports === 0) return { option: 'nothing-left', said, witnesses }
    if (readByReports !== produced) return { option: undefined, said, witnesses }
    return { option: left === produced ? 'five-and-stay' : 'five-then-empty', said, witnesses }
  },
}
