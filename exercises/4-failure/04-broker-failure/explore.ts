/** failure-04 for the explorer: payments are sent one after another, and broker or connections crash at every moment. */
import { conservation } from '#lab/checkers/conservation'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent } from '#payments/fixtures'
import type { Ledger } from '#payments/ledger'
import { ledgerOf, paymentsOf } from './scenarios/payments.ts'
import { lineFile } from './scenarios/services.ts'

const keeping = [{ file: lineFile, near: ["'close'", 'connect('] }]
const sending = [{ file: 'producer.ts', near: ['.publish('] }]

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly produced: readonly string[]
  readonly booked: readonly string[]
  /** Starts of each service: one, since none may die of an outage. */
  readonly starts: number
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-04.6',
  text: text(
    'whenever the broker or a connection goes, both services come back by themselves, and every payment is booked once',
    'broker hay kết nối mất lúc nào cũng vậy: cả hai service tự trở lại, mỗi thanh toán được ghi sổ đúng một lần',
  ),
  judge({ operations, produced, booked, starts, audit }) {
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`))
    if (starts > 2) {
      return broken(
        text(
          'a service died of the outage and had to be started again',
          'có service chết vì sự cố và phải khởi động lại',
        ),
        { at: keeping },
      )
    }
    const waiting = stuck(operations)
    if (waiting !== undefined) return broken(waiting.said, { at: sending, messages: waiting.messages })
    const anomaly = conservation({ produced, processed: booked, deadLettered: [], inFlight: [] })
    if (anomaly !== undefined)
      return broken(anomaly.said, { at: [...sending, ...keeping], messages: anomaly.messages })
    return held(
      witness(
        'booked',
        booked.length,
        text(
          `${booked.length} payments sent and booked once`,
          `${booked.length} thanh toán đã gửi và ghi sổ một lần`,
        ),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  // Both services declare and consume anew after each crash: one payment makes seventy-eight moments.
  messages: 1,
  // A service whose own process dies has only its memory to lose; that is failure-01.
  crashes: ['broker', 'connection'],
  async play({ lab, history, messages, supervise, comesTrue }) {
    const ledger = ledgerOf(lab)
    const payments = paymentsOf(lab, messages)
    const consumer = await supervise('consumer.ts', 'consumer')
    const producer = await supervise('producer.ts', 'producer')
    for (const payment of payments) {
      const event = requestedEvent(payment, lab.run.seed)
      const asked = history.invoke({ by: 'caller', what: 'send', message: payment.payment_id })
      const answer = await producer.call('send', event)
      if (answer.state === 'ok') asked.ok()
      else if (answer.state !== 'pending') asked.unknown(answer.reason)
      if (answer.state !== 'ok' || !(await comesTrue(() => isDone(lab, ledger, payment)))) break
    }
    const starts = consumer.starts + producer.starts
    await producer.stop()
    await consumer.stop()
    return {
      operations: history.operations,
      produced: payments.map(({ payment_id }) => payment_id),
      booked: payments.flatMap(({ payment_id }) =>
        ledger.count(payment_id, 'capture') === 1 ? [payment_id] : [],
      ),
      starts,
      audit: ledger.audit(),
    }
  },
}

/** Whether the payment is booked and nothing of it is in the queue. */
async function isDone(lab: Stage['lab'], ledger: Ledger, { payment_id }: Payment): Promise<boolean> {
  if (ledger.count(payment_id, 'capture') !== 1) return false
  return (await whileBrokerReturns(() => countIn(lab, 'payments.work'))) === 0
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  broker: ['forgets-the-unconfirmed', 'ends-with-its-connection', 'a-lost-channel-is-a-nack'],
  connection: ['consumes-only-once', 'ends-with-its-connection', 'a-lost-channel-is-a-nack'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because:
      'the ack leaves in the same turn of its event loop as its message came: no other channel comes between',
    wrong: ['acks-on-the-new-channel'],
  },
  {
    because: 'how long and how often it is tried again is no matter of one crash',
    wrong: [
      'comes-back-at-once',
      'gives-up',
      'in-step',
      'jitter-over-the-maximum',
      'never-longer',
      'no-maximum',
    ],
  },
  {
    because: 'Kafka does not play here',
    wrong: ['asks-nobody', 'takes-the-leaders-word', 'tries-once-on-kafka'],
  },
  { because: 'what was declared is durable', wrong: ['declares-only-once'] },
  { because: 'the process lives, and sends what it has called sent', wrong: ['sent-when-written'] },
  {
    because: 'the ledger knows a payment under whatever event id it comes',
    wrong: ['answers-twice', 'new-id-when-sent-again'],
  },
]
