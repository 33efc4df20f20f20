/** The scenarios of failure-05: events of wallets arrive in another order than they happened in; each answers in which order they took effect. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Act, Lab } from '#lab/kit'
import { countIn, countsOf } from '#lab/kit/queues'
import { VirtualClock } from '#lab/simulate/clock'
import type { Random, Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { Accounts, balanceAfter, type WalletEvent, walletHistory } from '#payments/wallet-events'

/** What the subject's files export. */
interface ShuffleModule {
  shuffled<Item>(items: readonly Item[], distance: number, random: Random): readonly Item[]
}
interface NaiveModule {
  start(world: World): Promise<Running & { gaps(): number }>
}
interface Consumer extends Running {
  kept(): number
}
interface ConsumerModule {
  start(world: World): Promise<Consumer>
}

export const lane = 'consumer'
export const consumerFile = 'consumer.ts'
export const queue = 'wallets.events'
const gapsQueue = 'wallets.gaps'
/** What the task sets. */
export const keptMax = 50
export const gapMsMax = 5000
const distance = 6
/** Far more than may be kept. */
const lateEvents = 2 * keptMax + 21
/** How long the consumer may take until it has taken everything that is in the queue. */
const takenMsMax = 4000
/** Only what never comes is waited for so long. */
const momentMs = 2000
/** The broker's own state is the fact that is waited for, and nobody announces it. */
const lookAgainMs = 10

export interface ShuffledSeen {
  readonly events: number
  readonly distance: number
  /** Sequence numbers as they lay in the queue. */
  readonly arrived: readonly number[]
  readonly moved: number
  readonly farthest: number
  readonly farthestOfFar: number
  readonly sameItems: boolean
  readonly sameAgain: boolean
  readonly otherSeedDiffers: boolean
  readonly staysAtZero: boolean
}

/** Forty events of a wallet are shuffled by the subject, published, and taken out of the queue. */
export async function shuffledArrival(lab: Lab): Promise<ShuffledSeen> {
  await declare(lab)
  const { shuffled } = await lab.subject.load<ShuffleModule>('shuffle.ts', ['shuffled'])
  const { seed } = lab.run
  const events = walletHistory('wallet-1', 40, seededSource(seed))
  const order = [...shuffled(events, distance, randomOf(seed))]
  const sequences = (those: readonly WalletEvent[]) => those.map(({ sequence }) => sequence)
  await publish(lab, order)
  const found = await lab.observer.takeAll(lab.name(queue))
  const arrived = found.map(({ body }) => (JSON.parse(body.toString()) as WalletEvent).sequence)
  const far = (those: readonly number[]) =>
    those.reduce((most, sequence, at) => Math.max(most, Math.abs(sequence - 1 - at)), 0)
  const again = sequences(shuffled(events, distance, randomOf(seed)))
  return {
    events: events.length,
    distance,
    arrived,
    moved: arrived.filter((sequence, at) => sequence !== at + 1).length,
    farthest: far(arrived),
    farthestOfFar: far(sequences(shuffled(events, distance * 4, randomOf(seed)))),
    sameItems: arrived.toSorted((a, b) => a - b).join() === sequences(events).join(),
    sameAgain: again.join() === sequences(order).join(),
    otherSeedDiffers: sequences(shuffled(events, distance, randomOf(seed + 1))).join() !== again.join(),
    staysAtZero: sequences(shuffled(events, 0, randomOf(seed))).join() === sequences(events).join(),
  }
}

export interface NaiveSeen {
  readonly events: number
  readonly applied: number
  readonly outOfTurn: number
  readonly gaps: number
  readonly balance: number
  readonly rightBalance: number
}

/** Every two events of a wallet have changed places; the naive consumer takes them. */
export async function naively(lab: Lab): Promise<NaiveSeen> {
  await declare(lab)
  const events = walletHistory('wallet-1', 20, seededSource(lab.run.seed))
  const swapped = events.flatMap((event, at) => (at % 2 === 0 ? [events[at + 1] ?? event, event] : []))
  await publish(lab, swapped)
  const { start } = await lab.subject.load<NaiveModule>('naive.ts', ['start'])
  const answered = await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), {
    file: 'naive.ts',
  })
  const naive = lab.subject.guard(answered, ['stop', 'gaps'], 'naive.ts')
  lab.defer(() => naive.stop())
  await taken(lab, 'naive.ts')
  const accounts = accountsOf(lab)
  const applied = accounts.applied().map(({ sequence }) => sequence)
  return {
    events: events.length,
    applied: applied.length,
    outOfTurn: outOfTurn(applied),
    gaps: Number(naive.gaps()),
    balance: accounts.balance('wallet-1'),
    rightBalance: balanceAfter(events),
  }
}

