/** The attacks on an ordering strategy: its table of pairs, and its key on a Kafka, with consumers in virtual time that fail, die and are replaced. */
import type { Lab } from '#lab/kit'
import { onKafka, unhurried } from '#lab/kit/stage'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import { makeRandom } from '#lab/random'
import {
  type Circumstances,
  type ConsumptionPlan,
  consume,
  type SimulatedRecord,
} from '#lab/simulate/consumption'
import type { Random } from '#lab/subject'
import {
  after,
  dependentPairs,
  eventTypes,
  fingerprint,
  history,
  orderOf,
  pairOf,
  type WalletEvent,
} from './attacks/rules.ts'
import { loadSequencer, type SequencerOf } from './attacks/sequencing.ts'
import { loadStrategy, problemOf, type Strategy, type StrategyProblem } from './attacks/strategy.ts'
import { writerTo } from './attacks/writing.ts'

export interface PairsSeen {
  readonly pairs: number
  readonly possible: number
  /** Pairs that lead elsewhere when they change places, and are not named. */
  readonly missing: readonly string[]
  /** Pairs that are named and commute, whatever the wallet. */
  readonly invented: readonly string[]
  readonly unsaid: readonly string[]
}

const wordsMin = 6

/** Lets every two events change places on many wallets, and holds the table against what came of it. */
export async function pairsTried(subject: SubjectUnderTest, random: Random): Promise<PairsSeen> {
  const { depends } = await loadStrategy(subject)
  const right = dependentPairs(random)
  const named = depends.map(({ types: [one, other] }) => pairOf(one, other))
  return {
    pairs: right.length,
    possible: (eventTypes.length * (eventTypes.length + 1)) / 2,
    missing: right.filter((pair) => !named.includes(pair)),
    invented: named.filter((pair) => !right.includes(pair)),
    unsaid: depends
      .filter(({ breaks }) => breaks.trim().split(/\s+/).length < wordsMin)
      .map(({ types: [one, other] }) => pairOf(one, other)),
  }
}

export type Trouble = 'hot-wallet' | 'failing-records' | 'a-crash' | 'all-of-it'

export interface OrderedSeen {
  readonly problem: StrategyProblem | undefined
  readonly events: number
  readonly wallets: number
  /** Wallets whose events lie in more than one partition of the topic. */
  readonly scattered: readonly string[]
  readonly runs: number
  /** The first wallet that ended otherwise than its history says. */
  readonly wrong: { readonly trouble: Trouble; readonly walletId: string; readonly order: string } | undefined
  readonly duplicates: number
}

const eventsCount = 240
const walletsCount = 24
const seeds = 4

const troubles: Readonly<
  Record<Trouble, { readonly hotShare: number; readonly failing: number; readonly crash: boolean }>
> = {
  'hot-wallet': { hotShare: 0.4, failing: 0, crash: false },
  'failing-records': { hotShare: 0.1, failing: 0.05, crash: false },
  'a-crash': { hotShare: 0.1, failing: 0, crash: true },
  'all-of-it': { hotShare: 0.4, failing: 0.05, crash: true },
}

/** Produces with the strategy's key to a Kafka topic, reads where it went, and plays its consumers in virtual time. */
const play = onKafka({ nodes: 1 }, async (lab: Lab): Promise<OrderedSeen> => {
  const strategy = await loadStrategy(lab.subject)
  const sequencerOf = strategy.resequence ? await loadSequencer(lab.subject) : undefined
  const seen: OrderedSeen = {
    problem: undefined,
    events: eventsCount,
    wallets: walletsCount,
    scattered: [],
    runs: 0,
    wrong: undefined,
    duplicates: 0,
  }
  const problem = problemOf(strategy)
  if (problem !== undefined) return { ...seen, problem }

  let runs = 0
  let duplicates = 0
  let wrong: OrderedSeen['wrong']
  const scattered = new Set<string>()
  const loads = new Map<
    number,
    { readonly events: readonly WalletEvent[]; readonly placed: readonly Placed[] }
  >()
  for (const [trouble, { hotShare, failing, crash }] of Object.entries(troubles) as [
    Trouble,
    (typeof troubles)[Trouble],
  ][]) {
    const random = makeRandom(lab.run.seed + runs)
    const load = loads.get(hotShare) ?? (await placedOn(lab, hotShare, strategy, random))
    loads.set(hotShare, load)
    const { events, placed } = load
    for (const walletId of scatteredOf(placed)) scattered.add(walletId)
    for (let nth = 0; nth < seeds; nth += 1) {
      runs += 1
      const records = placed.map(({ event, partition }) => ({
        id: event.eventId,
        key: event[strategy.key],
        partition,
        arrivesAt: 0,
        failures: random.next() < failing ? random.integer(1, 3) : 0,
      }))
      const circumstances: Circumstances = {
        handlingMs: 5,
        retryMs: 120,
        ...(crash ? { crash: { consumer: 0, atMs: random.integer(5, 25), noticedMs: 300 } } : {}),
      }
      const played = playOut(events, records, strategy, circumstances, random, sequencerOf)
      duplicates += played.duplicates
      wrong ??= played.wrong && { trouble, ...played.wrong }
    }
  }
  return { ...seen, scattered: [...scattered], runs, wrong, duplicates }
})

