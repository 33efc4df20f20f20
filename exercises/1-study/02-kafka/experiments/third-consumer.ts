/** A group that is slower than its producer: how fast does its lag grow with one consumer, with two, and with a third? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, type Member, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

const partitions = [0, 1] as const
/** Payments that come in a round, by partition. A consumer processes one in that time. */
const cameIn = 2
const rounds = 2

interface Seen {
  /** The group's lag after each round, for one consumer, two and three. */
  readonly lags: readonly (readonly number[])[]
  /** How many of the three have a partition. */
  readonly working: number
}

/** A consumer that may process so many payments and then waits. */
class Pace {
  /** Nothing is counted any more: what it still does, it does in order to leave. */
  isOver = false
  #allowed = 0
  #wake = (): void => {}

  /** So many from now on, and none that it left over. */
  allow(count: number): void {
    this.#allowed = count
    this.#wake()
  }

  /** A consumer that waited for its turn would not leave. */
  end(): void {
    this.isOver = true
    this.allow(Number.POSITIVE_INFINITY)
  }

  /** Resolves when one more is allowed; until then the group is told that the consumer lives. */
  async take(heartbeat: () => Promise<void>): Promise<void> {
    while (this.#allowed === 0) {
      const allowed = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      await Promise.race([allowed, soon()])
      await heartbeat()
    }
    this.#allowed -= 1
  }
}

/** Often enough for a session of six seconds, and to hear of a rebalance. */
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 100))

interface Worker {
  readonly member: Member
  readonly pace: Pace
}

export const experiment: Experiment<Seen> = {
  name: 'third-consumer',
  place: 10,
  brokers: { kafka: 1 },
  needs: ['inspect'],
  shows: text(
    'lag is the end of the log minus the committed offset; a second consumer slows its growth, a third without a partition changes nothing',
    'lag là cuối log trừ offset đã commit; consumer thứ hai làm lag tăng chậm lại, consumer thứ ba không có partition thì không đổi gì',
  ),
  question: {
    kind: 'choice',
    id: 'third-consumer',
    item: 'study-02.5',
    ask: text(
      'A topic has two partitions. Each minute four payments come, two a partition; a consumer processes one a minute. With one consumer the lag grows by three a minute. A second joins the group, then a third. By how much does it grow then?',
      'Topic có hai partition. Mỗi phút có bốn thanh toán, mỗi partition hai cái; một consumer mỗi phút xử lý được một. Với một consumer, lag tăng ba mỗi phút. Bên thứ hai vào group, rồi bên thứ ba. Lag tăng bao nhiêu nữa?',
    ),
    options: [
      {
        id: 'two-one',
        text: text('By two, then by one: each consumer takes one off', 'Hai, rồi một: mỗi consumer gánh một'),
        why: text(
          'That would be so with a queue, or with three partitions. The third consumer of two partitions has none, so it takes nothing off.',
          'Với queue, hoặc với ba partition, thì vậy. Hai partition thì consumer thứ ba không có cái nào nên chẳng gánh được gì.',
        ),
      },
      {
        id: 'two-two',
        text: text('By two, then still by two', 'Hai, rồi vẫn là hai'),
        why: text(
          'Partitions cap the consumers that work. What helps from here on is a faster handler, or more partitions, which moves keys; a lag that only grows reaches retention.ms sooner or later.',
          'Số partition chặn số consumer có việc. Từ đây chỉ còn cách làm handler nhanh hơn, hoặc thêm partition, mà thêm thì key chuyển chỗ; lag cứ tăng thì sớm muộn cũng chạm retention.ms.',
        ),
      },
      {
        id: 'back-pressure',
        text: text(
          'Not at all: the producer is slowed down to what the group can do',
          'Không tăng nữa: producer bị hãm lại bằng tốc độ của group',
        ),
        why: text(
          'A log knows nothing of its readers when it takes a record. Nobody but whoever watches the lag notices that a group falls behind.',
          'Log nhận record mà không biết gì về bên đọc. Ngoài ai theo dõi lag, không ai thấy group đang tụt lại.',
        ),
      },
    ],
    answer: 'two-two',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { partitions: partitions.length })
    const producer = await openKafkaProducer(lab)
    const workers: Worker[] = []
    const lags: number[][] = []
    try {
      for (const count of [1, 2, 3]) {
        const pace = new Pace()
        const member = await joinGroup(lab, {
          topic: 'payments',
          group: 'ledger',
          before: (_record, heartbeat) => pace.take(heartbeat),
          commits: ({ offset }) => (pace.isOver ? undefined : offset + 1),
        })
        workers.push({ member, pace })
        await lab.kafka.untilStable(lab.name('ledger'), count, { whose: 'lab' })
        await lab.until(
          text('the partitions were not dealt out', 'các partition chưa được chia xong'),
          () => workers.reduce((sum, each) => sum + each.member.assigned.length, 0) === partitions.length,
          { whose: 'lab' },
        )
        lags.push([])
        for (let round = 0; round < rounds; round++) {
          const messages = partitions.flatMap((partition) =>
            Array.from({ length: cameIn }, () => ({ partition, value: 'debit' })),
          )
          await producer.send({ topic, acks: -1, messages })
          await processOneEach(lab, workers)
          lags.at(-1)?.push(await tellLag(lab, count))
        }
      }
    } finally {
      for (const { pace } of workers) pace.end()
    }
    return { lags, working: workers.filter(({ member }) => member.assigned.length > 0).length }
  },
  came({ lags, working }) {
    const listed = lags.map((each) => each.join(', ')).join(' | ')
    const said = text(
      `lag with one, two and three consumers: ${listed}; ${working} of them have a partition`,
      `lag với một, hai và ba consumer: ${listed}; ${working} bên có partition`,
    )
    const options: Readonly<Record<string, string>> = {
      '3,6|8,10|11,12': 'two-one',
      '3,6|8,10|12,14': 'two-two',
    }
    const last = lags.at(-1)?.at(-1) ?? 0
    return {
      option: options[lags.map((each) => each.join()).join('|')],
      said,
      witnesses: [witness('lag', last), witness('working', working)],
    }
  },
}

