/** Three nodes; the leader alone has a record that it has confirmed, and dies: what is left, with acks=1 and with acks=all? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly kills: number
  readonly acknowledgedByOne: boolean
  readonly acknowledgedByAll: boolean
  /** Values that the new leader has. */
  readonly left: readonly string[]
}

/** How long a producer with acks=all is waited for: it must not be answered while the followers stand still. */
const noAnswerMs = 400
/**
 * A fetch that a follower sent before it stood still waits at the leader for half a second at the most (replica.fetch.wait.max.ms): what
 * comes meanwhile is in its socket, and it has it after all.
 */
const fetchesAreOverMs = 1500

export const experiment: Experiment<Seen> = {
  name: 'leader-dies',
  place: 5,
  brokers: { kafka: 3 },
  needs: ['nodes'],
  shows: text(
    'what only the leader has dies with it: acknowledged with acks=1, not acknowledged with acks=all',
    'thứ chỉ leader có thì mất theo leader: acks=1 đã trả lời là xong, acks=all thì chưa trả lời',
  ),
  question: {
    kind: 'choice',
    id: 'leader-dies',
    item: 'study-02.8',
    ask: text(
      'Replication factor 3, all in sync. Both followers stop copying for a moment; a payment is sent with acks=1, another with acks=all, and right then the leader dies. A follower takes over. Which payment was acknowledged, and which is there?',
      'Replication factor 3, mọi bản đều in sync. Hai follower ngừng chép một lúc; một thanh toán gửi với acks=1, một cái với acks=all, đúng lúc đó leader chết. Một follower lên thay. Cái nào đã được trả lời là xong, cái nào còn?',
    ),
    options: [
      {
        id: 'one-lost',
        text: text(
          'acks=1: acknowledged and lost. acks=all: not acknowledged, and lost as well',
          'acks=1: đã báo xong mà mất. acks=all: chưa báo xong, và cũng mất',
        ),
        why: text(
          'acks=1 is the leader’s word alone. acks=all waits until every in-sync replica has the record, so it never said yes: its producer knows that it has to send again.',
          'acks=1 chỉ là lời của riêng leader. acks=all chờ mọi replica in sync có record nên chưa hề báo xong: producer biết là phải gửi lại.',
        ),
      },
      {
        id: 'both-safe',
        text: text(
          'Both acknowledged, both there: there are three copies',
          'Cả hai đã báo xong, cả hai còn: có ba bản mà',
        ),
        why: text(
          'Three copies is where a record ends up, not where it begins. Between the leader’s append and the followers’ fetch there is one.',
          'Ba bản là đích đến, không phải lúc bắt đầu. Từ lúc leader ghi tới lúc follower chép thì mới có một bản.',
        ),
      },
      {
        id: 'waits',
        text: text(
          'Both acknowledged; the partition stays without a leader until the old one returns',
          'Cả hai đã báo xong; partition không có leader cho tới khi leader cũ trở lại',
        ),
        why: text(
          'So it would be if no in-sync replica were alive and unclean elections are off. Here two in-sync followers live, so one of them leads at once.',
          'Chỉ khi không replica in sync nào còn sống và tắt unclean election thì vậy. Ở đây còn hai follower in sync nên một bên lên thay ngay.',
        ),
      },
    ],
    answer: 'one-lost',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { replicas: 3, config: { 'min.insync.replicas': '2' } })
    const byOne = await openKafkaProducer(lab, { retries: 0 })
    // It is told nothing and would send again: here it shall give up, so that one sees what there was.
    const byAll = await openKafkaProducer(lab, { retries: 0 })
    // Both know the leader before it gets interesting.
    await byOne.send({ topic, acks: -1, messages: [{ value: 'copied to all' }] })
    await byAll.send({ topic, acks: -1, messages: [{ value: 'copied to all' }] })
    const leader = await lab.kafka.leaderOf(topic)
    const followers = await lab.kafka.freezeFollowers(topic)
    await lab.elapse(fetchesAreOverMs)
    lab.say('The followers stand still.', 'Các follower ngừng chép.')
    await byOne.send({ topic, acks: 1, messages: [{ value: 'acks=1' }] })
    let isAnswered = false
    const sending = byAll.send({ topic, acks: -1, messages: [{ value: 'acks=all' }] })
    sending.then(
      () => {
        isAnswered = true
      },
      () => {},
    )
    const isSent = async (): Promise<boolean> =>
      (await lab.requests('producer')).filter(
        ({ method, direction }) => method === 'Produce' && direction === 'to-broker',
      ).length >= 4
    await lab.until(text('the leader got nothing', 'leader chưa nhận gì'), isSent, { whose: 'lab' })
    await lab.outcomeOf(sending, noAnswerMs)
    const acknowledgedByAll = isAnswered
    await lab.kafka.killNode(leader)
    for (const node of followers) await lab.kafka.thawNode(node)
    const isLed = async (): Promise<boolean> => {
      const next = await lab.kafka.leaderOf(topic)
      return next >= 0 && next !== leader
    }
    await lab.until(text('no follower took over', 'không follower nào lên thay'), isLed, { whose: 'lab' })
    const found = await lab.kafka.observer.read(topic)
    return {
      kills: 1,
      acknowledgedByOne: true,
      acknowledgedByAll,
      left: found.map(({ value }) => String(value)),
    }
  },
  came({ kills, acknowledgedByOne, acknowledgedByAll, left }) {
    const count = (value: string): number => left.filter((each) => each === value).length
    const said = text(
      `acks=1: ${acknowledgedByOne ? 'acknowledged' : 'not acknowledged'}, ${count('acks=1')} there; acks=all: ${acknowledgedByAll ? 'acknowledged' : 'not acknowledged'}, ${count('acks=all')} there`,
      `acks=1: ${acknowledgedByOne ? 'đã báo xong' : 'chưa báo xong'}, còn ${count('acks=1')}; acks=all: ${acknowledgedByAll ? 'đã báo xong' : 'chưa báo xong'}, còn ${count('acks=all')}`,
    )
    const witnesses = [witness('kills', kills), witness('copied before', count('copied to all'))]
    const isLost = count('acks=1') === 0
    if (isLost && !acknowledgedByAll && count('acks=all') === 0)
      return { option: 'one-lost', said, witnesses }
    if (!isLost && acknowledgedByAll && count('acks=all') > 0) return { option: 'both-safe', said, witnesses }
    return { option: undefined, said, witnesses }
  },
}