/** How often an event was not the next one after the one before it. */
function outOfTurn(sequences: readonly number[]): number {
  return sequences.filter((sequence, at) => sequence !== (sequences[at - 1] ?? 0) + 1).length
}

/** What took effect on one wallet, and what should have. */
export interface WalletSeen {
  readonly wallet: string
  readonly applied: readonly number[]
  readonly events: number
  readonly balance: number
  readonly rightBalance: number
}

export interface OrderedSeen {
  readonly wallets: readonly WalletSeen[]
  readonly duplicates: number
  readonly keptAfterwards: number
  /** A wallet whose first event never came, and how many came after it. */
  readonly early: number
  readonly keptMost: number
  /** Whether another wallet went on meanwhile. */
  readonly othersWentOn: boolean
  readonly reported: readonly Report[]
  /** The same wallet when everything had been sent again. */
  readonly resent: WalletSeen
}

/** A message in wallets.gaps. */
export interface Report {
  readonly wallet_id: unknown
  readonly from: unknown
}

/** Three wallets, shuffled and with duplicates; then a wallet whose first event is missing while more than a hundred others come. */
export async function ordered(lab: Lab): Promise<OrderedSeen> {
  await declare(lab)
  const source = seededSource(lab.run.seed)
  const histories = ['wallet-1', 'wallet-2', 'wallet-3'].map((wallet) => walletHistory(wallet, 24, source))
  const inTurn =
    histories[0]?.flatMap((_, at) => histories.map((history) => history[at] as WalletEvent)) ?? []
  const order = delayed(inTurn, distance * 3, randomOf(lab.run.seed))
  const duplicates = order.filter((_, at) => at % 9 === 4)
  const consumer = await consuming(lab, await lab.world(lane))
  await publish(
    lab,
    order.flatMap((event) => (duplicates.includes(event) ? [event, event] : [event])),
  )
  await taken(lab, consumerFile)
  const accounts = accountsOf(lab)
  const wallets = histories.map((history) => walletSeen(accounts, history))
  const keptAfterwards = consumer.kept()
  // Whoever can't keep three wallets in order is not shown the long gap.
  const [one] = wallets
  if (
    one !== undefined &&
    wallets.some(({ applied, events }) => applied.length !== events || outOfTurn(applied) > 0)
  ) {
    const none = { early: 0, keptMost: 0, othersWentOn: true, reported: [], resent: one }
    return { wallets, duplicates: duplicates.length, keptAfterwards, ...none }
  }

  const missing = walletHistory('wallet-late', lateEvents, source)
  lab.say(
    'The first event of a wallet is missing, and more than a hundred others come.',
    'Event đầu tiên của một ví bị thiếu, và hơn một trăm event khác vẫn tới.',
  )
  let keptMost = 0
  for (let at = 1; at < missing.length; at += 50) {
    await publish(lab, missing.slice(at, at + 50))
    const isTaken = await becomes(lab, async () => (await countsOf(lab, queue)).ready === 0)
    keptMost = Math.max(keptMost, consumer.kept())
    if (!isTaken) break
  }
  const other = walletHistory('wallet-other', 3, source)
  await publish(lab, other)
  const wentOn = () =>
    accounts.applied().some(({ wallet_id, sequence }) => wallet_id === 'wallet-other' && sequence === 3)
  const othersWentOn = await becomes(lab, wentOn)
  if (othersWentOn) await becomes(lab, async () => (await countsOf(lab, gapsQueue)).ready > 0)
  const reported = await reportsIn(lab)
  lab.say(
    'Everything is sent again, from the missing event on.',
    'Gửi lại mọi thứ, từ event còn thiếu trở đi.',
  )
  await publish(lab, missing)
  if (othersWentOn && reported.length > 0)
    await becomes(lab, () =>
      accounts
        .applied()
        .some(({ wallet_id, sequence }) => wallet_id === 'wallet-late' && sequence === lateEvents),
    )
  return {
    wallets,
    duplicates: duplicates.length,
    keptAfterwards,
    early: missing.length - 1,
    keptMost,
    othersWentOn,
    reported,
    resent: walletSeen(accounts, missing),
  }
}

