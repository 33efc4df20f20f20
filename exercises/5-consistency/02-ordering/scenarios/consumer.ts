/** The learner's consumer, killed and started again while events are missing. */
import type { Lab } from '#lab/kit'
import { onKafka, unhurried } from '#lab/kit/stage'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import {
  foldLog,
  type LogEvent,
  type LogKind,
  WalletBook,
  type WalletState,
  walletLog,
} from '#payments/wallet-log'
import { isSame } from './log.ts'
import { addressOf, pointsOf } from './projector.ts'
import { leastStrategies } from './strategies.ts'

export const consumerFile = 'consumer.ts'
export const queue = 'wallets.events'
export const msMax = 12_000
export const inspectEveryMs = 15
/** Only what never comes is waited for so long. */
const appliedMsMax = 4000

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
