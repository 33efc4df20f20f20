/** Which partition each wallet's events go to. */
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { stepIn, walletEvents, walletOf } from './events.ts'
import { publishedTo, startedPublisher } from './services.ts'
import { eventsTopic, onOneNode, topicsCreated } from './topics.ts'

export interface SpreadSeen {
  readonly partitions: number
  readonly others: readonly string[]
  readonly wallets: number
  readonly sent: number
  readonly stored: number
  readonly keyless: number
  /** Wallets whose events lie in more than one partition. */
  readonly scattered: readonly string[]
  readonly partitionsUsed: number
  readonly trace: readonly TraceStep[]
}

/** Sixty events of twelve wallets. */
export const spread = onKafka(onOneNode, async (lab): Promise<SpreadSeen> => {
  await topicsCreated(lab)
  const { topics: all } = await lab.kafka.inspect()
  const found = all.find(({ name }) => name === lab.name(eventsTopic))
  const others = all.map(({ name }) => lab.shown(name))
  const nothing = { sent: 0, stored: 0, keyless: 0, scattered: [], partitionsUsed: 0, trace: [] }
  const events = walletEvents(lab, { wallets: 12, versions: 5 })
  const wallets = new Set(events.map(walletOf))
  if (found === undefined) return { ...nothing, partitions: 0, others, wallets: wallets.size }
  const publisher = await startedPublisher(lab)
  for (const event of events) await publishedTo(lab, publisher, eventsTopic, event)
  const log = await lab.kafka.observer.read(lab.name(eventsTopic))
  return {
    partitions: found.partitions.length,
    others,
    wallets: wallets.size,
    sent: events.length,
    stored: log.length,
    keyless: log.filter(({ key }) => key === null).length,
    scattered: [...wallets].filter(
      (wallet) =>
        new Set(log.filter((record) => stepIn(record).wallet === wallet).map(({ partition }) => partition))
          .size > 1,
    ),
    partitionsUsed: new Set(log.map(({ partition }) => partition)).size,
    trace: (await lab.requestSteps()).slice(-6),
  }
})
