/** failure-06 for the explorer: good payments and one that always fails, and the consumer dies at every moment of its work. */
import { conservation } from '#lab/checkers/conservation'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { seededSource, somePayments } from '#payments/fixtures'
import { deadMessages } from './scenarios/dlq.ts'
import { publish, walletOf } from './scenarios/messages.ts'
import { attemptsMax } from './scenarios/operator.ts'

interface CrashedSeen {
  readonly produced: readonly string[]
  readonly booked: readonly string[]
  /** What lies in payments.dlq; a crash between the copy and the ack may leave a message there twice. */
  readonly dead: readonly string[]
  readonly poison: string
  readonly attempts: number
  readonly waiting: number
}

const burying = [{ file: 'consumer.ts', near: ['.publish(', '.reject(', '.ack('] }]

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-06.4',
  text: text(
    'wherever the consumer dies, good payments are booked, the poison is in the DLQ alone, and is tried no more often than allowed',
    'consumer chết ở đâu cũng vậy: thanh toán tốt vào sổ, chỉ poison vào DLQ, và không bị thử quá số lần cho phép',
  ),
  judge({ produced, booked, dead, poison, attempts, waiting }) {
    const innocent = dead.filter((id) => id !== poison)
    if (innocent.length > 0) {
      return broken(
        text(
          'a good payment lies among the dead: the crash counted for more than the message it was about',
          'một thanh toán tốt nằm giữa các message chết: cú crash bị tính cho cả những message không liên quan',
        ),
        { at: burying, messages: innocent },
      )
    }
    if (attempts > attemptsMax) {
      return broken(
        text(
          `the poison was tried more than ${attemptsMax} times: the count did not survive the crash`,
          `poison bị thử quá ${attemptsMax} lần: số đếm không sống sót qua cú crash`,
        ),
        { at: burying, messages: [poison] },
      )
    }
    if (waiting > 0) {
      return broken(
        text(
          `${waiting} messages are still in payments.work: the consumer that was started again does not finish them`,
          `${waiting} message vẫn nằm trong payments.work: consumer khởi động lại không xử lý nốt`,
        ),
        { at: burying },
      )
    }
    const anomaly = conservation({ produced, processed: booked, deadLettered: dead, inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: burying, messages: anomaly.messages })
    return held(
      witness(
        'booked',
        booked.length,
        text(
          `${booked.length} good payments booked, the poison dead after ${attempts} attempts`,
          `${booked.length} thanh toán tốt đã ghi sổ, poison chết sau ${attempts} lần thử`,
        ),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 3,
  // A broker that dies takes the counts of what it had not written yet along: that is its promise, not the consumer's.
  crashes: ['subject', 'connection'],
  async play({ lab, messages, supervise, comesTrue }) {
    const wallet = walletOf(lab)
    const payments = somePayments(messages, seededSource(lab.run.seed)).map((payment, at) =>
      at === 1 % messages ? { ...payment, merchant_id: 'frozen-corner' } : payment,
    )
    wallet.freeze('frozen-corner')
    // It declares the topology, and so has to be there first.
    const consumer = await supervise('consumer.ts', 'consumer')
    const ids: string[] = []
    for (const payment of payments) {
      ids.push(await publish(lab, payment))
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    await consumer.stop()
    const poisonAt = payments.findIndex(({ merchant_id }) => merchant_id === 'frozen-corner')
    return {
      produced: ids,
      booked: ids.filter((_, at) => wallet.ledger.count(payments[at]?.payment_id ?? '', 'capture') === 1),
      dead: (await deadMessages(lab)).map(({ id }) => id),
      poison: ids[poisonAt] ?? '',
      attempts: wallet.attempts(payments[poisonAt]?.payment_id ?? ''),
      waiting,
    }
  },
}

function waitingIn(lab: Stage['lab']): Promise<number> {
  return whileBrokerReturns(() => countIn(lab, 'payments.work'))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['counts-in-memory'],
  connection: ['counts-in-memory'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'the naive consumer, the poison, the monitor and Kafka are not played here',
    wrong: [
      'age-since-it-looked',
      'alert-stays',
      'counts-after-the-attempt',
      'counts-the-flag',
      'counts-what-is-there',
      'dead-without-a-word',
      'flagged-as-poison',
      'flies-away-unconfirmed',
      'forgets-its-deaths',
      'gives-up-at-once',
      'one-chance-each',
      'poison-at-the-end',
      'reads-first',
      'steps-over-it',
      'takes-them-all',
      'takes-to-measure',
      'ten-before-anyone-cares',
      'waits-for-a-better-day',
    ],
  },
  {
    because: "no message kills its consumer, so the queue's own limit never counts",
    wrong: ['no-limit', 'limit-is-the-attempts', 'limit-without-an-exit'],
  },
  {
    because: 'nobody looks at the DLQ more than once',
    wrong: ['dlq-drops-what-is-looked-at', 'dlq-turns-round'],
  },
  {
    because: 'one payment comes at a time, and each can be read',
    wrong: ['holds-ten', 'reads-outside-of-the-try', 'retries-what-nobody-can-read'],
  },
  {
    because: 'what is said about the dead is not asked here',
    wrong: ['dies-without-a-word', 'forgets-where-it-came-from'],
  },
  {
    because: 'a second copy of the dead, or too few attempts, is none of this promise',
    wrong: ['buried-twice', 'gives-up-at-the-first-error'],
  },
]
