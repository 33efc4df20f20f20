/** A log in another order than it happened, and what the learner says that it does. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import {
  foldLog,
  type LogEvent,
  type LogKind,
  logKinds,
  WalletBook,
  type WalletState,
  walletLog,
} from '#payments/wallet-log'
import { inspectEveryMs, msMax, queue } from './consumer.ts'
import { isSame, permutations, sequencesOf, shortLog, wallet } from './log.ts'

interface NaiveModule {
  start(world: World): Promise<Running>
}

interface HarmModule {
  harmfulOrder(log: readonly LogEvent[]): unknown
}

/** A log, and the order that the subject calls harmful. */
interface Harmed {
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
