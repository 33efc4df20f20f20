/** One partition for all: the journal. */
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import type { OpenedEvent } from '#payments/events'
import { isSame, type Step, stepOf, stepOfEnvelope, walletEvents } from './events.ts'
import {
  consumerFile,
  consuming,
  group,
  joined,
  publishedTo,
  reaches,
  startedPublisher,
  turns,
  Watched,
} from './services.ts'
import { journalTopic, onOneNode, topicsCreated } from './topics.ts'

export interface JournalSeen {
  readonly partitions: number
  readonly others: readonly string[]
  readonly sent: number
  readonly members: number
  /** Events handled by the first consumer and by the second. */
  readonly handledBy: readonly [number, number]
  /** The first event that was not finished in its turn: where it stood, and where it came. */
  readonly outOfTurn: { readonly step: Step; readonly sentAs: number; readonly doneAs: number } | undefined
  readonly overlaps: number
  readonly trace: readonly TraceStep[]
}

/** Thirty events of ten wallets through the journal, with two consumers. */
export const journaled = onKafka(onOneNode, async (lab): Promise<JournalSeen> => {
  await topicsCreated(lab)
  const { topics: all } = await lab.kafka.inspect()
  const others = all.map(({ name }) => lab.shown(name))
  const found = all.find(({ name }) => name === lab.name(journalTopic))
  const events = walletEvents(lab, { wallets: 10, versions: 3 })
  const sent = events.map(stepOfEnvelope)
  const nobody = {
    sent: 0,
    members: 0,
    handledBy: [0, 0],
    outOfTurn: undefined,
    overlaps: 0,
    trace: [],
  } as const
  if (found === undefined || found.partitions.length !== 1)
    return { ...nobody, partitions: found?.partitions.length ?? 0, others }
  const watched = new Watched()
  const handledBy: [number, number] = [0, 0]
  const handle = (which: 0 | 1) => (event: OpenedEvent) => {
    handledBy[which] += 1
    return watched.during(stepOf(event), () => turns((handledBy[which] % 4) * 4))
  }
  await lab.kafka.gathers(lab.name(group), 2)
  await Promise.all([consuming(lab, journalTopic, handle(0)), consuming(lab, journalTopic, handle(1))])
  await joined(lab, 2, consumerFile)
  const publisher = await startedPublisher(lab)
  await Promise.all(events.map((event) => publishedTo(lab, publisher, journalTopic, event)))
  await reaches(lab, () => watched.done.length >= events.length)
  await turns(20)
  const doneAs = watched.done.findIndex((step, at) => sent[at] === undefined || !isSame(sent[at])(step))
  const step = watched.done[doneAs]
  return {
    partitions: found.partitions.length,
    others,
    sent: events.length,
    members: (await lab.kafka.group(lab.name(group)))?.members.length ?? 0,
    handledBy,
    outOfTurn: step && { step, doneAs: doneAs + 1, sentAs: sent.findIndex(isSame(step)) + 1 },
    overlaps: watched.overlapsOverall,
    trace: (await lab.requestSteps()).slice(-6),
  }
})
