/** Q1 on Kafka: acks=all, answered by every replica in sync, when only the leader is in sync; then the leader dies. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly inSync: number
  readonly acknowledged: boolean
  readonly left: readonly string[]
}

const [early, late] = ['copied to all', 'acknowledged by all of one']

export const experiment: Experiment<Seen> = {
  name: 'all-was-one',
  place: 2,
  brokers: { kafka: 3 },
  shows: text(
    'acks=all with min.insync.replicas=1 acknowledges what the leader alone has, and an unclean election loses it',
    'acks=all với min.insync.replicas=1 vẫn xác nhận thứ chỉ leader có, và bầu leader kiểu unclean làm mất nó',
  ),
  question: {
    kind: 'choice',
    id: 'all-was-one',
    item: 'review-08.1',
    ask: text(
      'Three replicas, acks=all, min.insync.replicas=1, unclean elections allowed. Both followers fall behind and leave the in-sync set; a payment is sent and acknowledged; the leader dies; the followers come back. Where is the payment?',
      'Ba replica, acks=all, min.insync.replicas=1, cho phép bầu unclean. Hai follower tụt lại và rời ISR; một thanh toán được gửi và được xác nhận; leader chết; hai follower trở lại. Thanh toán ở đâu?',
    ),
    options: [
      {
        id: 'safe',
        text: text('In the log: acks=all waited for all three', 'Trong log: acks=all đã chờ đủ ba'),
        why: text(
          '"All" are the replicas in sync at that moment. It was one.',
          '"All" là các replica đang in sync lúc đó. Lúc đó chỉ có một.',
        ),
      },
      {
        id: 'refused',
        text: text('It was never acknowledged', 'Nó chưa từng được xác nhận'),
        why: text(
          'With min.insync.replicas=2 the leader would have answered NOT_ENOUGH_REPLICAS. With 1 it needs nobody else.',
          'Với min.insync.replicas=2 thì leader đã trả lời NOT_ENOUGH_REPLICAS. Với 1 thì nó không cần ai khác.',
        ),
      },
      {
        id: 'lost',
        text: text('Nowhere', 'Không còn ở đâu'),
        why: text(
          'A follower that never had it leads now, and the old leader will cut it off its log when it returns. RF 3, min.insync.replicas 2 and no unclean elections are one setting in three parts.',
          'Một follower chưa từng có nó giờ làm leader, và leader cũ khi trở lại sẽ cắt nó khỏi log. RF 3, min.insync.replicas 2 và tắt unclean là một cấu hình gồm ba phần.',
        ),
      },
    ],
    answer: 'lost',
  },
  async scenario(lab: Lab) {
    lab.needs('nodes')
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, {
      replicas: 3,
      config: { 'min.insync.replicas': '1', 'unclean.leader.election.enable': 'true' },
    })
    const producer = await openKafkaProducer(lab, { retries: 0 })
    await producer.send({ topic, acks: -1, messages: [{ value: early }] })
    const leader = await lab.kafka.leaderOf(topic)
    const followers = await lab.kafka.freezeFollowers(topic)
    lab.say('The followers stand still and leave the in-sync set.', 'Các follower ngừng chép và rời ISR.')
    await lab.kafka.shrinkIsr(topic)
    const { isr } = await lab.kafka.partition(topic)
    const acknowledged = await producer.send({ topic, acks: -1, messages: [{ value: late }] }).then(
      () => true,
      () => false,
    )
    lab.say('The leader dies.', 'Leader chết.')
    await lab.kafka.killNode(leader)
    for (const node of followers) await lab.kafka.thawNode(node)
    await lab.until(
      text('no follower took over', 'không follower nào lên thay'),
      async () => {
        const next = await lab.kafka.leaderOf(topic)
        return next >= 0 && next !== leader
      },
      { whose: 'lab' },
    )
    const found = await lab.kafka.observer.read(topic)
    return {
      inSync: isr.length,
      acknowledged,
      left: found.map(({ value }) => String(value)),
    }
  },
  came({ inSync, acknowledged, left }) {
    const said = text(
      `${inSync} in sync; ${acknowledged ? 'acknowledged' : 'not acknowledged'}; the new leader has: ${left.join(', ')}`,
      `${inSync} in sync; ${acknowledged ? 'đã xác nhận' : 'chưa xác nhận'}; leader mới có: ${left.join(', ')}`,
    )
    const witnesses = [
      witness('in sync', inSync),
      witness('copied before', left.filter((each) => each === early).length),
    ]
    const option = acknowledged ? (left.includes(late) ? 'safe' : 'lost') : 'refused'
    return { option: left.includes(early) ? option : undefined, said, witnesses }
  },
}
