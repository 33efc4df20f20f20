/** failure-05 for the explorer: events of a wallet come two by two in the wrong order, and the consumer dies at every moment of its work. */
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { walletHistory } from '#payments/wallet-events'
import {
  accountsOf,
  consumerFile,
  declare,
  lane,
  publish,
  queue,
  type WalletSeen,
  walletSeen,
} from './run.ts'

const applying = [{ file: 'sequencer.ts', near: ['.transaction(', '.apply('] }]
const acking = [{ file: consumerFile, near: ['.ack(', '.consume('] }]

interface CrashedSeen {
  readonly wallet: WalletSeen
  readonly waiting: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-05.4',
  text: text(
    'wherever the consumer dies, each event of the wallet takes effect once and in its turn, the ones that came early included',
    'consumer chết ở đâu cũng vậy: event nào của ví cũng có hiệu lực đúng một lần và đúng lượt, kể cả event tới sớm',
  ),
  judge({ wallet, waiting }) {
    const { applied, events, balance, rightBalance } = wallet
    if (waiting > 0) {
      return broken(
        text(
          'an event is still in wallets.events: the consumer that was started again does not take it',
          'có event vẫn nằm trong wallets.events: consumer khởi động lại không lấy nó',
        ),
        { at: acking },
      )
    }
    const twice = applied.find((sequence, at) => applied.indexOf(sequence) !== at)
    if (twice !== undefined) {
      return broken(
        text(
          `event ${twice} took effect twice: what says that it was here did not survive together with its effect`,
          `event ${twice} có hiệu lực hai lần: dấu cho biết nó đã tới không sống sót cùng với hiệu lực của nó`,
        ),
        { at: applying },
      )
    }
    const missing = Array.from({ length: events }, (_, at) => at + 1).filter(
      (sequence) => !applied.includes(sequence),
    )
    if (missing.length > 0) {
      return broken(
        text(
          `event ${missing.join(', ')} was acknowledged and never took effect: it was kept where a crash takes it along`,
          `event ${missing.join(', ')} đã ack mà không bao giờ có hiệu lực: nó được giữ ở chỗ mất theo cú crash`,
        ),
        { at: applying },
      )
    }
    if (applied.some((sequence, at) => sequence !== at + 1) || balance !== rightBalance) {
      return broken(
        text(
          `the events took effect as ${applied.join(', ')}, and the balance is ${balance} instead of ${rightBalance}`,
          `các event có hiệu lực theo thứ tự ${applied.join(', ')}, và số dư là ${balance} thay vì ${rightBalance}`,
        ),
        { at: applying },
      )
    }
    return held(
      witness(
        'applied',
        applied.length,
        text(`${applied.length} events took effect in turn`, `${applied.length} event có hiệu lực đúng lượt`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  // Of every two the second comes first: one is kept, and released.
  messages: 2,
  // A consumer that loses its connection and comes back by itself is failure-04's.
  crashes: ['subject'],
  async play({ lab, messages, supervise, comesTrue }) {
    await declare(lab)
    const history = walletHistory('wallet-1', messages, seededSource(lab.run.seed))
    const swapped = history.map((event, at) => history[at % 2 === 0 ? at + 1 : at - 1] ?? event)
    const consumer = await supervise(consumerFile, lane)
    for (const event of swapped) {
      await whileBrokerReturns(() => publish(lab, [event]))
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    await consumer.stop()
    return { wallet: walletSeen(accountsOf(lab), history), waiting }
  },
}

function waitingIn(lab: Stage['lab']): Promise<number> {
  return whileBrokerReturns(() => countIn(lab, queue))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['applies-again', 'keeps-in-memory', 'progress-in-a-transaction-of-its-own'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'the naive consumer and the shuffle are not played here',
    wrong: [
      'counts-jumps-only',
      'leaves-out-what-is-late',
      'chance-of-its-own',
      'shuffles-them-all',
      'swaps-neighbours',
    ],
  },
  {
    because: 'nothing is missing for long, so no gap is told',
    wrong: ['begins-to-wait-again', 'reports-at-once', 'waits-for-ever'],
  },
  { because: 'one early event is no crowd', wrong: ['everybody-waits', 'keeps-without-a-bound'] },
  { because: 'there is one wallet', wrong: ['one-number-for-all'] },
  {
    because: 'breaks without a crash: what comes early is lost, taken for done, or in the way',
    wrong: ['drops-what-is-early', 'moves-on-past-the-gap', 'holds-them-unacked'],
  },
]
