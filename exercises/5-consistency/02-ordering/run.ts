/** The scenarios of consistency-02: events of a wallet change places; each answers what the wallet ended at, and what it should have.*/
import { setImmediate as turn } from 'node:timers/promises'
import Sqlite, { type Database } from 'better-sqlite3'
import type { Act, Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { onKafka, unhurried } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import {
  emptyWallet,
  evolveWallet,
  foldLog,
  type LogEvent,
  type LogKind,
  logKinds,
  WalletBook,
  type WalletState,
  walletLog,
} from '#payments/wallet-log'

/** What the subject's files export. */
interface CommuteModule {
  doesOrderMatter(one: LogKind, other: LogKind): unknown
}
interface NaiveModule {
  start(world: World): Promise<Running>
}
interface HarmModule {
  harmfulOrder(log: readonly LogEvent[]): unknown
}
interface StrategiesModule {
  readonly strategies: unknown
}
interface Projector {
  take(event: LogEvent): void
}
interface ProjectorModule {
  projector(database: Database): Projector
}

const projectorFile = 'projector.ts'
export const consumerFile = 'consumer.ts'
const queue = 'wallets.events'
const msMax = 12_000
const inspectEveryMs = 15
/** Only what never comes is waited for so long. */
const appliedMsMax = 4000
const wallet = 'wallet-1'
/** What each kind can do with, at the least. */
export const leastStrategies = {
  deposited: 'in order',
  withdrawn: 'in order',
  'points-earned': 'any order',
  'address-set': 'newest wins',
} as const satisfies Record<LogKind, string>
export type Strategy = 'in order' | 'newest wins' | 'any order'
const strategyWords: readonly Strategy[] = ['any order', 'newest wins', 'in order']
/** Whose events a kind has to be seen among, for its strategy to matter. */
const companions = {
  // The first withdrawal is refused: a deposit that takes effect too early would cover it.
  deposited: ['withdrawn', 'deposited'],
  withdrawn: ['deposited', 'withdrawn'],
  'points-earned': ['points-earned', 'deposited'],
  'address-set': ['address-set', 'points-earned'],
} as const satisfies Record<LogKind, readonly LogKind[]>

/** Two events of a wallet, and what it has after them either way. */
export interface Pair {
  readonly kinds: readonly [LogKind, LogKind]
  readonly answered: unknown
  /** The same question, the other way round. */
  readonly turned: unknown
  /** An example in which the order matters, if there is one. */
  readonly example:
    | { readonly before: WalletState; readonly forwards: WalletState; readonly backwards: WalletState }
    | undefined
}

const samplesEach = 400

/** For each pair of kinds: does it matter in which order they come? Looked for among hundreds of wallets. */
export async function pairs(lab: Lab): Promise<readonly Pair[]> {
  const { doesOrderMatter } = await lab.subject.load<CommuteModule>('commute.ts', ['doesOrderMatter'])
  const random = seededSource(lab.run.seed).random
  const upTo = (max: number): number => 1 + Math.floor(random.next() * max)
  const some = (kind: LogKind, sequence: number): LogEvent => {
    const shared = { id: `e-${sequence}`, wallet_id: wallet, sequence }
    if (kind === 'points-earned') return { ...shared, kind, points: upTo(100) }
    if (kind === 'address-set') return { ...shared, kind, address: `street ${upTo(100)}` }
    return { ...shared, kind, amount_minor: upTo(100) }
  }
  return logKinds.flatMap((one, at) =>
    logKinds.slice(at).map((other): Pair => {
      let example: Pair['example']
      for (let nth = 0; nth < samplesEach && example === undefined; nth += 1) {
        const before = { balance_minor: upTo(120) - 1, points: upTo(50), address: 'street 0' }
        const [first, second] = [some(one, 1), some(other, 2)]
        const forwards = evolveWallet(evolveWallet(before, first), second)
        const backwards = evolveWallet(evolveWallet(before, second), first)
        if (JSON.stringify(forwards) !== JSON.stringify(backwards)) example = { before, forwards, backwards }
      }
      return {
        kinds: [one, other],
        answered: doesOrderMatter(one, other),
        turned: doesOrderMatter(other, one),
        example,
      }
    }),
  )
}

/** A log, and the order that the subject calls harmful. */
export interface Harmed {
  readonly what: Text
  readonly log: readonly LogEvent[]
  readonly answered: readonly LogEvent[] | undefined
  readonly isSameEvents: boolean
  readonly right: WalletState
  readonly wrong: WalletState
  /** Whether any order at all does harm, all of them tried. */
  readonly isPossible: boolean
}

export interface HarmSeen {
  readonly logs: readonly Harmed[]
  /** What the naive consumer ended at when the first of these orders was published to it. */
  readonly naive: WalletState | undefined
  readonly published: number
}

const shortLog = 6

/** Logs of many kinds; the first harmful order goes through RabbitMQ to a consumer that takes events as they come. */
export const harmed = unhurried(async (lab: Lab): Promise<HarmSeen> => {
  const { harmfulOrder } = await lab.subject.load<HarmModule>('harm.ts', ['harmfulOrder'])
  const source = seededSource(lab.run.seed)
  const made: readonly (readonly [Text, readonly LogKind[]])[] = [
    [text('all kinds', 'mọi loại'), logKinds],
    [text('deposits and withdrawals', 'nạp và rút tiền'), ['deposited', 'withdrawn']],
    [text('addresses', 'địa chỉ'), ['points-earned', 'address-set']],
    [text('deposits', 'nạp tiền'), ['deposited']],
    [text('deposits and points', 'nạp tiền và điểm'), ['deposited', 'points-earned']],
    [text('withdrawals, all refused', 'rút tiền, đều bị từ chối'), ['withdrawn', 'points-earned']],
  ]
  const logs: Harmed[] = []
  for (const [what, kinds] of made) {
    await turn()
    const log = walletLog(wallet, shortLog, source, kinds)
    const answered = eventsIn(lab, harmfulOrder(log))
    const right = foldLog(log)
    const isOther = (order: readonly LogEvent[]) => !isSame(foldLog(order), right)
    logs.push({
      what,
      log,
      answered,
      isSameEvents:
        answered === undefined ||
        sequencesOf(answered).toSorted().join() === sequencesOf(log).toSorted().join(),
      right,
      wrong: answered === undefined ? right : foldLog(answered),
      isPossible: permutations(log).some(isOther),
    })
  }
  const order = logs.find(
    ({ answered, isSameEvents, right, wrong }) =>
      answered !== undefined && isSameEvents && !isSame(right, wrong),
  )?.answered
  if (order === undefined) return { logs, naive: undefined, published: 0 }
  const channel = await lab.observer.channel()
  await channel.assertQueue(lab.name(queue), { durable: true })
  for (const event of order)
    channel.sendToQueue(lab.name(queue), Buffer.from(JSON.stringify(event)), {
      messageId: event.id,
      persistent: true,
    })
  await channel.checkQueue(lab.name(queue))
  await channel.close()
  lab.say(
    'The events are published in that order; the naive consumer takes them.',
    'Các event được publish theo thứ tự đó; consumer ngây thơ nhận lấy.',
  )
  const { start } = await lab.subject.load<NaiveModule>('naive.ts', ['start'])
  const naive = await start(await lab.world('consumer'))
  lab.defer(() => naive.stop())
  await lab.until(
    text('the naive consumer did not take the events', 'consumer ngây thơ không nhận hết event'),
    async () => (await countIn(lab, queue)) === 0,
    { withinMs: msMax, everyMs: inspectEveryMs },
  )
  return { logs, naive: new WalletBook(lab.openDatabase('naive')).state(wallet), published: order.length }
})

/** Validated, since a learner's code made it. */
function eventsIn(lab: Lab, answered: unknown): readonly LogEvent[] | undefined {
  if (answered === undefined) return undefined
  const isEvent = (one: unknown): boolean =>
    typeof one === 'object' && one !== null && 'kind' in one && 'sequence' in one
  if (Array.isArray(answered) && answered.every(isEvent)) return answered as LogEvent[]
  throw lab.breaks(
    text(
      'harmfulOrder() answers neither a list of events nor undefined',
      'harmfulOrder() không trả về danh sách event, cũng không phải undefined',
    ),
    { file: 'harm.ts', near: ['function harmfulOrder'] },
  )
}

export interface Declared {
  readonly kind: LogKind
  readonly strategy: unknown
  readonly isStrategy: boolean
  readonly isTooWeak: boolean
  readonly isTooStrict: boolean
  /** Where it is too weak: an order of arrival, and what the wallet ends at instead. */
  readonly example:
    | { readonly arrival: readonly LogEvent[]; readonly right: WalletState; readonly wrong: WalletState }
    | undefined
}

/** What is declared for each kind, played over every order of short logs by the meaning of the words alone. */
export async function declared(lab: Lab): Promise<readonly Declared[]> {
  const { strategies } = await lab.subject.loadData<StrategiesModule>('strategies.ts', ['strategies'])
  const given = (typeof strategies === 'object' && strategies !== null ? strategies : {}) as Record<
    string,
    unknown
  >
  const source = seededSource(lab.run.seed)
  const seen: Declared[] = []
  for (const kind of logKinds) {
    // Others get their turn: these are all orders of six events.
    await turn()
    const strategy = given[kind]
    const isStrategy = strategyWords.some((each) => each === strategy)
    // The others as they have to be, so that the blame falls on this kind alone.
    const played = { ...leastStrategies, [kind]: strategy } as Record<LogKind, Strategy>
    const log = walletLog(wallet, shortLog, source, companions[kind])
    const right = foldLog(log)
    const arrival = permutations(log)
      .toSorted((a, b) => displaced(a) - displaced(b))
      .find((order) => isStrategy && !isSame(playedBy(played, order), right))
    const example = arrival === undefined ? undefined : { arrival, right, wrong: playedBy(played, arrival) }
    const isTooWeak = example !== undefined
    const isTooStrict = isStrategy && !isTooWeak && strategy !== leastStrategies[kind]
    seen.push({ kind, strategy, isStrategy, isTooWeak, isTooStrict, example })
  }
  return seen
}

const displaced = (order: readonly LogEvent[]): number =>
  order.filter(({ sequence }, at) => sequence !== at + 1).length

/** What a wallet comes to if each kind is treated as declared. */
function playedBy(strategies: Record<LogKind, Strategy>, arrival: readonly LogEvent[]): WalletState {
  let state = emptyWallet
  const arrived = new Map<number, LogEvent>()
  const newest = new Map<LogKind, number>()
  let next = 1
  for (const event of arrival) {
    const strategy = strategies[event.kind]
    arrived.set(event.sequence, event)
    if (
      strategy === 'any order' ||
      (strategy === 'newest wins' && event.sequence > (newest.get(event.kind) ?? 0))
    )
      state = evolveWallet(state, event)
    newest.set(event.kind, Math.max(event.sequence, newest.get(event.kind) ?? 0))
    for (let one = arrived.get(next); one !== undefined; one = arrived.get(next)) {
      if (strategies[one.kind] === 'in order') state = evolveWallet(state, one)
      next += 1
    }
  }
  return state
}

export interface Wrongly {
  readonly arrival: readonly LogEvent[]
  readonly right: WalletState
  readonly ended: WalletState
  /** How many had arrived when something was missing that could not have waited. */
  readonly after: number
  readonly isLate: boolean
}

export interface ShuffledSeen {
  readonly shuffles: number
  readonly events: number
  readonly duplicates: number
  readonly wrongly: Wrongly | undefined
}

const longLog = 12
const longShuffles = 100

/** Every order of a short log, and a hundred seeded ones of a long log with duplicates, each into a database of its own. */
export async function everyShuffle(lab: Lab): Promise<ShuffledSeen> {
  const module = await lab.subject.load<ProjectorModule>(projectorFile, ['projector'])
  const source = seededSource(lab.run.seed)
  // The first withdrawal finds nothing, and is refused.
  const kinds = ['withdrawn', 'deposited', 'points-earned', 'address-set'] as const
  const short = walletLog(wallet, 5, source, kinds)
  const long = walletLog(wallet, longLog, source, kinds)
  const shuffles = [
    ...permutations(short),
    ...Array.from({ length: longShuffles }, () => shuffled(long, source.random)),
  ]
  let events = 0
  let duplicates = 0
  for (const order of shuffles) {
    // Others get their turn: hundreds of databases take a while.
    await turn()
    const log = order.length === short.length ? short : long
    // Every third event once more, right behind it or at the end: a redelivery knows no better.
    const again = order.filter((_, at) => at % 3 === 1)
    const arrival = [...order.flatMap((event, at) => (at % 6 === 1 ? [event, event] : [event])), ...again]
    events += order.length
    duplicates += arrival.length - order.length
    const database = new Sqlite(':memory:')
    try {
      const { take } = lab.subject.guard<Projector>(module.projector(database), ['take'], projectorFile)
      const book = new WalletBook(database)
      for (const [at, event] of arrival.entries()) {
        take(event)
        const soFar = arrival.slice(0, at + 1)
        const state = book.state(wallet)
        const [points, address] = [pointsOf(soFar), addressOf(soFar)]
        if (state.points !== points || state.address !== address)
          return {
            shuffles: shuffles.length,
            events,
            duplicates,
            wrongly: {
              arrival,
              right: { ...state, points, address },
              ended: state,
              after: at + 1,
              isLate: true,
            },
          }
      }
      const [right, ended] = [foldLog(log), book.state(wallet)]
      if (!isSame(right, ended))
        return {
          shuffles: shuffles.length,
          events,
          duplicates,
          wrongly: { arrival, right, ended, after: arrival.length, isLate: false },
        }
    } finally {
      database.close()
    }
  }
  return { shuffles: shuffles.length, events, duplicates, wrongly: undefined }
}

/** Each event's points once. */
function pointsOf(arrived: readonly LogEvent[]): number {
  const once = new Map(arrived.map((event) => [event.sequence, event]))
  return [...once.values()].reduce(
    (sum, event) => sum + (event.kind === 'points-earned' ? event.points : 0),
    0,
  )
}

function addressOf(arrived: readonly LogEvent[]): string {
  const newest = arrived
    .filter((event) => event.kind === 'address-set')
    .toSorted((a, b) => b.sequence - a.sequence)[0]
  return newest?.address ?? ''
}

/** What took effect on one wallet, and what should have. */
export interface WalletSeen {
  readonly wallet: string
  /** Sequence numbers of deposits and withdrawals, in the order in which they took effect. */
  readonly inOrder: readonly number[]
  readonly expected: readonly number[]
  readonly ended: WalletState
  readonly right: WalletState
}

export interface RestartedSeen {
  readonly kills: number
  readonly duplicates: number
  readonly wallets: readonly WalletSeen[]
  /** Whether the other wallet's points and address were there while the first one was out of service. */
  readonly othersWentOn: boolean
  readonly lag: number
}

const eventsEach = 12
/** Of the second wallet this one comes only after the restart: those behind it wait over a kill. */
const missing = 2

/** One wallet is out of service, of the other an event is missing; two kills; then the wallet is back, and the event comes. */
export const restarted = unhurried(
  onKafka({ nodes: 1 }, async (lab): Promise<RestartedSeen> => {
    const { topic, group } = await declareTopic(lab, 2)
    const source = seededSource(lab.run.seed)
    const [out, gap] = ['wallet-out', 'wallet-gap'].map((name) => walletLog(name, eventsEach, source)) as [
      readonly LogEvent[],
      readonly LogEvent[],
    ]
    const book = new WalletBook(lab.openDatabase('wallets'))
    book.takeOutOfService('wallet-out')
    const first = await joined(lab, group)
    const early = gap.filter(({ sequence }) => sequence !== missing)
    const again = early.filter((_, at) => at % 4 === 2)
    await produce(lab, out, 0)
    await produce(lab, [...early, ...again], 1)
    const wanted = { points: pointsOf(early), address: addressOf(early) }
    const othersWentOn = await lab
      .until(
        text('the other partition stood still', 'partition kia đứng yên'),
        () => {
          const { points, address } = book.state('wallet-gap')
          return points === wanted.points && address === wanted.address
        },
        { withinMs: msMax, everyMs: inspectEveryMs, at: { file: consumerFile } },
      )
      .then(() => true)
      .catch(() => false)
    const none = { kills: 0, duplicates: again.length, othersWentOn, lag: Number.NaN }
    if (!othersWentOn) return { ...none, wallets: [walletSeen(book, gap)] }
    await lab.until(
      text('what had arrived was never committed', 'phần đã tới không hề được commit'),
      async () => ((await lab.kafka.committed(group, topic, 1)) ?? 0) >= early.length + again.length,
      {
        withinMs: msMax,
        everyMs: inspectEveryMs,
        at: { file: consumerFile, near: ['.commitOffsets(', '.run('] },
      },
    )
    lab.say(
      'The consumer is killed while one wallet is out of service and the other one waits for an event.',
      'Consumer bị kill trong lúc một ví đang tạm ngưng và ví kia đang chờ một event.',
    )
    await lab.killSubject(first)
    await lab.kafka.expireSessions()
    // Nobody else writes to this database now.
    book.putBack('wallet-out')
    const second = await lab.start(consumerFile, 'consumer')
    const kill = await lab.place({
      name: 'kill after a commit',
      text: text(
        'the consumer is killed just after a commit (SIGKILL)',
        'consumer bị kill ngay sau một lần commit (SIGKILL)',
      ),
      when: { point: 'commit', side: 'after', fields: { database: 'wallets' } },
      what: { kind: 'kill-subject', subject: second },
    })
    await produce(
      lab,
      gap.filter(({ sequence }) => sequence === missing),
      1,
    )
    const never = text(
      'the wallet was back, and nothing of it was committed',
      'ví đã hoạt động lại mà không có gì của nó được commit',
    )
    // A group takes its time to form.
    await lab.until(never, () => kill.state === 'fired', {
      withinMs: 2 * msMax,
      at: { file: consumerFile, near: ['take(', '.run('] },
    })
    await lab.fired(kill, never, { file: consumerFile, near: ['take(', '.run('] })
    await lab.kafka.expireSessions()
    const third = await lab.start(consumerFile, 'consumer')
    await lab.kafka.settled(group, topic, {
      withinMs: msMax,
      at: { file: consumerFile, near: ['.commitOffsets(', '.run('] },
    })
    // Whoever keeps what was refused may have committed it already, and is about to apply it.
    await lab
      .until(
        text('not all is applied', 'chưa áp dụng hết'),
        () =>
          isSame(book.state('wallet-out'), foldLog(out)) && isSame(book.state('wallet-gap'), foldLog(gap)),
        { withinMs: appliedMsMax, everyMs: inspectEveryMs },
      )
      .catch(() => {})
    await third.stop()
    return {
      kills: 2,
      duplicates: again.length,
      othersWentOn,
      lag: await lab.kafka.lag(group, topic),
      wallets: [walletSeen(book, out), walletSeen(book, gap)],
    }
  }),
)

/** Played by `npm run exercise consistency-02 live`. */
export const live: readonly Act[] = [
  {
    title: text('The same events in another order.', 'Vẫn các event đó, theo thứ tự khác.'),
    scenario: harmed,
  },
  {
    title: text(
      'In order over an outage, a gap and two kills.',
      'Đúng thứ tự qua một lần tạm ngưng, một chỗ thiếu và hai lần kill.',
    ),
    scenario: restarted,
  },
]

export async function declareTopic(lab: Lab, partitions: number): Promise<{ topic: string; group: string }> {
  const topic = lab.name('wallets.events')
  await lab.kafka.observer.createTopic(topic, { partitions })
  return { topic, group: lab.name('wallets') }
}

/** Starts a consumer, and waits until it has its partitions: what comes then is not about how long a group takes. */
async function joined(lab: Lab, group: string): ReturnType<Lab['start']> {
  const actor = await lab.start(consumerFile, 'consumer')
  await lab.kafka.untilStable(group, 1, {
    withinMs: 2 * msMax,
    at: { file: consumerFile, near: ['.run(', 'groupId'] },
  })
  return actor
}

export async function produce(lab: Lab, events: readonly LogEvent[], partition: number): Promise<void> {
  await lab.kafka.observer.produce(
    lab.name('wallets.events'),
    events.map((event) => ({ key: event.wallet_id, value: JSON.stringify(event), partition })),
  )
}

export function walletSeen(book: WalletBook, log: readonly LogEvent[]): WalletSeen {
  const name = log[0]?.wallet_id ?? ''
  const isOrdered = (kind: LogKind) => leastStrategies[kind] === 'in order'
  return {
    wallet: name,
    inOrder: book
      .applied()
      .flatMap(({ wallet_id, sequence, kind }) => (wallet_id === name && isOrdered(kind) ? [sequence] : [])),
    expected: log.flatMap(({ kind, sequence }) => (isOrdered(kind) ? [sequence] : [])),
    ended: book.state(name),
    right: foldLog(log),
  }
}

const sequencesOf = (events: readonly LogEvent[]): readonly number[] => events.map(({ sequence }) => sequence)

export const isSame = (one: WalletState, other: WalletState): boolean =>
  one.balance_minor === other.balance_minor && one.points === other.points && one.address === other.address

/** All orders of a few things. */
function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: { next(): number }): readonly Item[] {
  const left = [...items]
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1))
    const [one, two] = [left[at], left[other]] as [Item, Item]
    left[at] = two
    left[other] = one
  }
  return left
}