/** Each consumer may process one more; waits until all that have a partition have done so, and committed it. */
async function processOneEach(lab: Lab, workers: readonly Worker[]): Promise<void> {
  const done = workers.map(({ member }) => member.records.length)
  const busy = workers.filter(({ member }) => member.assigned.length > 0)
  for (const { pace } of workers) pace.allow(1)
  const isDone = async (): Promise<boolean> => {
    const isProcessed = workers.every(
      ({ member }, at) => !busy.includes(workers[at] as Worker) || member.records.length > (done[at] ?? 0),
    )
    if (!isProcessed) return false
    const processed = workers.reduce((sum, { member }) => sum + member.records.length, 0)
    return (await lagByPartition(lab)).reduce((sum, { committed }) => sum + committed, 0) === processed
  }
  await lab.until(
    text('a consumer did not commit its payment', 'có consumer chưa commit thanh toán của nó'),
    isDone,
    {
      whose: 'lab',
      everyMs: 20,
    },
  )
}

/** As any tool reads it: the end of each partition, and what the group's coordinator has. No consumer is asked. */
async function lagByPartition(
  lab: Lab,
): Promise<{ readonly partition: number; readonly end: number; readonly committed: number }[]> {
  const admin = await lab.kafka.observer.admin()
  const topic = lab.name('payments')
  const [ends, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: lab.name('ledger'), topics: [topic] }),
  ])
  return ends
    .map(({ partition, high }) => {
      const found = group?.partitions.find((each) => each.partition === partition)
      // -1: nothing committed yet.
      return { partition, end: Number(high), committed: Math.max(0, Number(found?.offset ?? 0)) }
    })
    .toSorted((a, b) => a.partition - b.partition)
}

async function tellLag(lab: Lab, consumers: number): Promise<number> {
  const found = await lagByPartition(lab)
  const lag = found.reduce((sum, { end, committed }) => sum + end - committed, 0)
  const parts = found.map(({ partition, end, committed }) => `payments/${partition} ${end} − ${committed}`)
  lab.say(
    `consumers: ${consumers}; lag ${lag} (${parts.join(', ')})`,
    `số consumer: ${consumers}; lag ${lag} (${parts.join(', ')})`,
  )
  return lag
}
