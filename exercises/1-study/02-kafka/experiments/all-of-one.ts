/** Two replicas, one of them down: what does acks=all say, with min.insync.replicas of 2 and of 1? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { configureTopic, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  /** Replicas in sync while it was sent. */
  readonly inSync: number
  /** What the producer heard, with min.insync.replicas of 2 and of 1: `acknowledged`, or the error's name. */
  readonly heard: readonly string[]
  /** Whether what was refused is in the log all the same. */
  readonly wasStored: boolean
  /** How often what was acknowledged is in the log. */
  readonly copies: number
}

const acknowledged = 'acknowledged'

export const experiment: Experiment<Seen> = {
  name: 'all-of-one',
  place: 11,
  brokers: { kafka: 3 },
  needs: ['nodes', 'inspect'],
  shows: text(
    'acks=all means all that are in sync: with one left it is one copy, unless min.insync.replicas refuses that',
    'acks=all là mọi replica đang in sync: còn một thì chỉ là một bản, trừ khi min.insync.replicas từ chối',
  ),
  question: {
    kind: 'choice',
    id: 'all-of-one',
    item: 'study-02.9',
    ask: text(
      'A topic has two replicas; the node with the follower is stopped, so the leader alone is in sync. A payment is sent with acks=all: once with min.insync.replicas=2, once with 1. What does the producer hear?',
      'Topic có hai replica; node chứa follower bị dừng, nên chỉ còn leader in sync. Một thanh toán được gửi với acks=all: một lần khi min.insync.replicas=2, một lần khi là 1. Producer nghe thấy gì?',
    ),
    options: [
      {
        id: 'waits-both',
        text: text(
          'Nothing, both times: "all" waits for the second replica',
          'Lần nào cũng không nghe gì: "all" chờ replica thứ hai',
        ),
        why: text(
          'It waits for the replicas in sync, and a follower that is down is none of them after a moment. Waiting for it would stop all writing for one broken node.',
          'Nó chỉ chờ các replica đang in sync, mà follower đã dừng thì lát sau không còn trong đó. Chờ nó thì hỏng một node là ngừng ghi hết.',
        ),
      },
      {
        id: 'refused-then-one',
        text: text(
          'An error with 2; acknowledged with 1, and there is one copy',
          'Với 2 thì lỗi; với 1 thì được xác nhận, mà chỉ có một bản',
        ),
        why: text(
          '"All" is as many as there are just now. min.insync.replicas is the setting that says how few are too few; its default is 1, so acks=all by itself may mean one disk.',
          '"All" là bao nhiêu tuỳ lúc đó còn bấy nhiêu. min.insync.replicas mới nói còn mấy là quá ít; mặc định là 1, nên chỉ riêng acks=all có khi chỉ là một ổ đĩa.',
        ),
      },
      {
        id: 'acknowledged-both',
        text: text(
          'Acknowledged both times: the leader has it, the follower catches up later',
          'Lần nào cũng được xác nhận: leader đã có, follower bù sau',
        ),
        why: text(
          'With 1, yes. With 2 the leader refuses before it writes (NOT_ENOUGH_REPLICAS): rather no payment than one that a single disk holds.',
          'Với 1 thì đúng. Với 2 thì leader từ chối trước khi ghi (NOT_ENOUGH_REPLICAS): thà không nhận thanh toán còn hơn chỉ một ổ đĩa giữ nó.',
        ),
      },
    ],
    answer: 'refused-then-one',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { replicas: 2, config: { 'min.insync.replicas': '2' } })
    // It is to hear what the cluster says, and not to try again.
    const producer = await openKafkaProducer(lab, { retries: 0 })
    await producer.send({ topic, acks: -1, messages: [{ value: 'two copies' }] })
    const { leaderId, replicas } = await lab.kafka.partition(topic)
    const [follower = -1] = replicas.filter((node) => node !== leaderId)
    await lab.kafka.stopNode(follower)
    const inSync = async (): Promise<number> => (await lab.kafka.partition(topic)).isr.length
    await lab.until(
      text('the stopped follower stayed in sync', 'follower đã dừng vẫn còn in sync'),
      async () => (await inSync()) === 1,
      { whose: 'lab', everyMs: 50 },
    )
    lab.say('One replica is in sync.', 'Còn một replica in sync.')
    const send = (value: string): Promise<string> =>
      producer.send({ topic, acks: -1, messages: [{ value }] }).then(
        () => acknowledged,
        (error: unknown) => errorName(error),
      )
    // Its leader hears that it is alone a moment after others may have.
    let tries = 0
    const withTwo = await lab.until(
      text('the leader never refused', 'leader không hề từ chối'),
      async () => {
        const heard = await send(`min 2, try ${++tries}`)
        return heard === 'NOT_ENOUGH_REPLICAS' && heard
      },
      { whose: 'lab', everyMs: 100 },
    )
    await configureTopic(lab, 'payments', { 'min.insync.replicas': '1' })
    lab.say('min.insync.replicas is 1 now.', 'Giờ min.insync.replicas là 1.')
    // The leader may hear of it a moment later; until then it refuses before it writes.
    const withOne = await lab.until(
      text('the setting did not come into effect', 'thiết lập không có hiệu lực'),
      async () => {
        const heard = await send('min 1')
        return heard === acknowledged && heard
      },
      { whose: 'lab', everyMs: 100 },
    )
    const heard = [withTwo, withOne]
    const found = (await lab.kafka.observer.read(topic)).map(({ value }) => String(value))
    const wasStored = found.includes(`min 2, try ${tries}`)
    return {
      inSync: await inSync(),
      heard,
      wasStored,
      copies: found.filter((value) => value === 'min 1').length,
    }
  },
  came({ inSync, heard, wasStored, copies }) {
    const said = text(
      `${inSync} in sync; with min.insync.replicas of 2 the producer heard ${heard[0]}, with 1 ${heard[1]}`,
      `${inSync} replica in sync; với min.insync.replicas 2, producer nghe ${heard[0]}, với 1 thì ${heard[1]}`,
    )
    const options: Readonly<Record<string, string>> = {
      'NOT_ENOUGH_REPLICAS,acknowledged': 'refused-then-one',
      'acknowledged,acknowledged': 'acknowledged-both',
    }
    const isSound = inSync === 1 && !wasStored && copies === 1
    return {
      option: isSound ? options[heard.join()] : undefined,
      said,
      witnesses: [witness('in sync', inSync), witness('in the log', copies)],
    }
  },
}

/** As Kafka calls it; kafkajs wraps what it has given up on. */
function errorName(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('type' in each && typeof each.type === 'string') return each.type
  }
  return String(error)
}
