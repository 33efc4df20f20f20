/** consistency-02 for the explorer: events of a wallet come one after another, and the consumer dies at every moment of its work. */
import type { Convictions, Exploration, NotByCrash } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { WalletBook, walletLog } from '#payments/wallet-log'
import { consumerFile, declareTopic, produce, type WalletSeen, walletSeen } from './scenarios/consumer.ts'
import { isSame } from './scenarios/log.ts'

const consuming = [{ file: consumerFile, near: ['take(', '.commitOffsets(', '.run('] }]
const projecting = [{ file: 'projector.ts', near: ['.apply(', 'take'] }]
interface CrashedSeen {
  readonly wallet: WalletSeen
  readonly lag: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'consistency-02.5',
  text: text(
    'wherever the consumer dies, the wallet takes its deposits and withdrawals in order, each once, and ends where its log does',
    'consumer chết ở đâu cũng vậy: ví nhận lệnh nạp và rút đúng thứ tự, mỗi cái một lần, và kết thúc đúng chỗ của log',
  ),
  judge({ wallet: { inOrder, expected, ended, right }, lag }) {
    if (lag > 0) {
      return broken(
        text(
          `${lag} records are still to be read: the consumer that was started again does not finish them`,
          `còn ${lag} record chưa đọc: consumer khởi động lại không xử lý nốt`,
        ),
        { at: consuming },
      )
    }
    if (inOrder.join() !== expected.join() || !isSame(ended, right)) {
      return broken(
        text(
          `deposits and withdrawals ${expected.join(', ')} were sent, and ${inOrder.join(', ') || 'none'} took effect; the balance is ${ended.balance_minor} instead of ${right.balance_minor}, the points are ${ended.points} instead of ${right.points}`,
          `đã gửi lệnh nạp và rút ${expected.join(', ')}, có hiệu lực là ${inOrder.join(', ') || 'không cái nào'}; số dư ${ended.balance_minor} thay vì ${right.balance_minor}, điểm ${ended.points} thay vì ${right.points}`,
        ),
        { at: projecting },
      )
    }
    return held(witness('events', inOrder.length))
  },
}

export const exploration: Exploration<CrashedSeen> = {
  brokers: { kafka: 1 },
  promise: survivesCrashes,
  messages: 3,
  async play({ lab, messages, supervise, comesTrue }) {
    const { topic, group } = await declareTopic(lab, 1)
    const log = walletLog('wallet-1', messages, seededSource(lab.run.seed))
    const consumer = await supervise(consumerFile, 'consumer')
    const lagNow = () => lab.kafka.lag(group, topic).catch(() => Number.NaN)
    for (const event of log) {
      await produce(lab, [event], 0)
      if (!(await comesTrue(async () => (await lagNow()) === 0))) break
    }
    const lag = await lagNow()
    await consumer.stop()
    return { wallet: walletSeen(new WalletBook(lab.openDatabase('wallets')), log), lag }
  },
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['commits-first', 'counts-points-twice'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'what commutes, what harms and what is chosen is answered by no consumer',
    wrong: [
      'deltas-commute',
      'two-of-a-kind-commute',
      'whatever-is-touched',
      'reverses-them',
      'swaps-neighbours',
      'deposits-in-any-order',
      'the-newest-points',
      'to-be-on-the-safe-side',
    ],
  },
  {
    because: 'every event comes in its turn',
    wrong: ['skips-the-gap', 'the-last-one-wins', 'waits-in-memory'],
  },
  { because: 'the wallet is never away', wrong: ['everybody-waits', 'swallows-the-outage'] },
]
