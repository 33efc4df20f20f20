/** Seven days are kept. In one segment lie records of nine, eight and six and a half days ago: which of them go? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { configureTopic, daysAgo, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  /** The first offset that can be read: where all records of a closed segment are too old, where one is not, in a segment still written to. */
  readonly starts: readonly number[]
}

/** Days ago, by partition. Segments span three days at most, so the records of today begin new ones. */
const ages = [
  [9, 8, 0],
  [9, 8, 6.5, 0],
  [9, 8],
] as const
const daysMs = (days: number): string => String(days * 86_400_000)
const logged = { 'segment.ms': daysMs(3), 'retention.ms': '-1' }
const [allOld, oneYoung, writtenTo] = [0, 1, 2] as const

export const experiment: Experiment<Seen> = {
  name: 'whole-segments',
  place: 8,
  brokers: { kafka: 1 },
  needs: ['inspect', 'tidies'],
  shows: text(
    'retention deletes whole segments: records that are too old stay as long as one of their segment is young enough',
    'retention xoá nguyên segment: record quá hạn vẫn còn chừng nào trong segment của nó còn một record chưa quá hạn',
  ),
  question: {
    kind: 'choice',
    id: 'whole-segments',
    item: 'study-02.10',
    ask: text(
      'retention.ms is seven days. One segment of a partition holds records that are 9, 8 and 6½ days old; a newer segment is written to by now. Kafka tidies up. Which of the three are gone?',
      'retention.ms là bảy ngày. Một segment của partition chứa record 9, 8 và 6,5 ngày tuổi; giờ đang ghi vào segment mới hơn. Kafka dọn dẹp. Trong ba record đó cái nào mất?',
    ),
    options: [
      {
        id: 'two-oldest',
        text: text('The two that are older than seven days', 'Hai cái quá bảy ngày'),
        why: text(
          'Kafka deletes files, not records. To cut the first two out it would have to write the segment anew.',
          'Kafka xoá file chứ không xoá record. Muốn cắt riêng hai cái đầu thì phải ghi lại cả segment.',
        ),
      },
      {
        id: 'none',
        text: text('None of them', 'Không cái nào'),
        why: text(
          'A segment goes when its newest record is too old. So retention.ms says what is kept at least, and never when data is gone: who has to erase something by a date needs small segments (segment.ms, segment.bytes) or another way. A segment that is still written to is no exception: all too old, it is closed and goes.',
          'Segment chỉ bị xoá khi record mới nhất của nó quá hạn. Vậy retention.ms nói tối thiểu giữ bao lâu, chứ không hứa lúc nào dữ liệu mất: ai phải xoá đúng hạn thì cần segment nhỏ (segment.ms, segment.bytes) hoặc cách khác. Segment đang ghi cũng không ngoại lệ: mọi record trong nó quá hạn thì nó được đóng lại rồi xoá.',
        ),
      },
      {
        id: 'all-three',
        text: text(
          'All three: the segment was closed more than seven days after its first record',
          'Cả ba: segment có record đầu đã quá bảy ngày',
        ),
        why: text(
          'That would lose a record before its time. What counts is the newest timestamp in the segment, not the oldest.',
          'Như vậy là mất một record trước hạn. Kafka xét timestamp mới nhất trong segment, không phải cũ nhất.',
        ),
      },
    ],
    answer: 'none',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    // Retention comes when all are there, or it would begin in between.
    await lab.kafka.observer.createTopic(topic, { partitions: ages.length, config: logged })
    const producer = await openKafkaProducer(lab)
    const send = async (partition: number, age: number): Promise<void> => {
      const message = { partition, key: 'wallet-1', value: `${age} days old`, timestamp: daysAgo(age) }
      await producer.send({ topic, acks: -1, messages: [message] })
    }
    for (const [partition, days] of ages.entries()) for (const age of days) await send(partition, age)
    const startsAt = async (partition: number): Promise<number> =>
      (await lab.kafka.partition(topic, partition)).startOffset
    await configureTopic(lab, 'payments', { ...logged, 'retention.ms': daysMs(7) })
    lab.say('Seven days are kept from now on.', 'Từ giờ topic giữ bảy ngày.')
    const kept = text('what is too old was not deleted', 'cái quá hạn chưa bị xoá')
    await lab.kafka.untilTidied(
      kept,
      async () => (await startsAt(allOld)) > 0 && (await startsAt(writtenTo)) > 0,
    )
    const starts = [await startsAt(allOld), 0, await startsAt(writtenTo)]
    // Partitions are looked at in turn, in an order that nobody knows. Two more that go lie two rounds apart: in between each was looked at.
    for (const count of [1, 2]) {
      await send(writtenTo, 9)
      await lab.kafka.untilTidied(
        kept,
        async () => (await startsAt(writtenTo)) === ages[writtenTo].length + count,
      )
    }
    starts[oneYoung] = await startsAt(oneYoung)
    lab.say(
      `Tidied up. Partition ${allOld} begins at offset ${starts[allOld]} now, partition ${oneYoung} at ${starts[oneYoung]}.`,
      `Đã dọn. Giờ partition ${allOld} bắt đầu ở offset ${starts[allOld]}, partition ${oneYoung} ở ${starts[oneYoung]}.`,
    )
    return { starts }
  },
  came({ starts }) {
    const [allOldFrom = 0, oneYoungFrom = 0, writtenToFrom = 0] = starts
    const said = text(
      `the first offset that can be read: ${allOldFrom} where the whole segment is too old, ${oneYoungFrom} where one record is not, ${writtenToFrom} where it is all too old and still written to`,
      `offset đầu còn đọc được: ${allOldFrom} khi cả segment quá hạn, ${oneYoungFrom} khi còn một record chưa quá hạn, ${writtenToFrom} khi mọi record quá hạn mà segment đang được ghi`,
    )
    const options: Readonly<Record<number, string>> = { 0: 'none', 2: 'two-oldest', 3: 'all-three' }
    const isTidied = allOldFrom === 2 && writtenToFrom === 2
    return {
      option: isTidied ? options[oneYoungFrom] : undefined,
      said,
      witnesses: [witness('deleted where all are too old', allOldFrom)],
    }
  },
}
