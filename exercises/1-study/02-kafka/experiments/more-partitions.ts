/** Sixty wallets, ten partitions, then twelve: for how many wallets do new records go elsewhere? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

const wallets = Array.from({ length: 60 }, (_, index) => `wallet-${index + 1}`)

interface Seen {
  readonly keys: number
  /** Keys of which two records before the change lay in different partitions. */
  readonly split: number
  /** Keys of which the record after the change lies elsewhere than those before. */
  readonly moved: number
}

export const experiment: Experiment<Seen> = {
  name: 'more-partitions',
  place: 2,
  brokers: { kafka: 1 },
  shows: text(
    'a key stays in its partition until partitions are added, then most keys go elsewhere',
    'một key ở yên trong partition của nó cho tới khi thêm partition, lúc đó phần lớn key chuyển chỗ',
  ),
  question: {
    kind: 'choice',
    id: 'more-partitions',
    item: 'study-02.4',
    ask: text(
      'A topic has 10 partitions; the keys are 60 wallets. It grows to 12 partitions. For how many wallets do new records go to another partition than the old ones?',
      'Topic có 10 partition; key là 60 ví. Tăng lên 12 partition. Với bao nhiêu ví thì record mới vào partition khác với record cũ?',
    ),
    options: [
      {
        id: 'none',
        text: text('None: a key keeps its partition', 'Không ví nào: key giữ partition của nó'),
        why: text(
          'Nobody writes down which key went where. The producer works it out anew for each record: hash of the key, modulo the number of partitions.',
          'Không ai ghi lại key nào vào đâu. Producer tính lại cho từng record: hash của key chia lấy dư cho số partition.',
        ),
      },
      {
        id: 'a-sixth',
        text: text('About 10: the share of the two new partitions', 'Khoảng 10: phần của hai partition mới'),
        why: text(
          'That would be consistent hashing. hash mod 10 and hash mod 12 agree only now and then.',
          'Đó là consistent hashing. hash mod 10 và hash mod 12 chỉ thỉnh thoảng mới trùng nhau.',
        ),
      },
      {
        id: 'most',
        text: text('Most of them', 'Phần lớn'),
        why: text(
          'Another modulus is another distribution: about five in six keys move. The old records stay where they were, so a wallet’s history now lies in two partitions, and nothing orders the two.',
          'Số chia khác thì phân bố khác: khoảng năm phần sáu số key chuyển chỗ. Record cũ vẫn nằm chỗ cũ, nên lịch sử một ví giờ ở hai partition, và không gì giữ thứ tự giữa chúng.',
        ),
      },
    ],
    answer: 'most',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { partitions: 10 })
    await send(lab, topic)
    await send(lab, topic)
    const before = await placesIn(lab, topic)
    const admin = await lab.kafka.observer.admin()
    await admin.createPartitions({ topicPartitions: [{ topic, count: 12 }] })
    lab.say('The topic has twelve partitions now.', 'Giờ topic có mười hai partition.')
    await lab.until(
      text('the partitions did not come', 'chưa có partition mới'),
      () => areReadable(lab, topic),
      {
        whose: 'lab',
      },
    )
    // A new producer: the old one knows the old number for a while, and would go on by it.
    await send(lab, topic)
    const after = await placesIn(lab, topic)
    return {
      keys: wallets.length,
      split: wallets.filter((key) => new Set(before.get(key)).size > 1).length,
      moved: wallets.filter((key) => new Set(after.get(key)).size > 1).length,
    }
  },
  came({ keys, split, moved }) {
    const said = text(
      `of ${keys} wallets ${moved} went elsewhere; before that ${split} lay in more than one partition`,
      `trong ${keys} ví có ${moved} ví chuyển chỗ; trước đó ${split} ví nằm ở hơn một partition`,
    )
    const witnesses = [witness('keys', keys)]
    if (split > 0) return { option: undefined, said, witnesses }
    if (moved === 0) return { option: 'none', said, witnesses }
    return { option: moved > keys / 2 ? 'most' : 'a-sixth', said, witnesses }
  },
}

async function send(lab: Lab, topic: string): Promise<void> {
  const producer = await openKafkaProducer(lab)
  await producer.send({ topic, acks: -1, messages: wallets.map((key) => ({ key, value: 'debit' })) })
}

/** The partitions of each key's records, in the order of reading. */
async function placesIn(lab: Lab, topic: string): Promise<Map<string, number[]>> {
  const places = new Map<string, number[]>()
  for (const { key, partition } of await lab.kafka.observer.read(topic))
    places.set(key ?? '', [...(places.get(key ?? '') ?? []), partition])
  return places
}

/** Whether all twelve can be read: a real node is named as their leader some time before it has them. */
async function areReadable(lab: Lab, topic: string): Promise<boolean> {
  const { topics } = await lab.kafka.inspect()
  const partitions = topics.find(({ name }) => name === topic)?.partitions ?? []
  if (partitions.length !== 12 || partitions.some(({ leaderId }) => leaderId < 0)) return false
  return await lab.kafka.observer.read(topic).then(
    () => true,
    () => false,
  )
}