export interface RestartedSeen {
  readonly kills: number
  readonly wallet: WalletSeen
  /** How long the gap of the other wallet had been open, by the clock, when it was looked for a report. */
  readonly tooEarlyMs: number
  readonly earlyReports: number
  readonly lateMs: number
  readonly reports: readonly Report[]
  readonly gapWallet: string
  readonly gapFrom: number
  /** The wallet with the gap when the missing event had come after all. */
  readonly closed: WalletSeen
}

/** Killed at the first commit for the event that others wait for; then a gap that nobody closes, over a restart. */
export async function restarted(lab: Lab): Promise<RestartedSeen> {
  await declare(lab)
  const source = seededSource(lab.run.seed)
  const history = walletHistory('wallet-1', 6, source)
  const [first, second, ...rest] = history as [WalletEvent, WalletEvent, ...WalletEvent[]]
  const accounts = accountsOf(lab)
  const isApplied = (wallet: string, wanted: number) =>
    accounts.applied().some(({ wallet_id, sequence }) => wallet_id === wallet && sequence === wanted)

  const one = await lab.start(consumerFile, lane)
  await publish(lab, [first, ...rest])
  // All of them committed, or the kill would meet one of these.
  await becomes(lab, async () => isApplied('wallet-1', 1) && (await countIn(lab, queue)) === 0)
  lab.say(
    'Four events wait for the second one. It comes, and the consumer is killed.',
    'Bốn event chờ event thứ hai. Nó tới, và consumer bị kill.',
  )
  const kill = await lab.place({
    name: 'kill consumer',
    text: text(
      'the consumer is killed right after its first commit for the missing event (SIGKILL)',
      'consumer bị kill ngay sau lần commit đầu tiên cho event còn thiếu (SIGKILL)',
    ),
    when: { point: 'commit', side: 'after', fields: { database: 'accounts' } },
    what: { kind: 'kill-subject', subject: one },
  })
  await publish(lab, [second])
  await lab.fired(
    kill,
    text(
      'the missing event came, and nothing was committed',
      'event còn thiếu đã tới mà không có gì được commit',
    ),
    { file: consumerFile, near: ['.apply(', '.consume('] },
  )
  const two = await consuming(lab, await lab.world(lane))
  await becomes(lab, async () => isApplied('wallet-1', 6) && (await countIn(lab, queue)) === 0)
  const wallet = walletSeen(accounts, history)
  await two.stop()
  // Whoever can't get over a kill is not shown the gap.
  if (wallet.applied.length !== wallet.events || outOfTurn(wallet.applied) > 0) {
    const none = { tooEarlyMs: 0, earlyReports: 0, lateMs: 0, reports: [], gapWallet: '', gapFrom: 0 }
    return { kills: 1, wallet, ...none, closed: wallet }
  }

  const [present, absent, early] = walletHistory('wallet-gap', 3, source) as [
    WalletEvent,
    WalletEvent,
    WalletEvent,
  ]
  const clock = new VirtualClock(Date.UTC(2026, 6, 19))
  const world = { ...(await lab.world(lane)), clock }
  const before = await consuming(lab, world)
  await publish(lab, [present, early])
  await becomes(lab, async () => isApplied('wallet-gap', 1) && (await countsOf(lab, queue)).ready === 0)
  const tooEarlyMs = 3000
  await clock.advance(tooEarlyMs)
  await becomesQuietly(lab, async () => (await countsOf(lab, gapsQueue)).ready > 0)
  const earlyReports = (await reportsIn(lab)).length
  lab.say(
    'The consumer is started again; the gap is still open.',
    'Consumer được khởi động lại; chỗ thiếu vẫn còn đó.',
  )
  await lab.finished(before.stop(), text('stop()', 'stop()'), { file: consumerFile, near: ['stop()'] })
  await consuming(lab, world)
  await becomes(lab, async () => (await countsOf(lab, queue)).ready === 0)
  await clock.advance(gapMsMax - tooEarlyMs + 1500)
  await becomes(lab, async () => (await countsOf(lab, gapsQueue)).ready > 0)
  const reports = await reportsIn(lab)
  await publish(lab, [absent])
  await becomes(lab, () => isApplied('wallet-gap', 3))
  return {
    kills: 1,
    wallet,
    tooEarlyMs,
    earlyReports,
    lateMs: gapMsMax + 1500,
    reports,
    gapWallet: 'wallet-gap',
    gapFrom: absent.sequence,
    closed: walletSeen(accounts, [present, absent, early]),
  }
}

