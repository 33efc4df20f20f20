/** What is committed, and when. */
import { comesTrue, Gate } from '#lab/kit/coming'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { lane, leaveMs, listenerFile, listening, startedWork, worked } from './listening.ts'
import { commitsIn, highestCommit, traceOf } from './requests.ts'
import { declare, type Place, paymentEvents, placeOf, produce } from './topic.ts'

export interface CommitsSeen {
  readonly records: number
  /** Handlers at work at the same time, of one partition. */
  readonly inWork: number
  /** The highest offset committed while the first record was in work; 0: none. */
  readonly committedEarly: number
  /** What was committed in the end. */
  readonly committed: number | undefined
  readonly commits: number
  readonly trace: readonly TraceStep[]
}

/** Three records on one partition, whose handlers take their time. */
export const committedInTime = onKafka({ nodes: 1 }, async (lab): Promise<CommitsSeen> => {
  const { topic, group } = await declare(lab, 1)
  const events = paymentEvents(lab, 3)
  await produce(lab, events)
  const gate = new Gate()
  let inWork = 0
  let done = 0
  await listening(lab, {
    async handle() {
      inWork += 1
      await gate.opened
      done += 1
    },
  })
  await startedWork(lab, () => inWork > 0)
  const early = () => highestCommit(requests, topic)
  const requests = await lab.requests(lane)
  // It should not come, so there is no fact to wait for: whoever commits without waiting has done so by then.
  await lab.settles(() => early() > 0)
  const seen = { inWork, committedEarly: early() }
  lab.say('Now the handlers finish.', 'Bây giờ các handler làm xong.')
  gate.open()
  await worked(lab, () => done >= events.length)
  await comesTrue(lab, leaveMs, async () => (await lab.kafka.committed(group, topic)) === events.length)
  return {
    records: events.length,
    ...seen,
    committed: await lab.kafka.committed(group, topic),
    commits: commitsIn(requests, topic).length,
    trace: await traceOf(lab),
  }
})

export interface OffsetsSeen {
  readonly partitions: readonly {
    readonly index: number
    /** The offset behind the last record. */
    readonly end: number
    readonly committed: number | undefined
  }[]
  /** Records that a second start was handed although the first one had done them. */
  readonly again: readonly Place[]
  /** Records that the second start should have been handed and was not. */
  readonly skipped: readonly Place[]
  readonly fresh: number
  readonly trace: readonly TraceStep[]
}

/** Ten records on two partitions, a clean stop, a look at what is committed, then another start. */
export const offsetsKept = onKafka({ nodes: 1 }, async (lab): Promise<OffsetsSeen> => {
  const { topic, group } = await declare(lab, 2)
  const events = paymentEvents(lab, 14)
  await produce(lab, events.slice(0, 10), (at) => at % 2)
  const before: Place[] = []
  const first = await listening(lab, { handle: async (_, delivery) => void before.push(placeOf(delivery)) })
  await worked(lab, () => before.length >= 10)
  await lab.finished(first.stop(), text('stop()', 'stop()'), { file: listenerFile, near: ['stop('] })
  const found = await lab.kafka.inspect()
  const partitions = (found.topics.find(({ name }) => name === topic)?.partitions ?? []).map(
    ({ index, highWatermark }) => ({
      index,
      end: highWatermark,
      committed: found.groups
        .find(({ id }) => id === group)
        ?.offsets.find((each) => each.topic === topic && each.partition === index)?.offset,
    }),
  )
  lab.say('The same group starts again.', 'Cũng group đó chạy lại.')
  const fresh = await produce(lab, events.slice(10), (at) => at % 2)
  const after: Place[] = []
  await listening(lab, { handle: async (_, delivery) => void after.push(placeOf(delivery)) })
  await comesTrue(lab, leaveMs, () => fresh.every((place) => after.includes(place)))
  return {
    partitions,
    again: after.filter((place) => before.includes(place)),
    skipped: fresh.filter((place) => !after.includes(place)),
    fresh: fresh.length,
    trace: await traceOf(lab),
  }
})
