/** failure-01 for the explorer: customers ask for payments one after another, and whoever sends or books them dies. */
import { conservation } from '#lab/checkers/conservation'
import { lost } from '#lab/checkers/lost'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage, Supervised } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import type { Ledger } from '#payments/ledger'
import { committed, ledgerOf, paymentsOf } from './scenarios/payments.ts'
import { deadLetters, declare } from './scenarios/queues.ts'

const saving = [{ file: 'payments.ts', near: ['.transaction(', '.publish('] }]
const booking = [{ file: 'consumer.ts', near: ['.post(', 'function work'] }]
/** How often a customer asks for the same payment to be accepted: every second one gives up at once. */
const attempts = [5, 1] as const

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly committed: readonly string[]
  readonly booked: readonly string[]
  readonly dead: number
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-01.4',
  text: text(
    'whatever crashes, every accepted payment is booked once, and none is booked that was not accepted',
    'dù cái gì sập, thanh toán đã nhận nào cũng được ghi sổ đúng một lần, và không cái nào được ghi sổ mà chưa được nhận',
  ),
  judge({ operations, committed: saved, booked, dead, audit }) {
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    if (dead > 0) {
      return broken(
        text(
          'a payment came again after the crash and was refused as if it had failed',
          'có thanh toán tới lại sau sự cố và bị từ chối như thể xử lý hỏng',
        ),
        { at: booking },
      )
    }
    const anomaly =
      stuck(operations) ??
      lost(operations, { what: 'accept', found: booked }) ??
      conservation({ produced: saved, processed: booked, deadLettered: [], inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: saving, messages: anomaly.messages })
    return held(
      witness(
        'booked',
        booked.length,
        text(
          `${booked.length} payments accepted and booked once`,
          `${booked.length} thanh toán được nhận và ghi sổ đúng một lần`,
        ),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  // A customer who asks again, and one who does not: what nobody asks for again must not be booked without having been saved.
  messages: 2,
  async play({ lab, history, messages, supervise, comesTrue }) {
    await declare(lab)
    // Before anybody else has it open: a subject that stands still at a commit holds its lock.
    const ledger = ledgerOf(lab)
    const payments = paymentsOf(lab, messages)
    const consumer = await supervise('consumer.ts', 'consumer')
    const service = await supervise('payments.ts')
    for (const [at, payment] of payments.entries()) {
      await acceptedBy(service, history, { payment, attemptsMax: attempts[at % 2 === 0 ? 0 : 1] })
      // One payment after the other, so that each run exchanges the same messages.
      if (!(await comesTrue(() => isDone(lab, ledger, payment)))) break
    }
    await service.stop()
    await consumer.stop()
    return {
      operations: history.operations,
      committed: committed(lab),
      booked: payments.flatMap(({ payment_id }) =>
        ledger.count(payment_id, 'capture') === 1 ? [payment_id] : [],
      ),
      dead: (await whileBrokerReturns(() => deadLetters(lab))).length,
      audit: ledger.audit(),
    }
  },
}

/** Asks until the answer is yes, under one payment id, or gives up. */
async function acceptedBy(
  service: Supervised,
  history: Stage['history'],
  { payment, attemptsMax }: { payment: Payment; attemptsMax: number },
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const asked = history.invoke({ by: 'customer', what: 'accept', message: payment.payment_id })
    const answer = await service.call('accept', payment)
    switch (answer.state) {
      case 'ok':
        return asked.ok()
      case 'fail':
        asked.fail(answer.reason)
        break
      case 'unknown':
        asked.unknown(answer.reason)
        break
      case 'pending':
        return
      default:
        answer satisfies never
    }
  }
}

/** Whether the payment is booked, if it was saved, and nothing of it is in the queue. */
async function isDone(lab: Stage['lab'], ledger: Ledger, { payment_id }: Payment): Promise<boolean> {
  if (committed(lab).includes(payment_id) && ledger.count(payment_id, 'capture') !== 1) return false
  return (await whileBrokerReturns(() => countIn(lab, 'payments.work'))) === 0
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: [
    'two-transactions',
    'publishes-then-saves',
    'saves-then-publishes',
    'marks-before-the-confirm',
    'never-looks-back',
    'redelivered-is-a-duplicate',
    'repeated-is-an-error',
  ],
  broker: ['saves-then-publishes'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: "a wrong test of the learner's own, which nothing here plays",
    wrong: [
      'a-lost-confirm-is-a-lost-message',
      'counts-instead-of-ids',
      'dies-before-the-commit',
      'dies-with-its-confirm',
      'trusts-the-answers',
      'unknown-is-lost',
    ],
  },
  {
    because: 'the broker refuses nothing, and everything has its queue',
    wrong: ['nack-is-an-answer-too', 'not-mandatory'],
  },
  { because: 'the ledger knows a payment under whatever event id it comes', wrong: ['new-id-for-each-send'] },
]
