/** mq-03 for the explorer: payments come one after another, and the consumer dies at every moment of its work. */
import { conservation } from '#lab/checkers/conservation'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { deadLetters, declare, put, walletOf, work } from './scenarios/queue.ts'

const booking = [{ file: 'consumer.ts', near: ['.post(', 'listen('] }]
const acking = [{ file: 'listener.ts', near: ['.ack(', '.consume('] }]

interface CrashedSeen {
  readonly produced: readonly string[]
  readonly booked: readonly string[]
  readonly dead: readonly string[]
  readonly waiting: number
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-03.8',
  text: text(
    'wherever the consumer dies, every payment ends in the ledger, once, and none among the dead letters',
    'consumer chết ở đâu cũng vậy: thanh toán nào cũng vào sổ cái đúng một lần, không cái nào thành dead letter',
  ),
  judge({ produced, booked, dead, waiting, audit }) {
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    if (dead.length > 0) {
      return broken(
        // Without their number: how many acks were on their way when the broker died is a matter of luck.
        text(
          'a payment came again after the crash and was refused as if it had failed',
          'có thanh toán tới lại sau sự cố và bị từ chối như thể xử lý hỏng',
        ),
        { at: booking, messages: dead },
      )
    }
    if (waiting > 0) {
      return broken(
        text(
          `${waiting} payments are still in payments.work: the consumer that was started again does not finish them`,
          `${waiting} thanh toán vẫn nằm trong payments.work: consumer khởi động lại không xử lý nốt`,
        ),
        { at: acking },
      )
    }
    const anomaly = conservation({ produced, processed: booked, deadLettered: dead, inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: acking, messages: anomaly.messages })
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
  promise: survivesCrashes,
  // The first finds everything new, the second nothing; a third would go the second one's way.
  messages: 2,
  async play({ lab, messages, supervise, comesTrue }) {
    await declare(lab)
    const payments = somePayments(messages, seededSource(lab.run.seed))
    const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
    const consumer = await supervise('consumer.ts', 'consumer')
    for (const event of events) {
      await publish(lab, event)
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    await consumer.stop()
    const { ledger } = walletOf(lab)
    const isBooked = (at: number) => ledger.count(payments[at]?.payment_id ?? '', 'capture') === 1
    return {
      produced: events.map(({ id }) => id),
      booked: events.flatMap(({ id }, at) => (isBooked(at) ? [id] : [])),
      dead: await whileBrokerReturns(() => deadLetters(lab)),
      waiting,
      audit: ledger.audit(),
    }
  },
}

/** Under one id until the broker has it, as any producer would. */
async function publish(lab: Stage['lab'], event: Envelope): Promise<void> {
  await whileBrokerReturns(() => put(lab, event.id, JSON.stringify(event)))
}

function waitingIn(lab: Stage['lab']): Promise<number> {
  return whileBrokerReturns(() => countIn(lab, work))
}

/**
 * The wrong solutions that a crash convicts, by what crashes. Whether a message that needs no ack had left the broker when that was
 * killed is a matter of luck (`automatic-acks`).
 */
export const convictions: Convictions = {
  subject: ['automatic-acks', 'repeated-is-an-error', 'processed-then-booked'],
  broker: ['repeated-is-an-error'],
  connection: ['automatic-acks', 'repeated-is-an-error'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because:
      'an ack before the booking leaves the process in the same turn of its event loop, behind the commit',
    wrong: ['acks-on-receipt', 'does-not-wait'],
  },
  {
    because: 'nothing fails here, and nothing is unreadable',
    wrong: [
      'acks-in-finally',
      'refuses-all-of-them',
      'requeues',
      'skips-what-it-cannot-read',
      'trusts-the-body',
    ],
  },
  { because: 'one message comes at a time', wrong: ['no-prefetch'] },
  { because: 'nothing is in work when it stops', wrong: ['connection-before-channel', 'leaves-at-once'] },
  { because: 'no queue is deleted under it', wrong: ['expects-a-message'] },
  {
    because: 'breaks without a crash: two acks for one delivery close the channel',
    wrong: ['settles-twice'],
  },
]