/** Played by `npm run exercise failure-05 live`. */
export const live: readonly Act[] = [
  {
    title: text('Taken as they come: the balance is wrong.', 'Gặp gì xử lý nấy: số dư sai.'),
    scenario: naively,
  },
  {
    title: text('In order, over a kill and a gap.', 'Đúng thứ tự, qua một lần kill và một chỗ thiếu.'),
    scenario: restarted,
  },
]

/** The topology belongs to the lab here: one queue of events, whoever wrote them, and one for what is missing. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertQueue(lab.name(queue), { durable: true })
  await channel.assertQueue(lab.name(gapsQueue), { durable: true })
  await channel.close()
}

export async function consuming(lab: Lab, world: World): Promise<Consumer> {
  const { start } = await lab.subject.load<ConsumerModule>(consumerFile, ['start'])
  const answered = await lab.finished(start(world), text('start()', 'start()'), { file: consumerFile })
  const consumer = lab.subject.guard<Consumer>(answered, ['stop', 'kept'], consumerFile)
  lab.defer(() => consumer.stop())
  return consumer
}

/** Waits until nothing is in the queue, and nothing of it is out. */
async function taken(lab: Lab, file: string): Promise<void> {
  await lab.until(
    text(
      'events stay in wallets.events, or unacknowledged: the consumer waits for one that will not be delivered while it holds the others',
      'event nằm lại trong wallets.events, hoặc chưa được ack: consumer chờ một event không bao giờ được giao chừng nào nó còn giữ những cái khác',
    ),
    async () => (await countIn(lab, queue)) === 0,
    { at: { file, near: ['.ack(', '.prefetch(', '.consume('] }, everyMs: lookAgainMs, withinMs: takenMsMax },
  )
}

export function accountsOf(lab: Lab): Accounts {
  return new Accounts(lab.openDatabase('accounts'), { now: () => Date.now() })
}

export function walletSeen(accounts: Accounts, history: readonly WalletEvent[]): WalletSeen {
  const wallet = history[0]?.wallet_id ?? ''
  return {
    wallet,
    applied: accounts
      .applied()
      .flatMap(({ wallet_id, sequence }) => (wallet_id === wallet ? [sequence] : [])),
    events: history.length,
    balance: accounts.balance(wallet),
    rightBalance: balanceAfter(history),
  }
}

/** The lab's own shuffle: each is late by some time. */
export function delayed(
  events: readonly WalletEvent[],
  within: number,
  random: Pick<Random, 'next'>,
): readonly WalletEvent[] {
  return events
    .map((event, at) => ({ event, due: at + random.next() * within }))
    .toSorted((a, b) => a.due - b.due)
    .map(({ event }) => event)
}

/** Resolves when all of them are in the queue. */
export async function publish(lab: Lab, events: readonly WalletEvent[]): Promise<void> {
  const channel = await lab.observer.channel()
  for (const event of events) {
    const body = Buffer.from(JSON.stringify(event))
    channel.sendToQueue(lab.name(queue), body, { messageId: event.id, persistent: true })
  }
  // Answered behind all of them: one channel is handled in order.
  await channel.checkQueue(lab.name(queue))
  await channel.close()
}

async function reportsIn(lab: Lab): Promise<readonly Report[]> {
  const found = await lab.observer.takeAll(lab.name(gapsQueue))
  return found.map(({ body }) => {
    try {
      const { wallet_id, from } = JSON.parse(body.toString()) as Report
      return { wallet_id, from }
    } catch {
      return { wallet_id: body.toString().slice(0, 40), from: undefined }
    }
  })
}

/** Gives something that may never come a moment to happen; answers whether it did. */
async function becomes(
  lab: Lab,
  fact: () => boolean | Promise<boolean>,
  withinMs = momentMs,
): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    if (lab.run.now() >= deadline) return false
    await pause(lookAgainMs)
  }
  return true
}

/** The same for what is not to happen: it costs this time with everybody who is right. */
async function becomesQuietly(lab: Lab, fact: () => Promise<boolean>): Promise<void> {
  await becomes(lab, fact, quietMs)
}
const quietMs = 150

/** The subject's source of chance: the same for the same seed. */
export function randomOf(seed: number): Random {
  const { next } = seededSource(seed).random
  return { next, integer: (min, max) => min + Math.floor(next() * (max - min + 1)) }
}
