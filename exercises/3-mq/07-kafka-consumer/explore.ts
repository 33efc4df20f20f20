/** mq-07 for the explorer: payments come one after another, and the consumer dies at every moment of its work. */
import { conservation } from '#lab/checkers/conservation'
import type { Convictions, Exploration, NotByCrash } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { deadLetters, declare, produce } from './scenarios/topic.ts'
import { walletOf } from './scenarios/wallet.ts'

const booking = [{ file: 'consumer.ts', near: ['.post(', 'listen('] }]
const committing = [{ file: 'listener.ts', near: ['.commitOffsets(', 'autoCommit', '.run('] }]

interface CrashedSeen {
  readonly produced: readonly string[]
  readonly booked: readonly string[]
  readonly dead: number
  readonly lag: number
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-07.9',
  text: text(
    'wherever the consumer dies, every payment ends in the ledger, once, and none in payments.dead',
    'consumer chết ở đâu cũng vậy: thanh toán nào cũng vào sổ cái đúng một lần, không cái nào vào payments.dead',
  ),
  judge({ produced, booked, dead, lag, audit }) {
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    if (dead > 0) {
      return broken(
        text(
          'a payment came again after the crash and went to payments.dead as if it had failed',
          'có thanh toán tới lại sau sự cố và vào payments.dead như thể xử lý hỏng',
        ),
        { at: booking },
      )
    }
    // What is booked and not committed is read again by the next start, and booked by then: that is no loss.
    const unread = produced.length > booked.length ? lag : 0
    if (unread > 0) {
      return broken(
        text(
          `${unread} records are still to be read: the consumer that was started again does not finish them`,
          `còn ${unread} record chưa đọc: consumer khởi động lại không xử lý nốt`,
        ),
        { at: committing },
      )
    }
    const anomaly = conservation({ produced, processed: booked, deadLettered: [], inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: committing, messages: anomaly.messages })
    return held(
      witness(
        'booked',
        booked.length,
        text(
          `${booked.length} payments booked once`,
          `${booked.length} thanh toán đã ghi sổ, mỗi cái một lần`,
        ),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  brokers: { kafka: 1 },
  promise: survivesCrashes,
  messages: 2,
  async play({ lab, messages, supervise, comesTrue }) {
    const { topic, group } = await declare(lab, 1)
    const payments = somePayments(messages, seededSource(lab.run.seed))
    const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
    // Before anybody else has it open: a subject that stands still at a commit holds its lock.
    const { ledger } = walletOf(lab)
    const isBooked = (at: number) => ledger.count(payments[at]?.payment_id ?? '', 'capture') === 1
    const consumer = await supervise('consumer.ts', 'consumer')
    const lagNow = () => lab.kafka.lag(group, topic).catch(() => Number.NaN)
    for (const [at, event] of events.entries()) {
      await produce(lab, [event])
      // One record after another. Whoever has lost the commit of one that is booked commits with the next.
      if (!(await comesTrue(async () => (await lagNow()) === 0)) && !isBooked(at)) break
    }
    const lag = await lagNow()
    await consumer.stop()
    return {
      produced: events.map(({ id }) => id),
      booked: events.flatMap(({ id }, at) => (isBooked(at) ? [id] : [])),
      dead: (await deadLetters(lab)).length,
      lag,
      audit: ledger.audit(),
    }
  },
}

/**
 * The wrong solutions that a crash convicts, by what crashes. After a cut connection, or once the broker is back, kafkajs sends the commit
 * again by itself, so that nothing comes twice.
 */
export const convictions: Convictions = {
  subject: ['commits-first', 'repeated-is-an-error'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'breaks without a crash: what was sent before its group knew the partition is never read',
    wrong: ['from-now-on'],
  },
  {
    because: 'breaks without a crash: the record behind the one that it resolves is never read',
    wrong: ['resolves-the-next-offset'],
  },
  { because: 'what it reads again at every start is booked by then', wrong: ['commits-this-offset'] },
  {
    because: 'nothing fails here, and nothing is unreadable',
    wrong: [
      'dead-letters-without-key',
      'does-not-wait-for-the-dead-letter',
      'lets-it-be-tried-again',
      'logs-a-refused-dead-letter',
      'swallows-errors',
      'trusts-the-value',
    ],
  },
  {
    because: 'one listener has one partition',
    wrong: [
      'a-batch-at-a-time',
      'a-group-for-each',
      'one-group-for-all',
      'one-partition-at-a-time',
      'never-leaves',
    ],
  },
  {
    because: 'booking and commit leave in the same turn of its event loop, in that order',
    wrong: ['does-not-wait'],
  },
]