/** Two loads on a Kafka, sixteen runs over them. */
export const ordered = unhurried(play)

interface Placed {
  readonly event: WalletEvent
  readonly partition: number
}

/** Events of one load, and where a topic has put them. */
async function placedOn(lab: Lab, hotShare: number, strategy: Strategy, random: Random) {
  const events = history(random, { events: eventsCount, wallets: walletsCount, hotShare })
  return { events, placed: await onTopic(lab, `wallets-${hotShare * 100}`, strategy, events) }
}

/** Produces the events in their order and reads them back, partition by partition. */
async function onTopic(
  lab: Lab,
  name: string,
  strategy: Strategy,
  events: readonly WalletEvent[],
): Promise<Placed[]> {
  const topic = lab.name(name)
  await lab.kafka.observer.createTopic(topic, { partitions: strategy.partitions })
  const write = await writerTo(lab, topic, strategy)
  await write(events)
  const found = await lab.kafka.observer.read(topic)
  return found.map(({ partition, value }) => ({ partition, event: JSON.parse(String(value)) as WalletEvent }))
}

function scatteredOf(placed: readonly Placed[]): string[] {
  const partitions = new Map<string, Set<number>>()
  for (const { event, partition } of placed)
    partitions.set(event.walletId, (partitions.get(event.walletId) ?? new Set()).add(partition))
  return [...partitions].filter(([, found]) => found.size > 1).map(([walletId]) => walletId)
}

/** Consumes in virtual time, and compares each wallet with its history. */
export function playOut(
  events: readonly WalletEvent[],
  records: readonly SimulatedRecord[],
  plan: ConsumptionPlan,
  circumstances: Circumstances,
  random: Random,
  sequencerOf: SequencerOf | undefined,
): {
  readonly wrong: { readonly walletId: string; readonly order: string } | undefined
  readonly wrongWallets: number
  readonly duplicates: number
} {
  const byId = new Map(events.map((event) => [event.eventId, event]))
  const sequencer = sequencerOf?.(events)
  const { effects } = consume(records, plan, circumstances, random)
  const took = new Map<string, WalletEvent[]>()
  const put = (event: WalletEvent) => took.set(event.walletId, [...(took.get(event.walletId) ?? []), event])
  const seen = new Set<string>()
  let duplicates = 0
  for (const { record, atMs } of effects) {
    const event = byId.get(record.id)
    if (event === undefined) continue
    if (seen.has(event.eventId)) duplicates += 1
    if (sequencer !== undefined) for (const each of sequencer.take(event, atMs)) put(each)
    // Without one the consumer still knows what it has booked: a repeat has no effect.
    else if (!seen.has(event.eventId)) put(event)
    seen.add(event.eventId)
  }
  for (const event of sequencer?.settle() ?? []) put(event)
  const wallets = [...new Set(events.map(({ walletId }) => walletId))]
  const wrong = wallets.filter(
    (walletId) =>
      fingerprint(after(took.get(walletId) ?? [])) !==
      fingerprint(after(events.filter((event) => event.walletId === walletId))),
  )
  const [bad] = wrong
  return {
    duplicates,
    wrongWallets: wrong.length,
    wrong: bad === undefined ? undefined : { walletId: bad, order: orderOf(took.get(bad) ?? []) },
  }
}
