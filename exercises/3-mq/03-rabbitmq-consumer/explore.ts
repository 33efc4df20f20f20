/** mq-03 for the explorer: payments wait in the queue, and the consumer that books them dies around every message. */
import { conservation } from '#lab/checkers/conservation'
import { lost } from '#lab/checkers/lost'
import type { Convictions, Exploration } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { seededSource, somePayments } from '#payments/fixtures'
import { deadLetters, declare, put, requested, walletOf } from './run.ts'

const acknowledging = [{ file: 'listener.ts', near: ['.ack(', 'noAck'] }]

interface CrashedSeen {
  readonly operations: readonly Operation[]
  /** Messages whose payment stands in the ledger. */
  readonly booked: readonly string[]
  readonly dead: readonly string[]
  readonly audit: readonly string[]
}

const bookedOnce: Promised<CrashedSeen> = {
  item: 'mq-03.8',
  text: text(
    'whenever the consumer dies, every payment is booked once, and none is refused for it',
    'consumer chết lúc nào cũng vậy: mọi thanh toán được ghi sổ đúng một lần, và không cái nào bị từ chối vì thế',
  ),
  judge({ operations, booked, dead, audit }) {
    const produced = operations.map(({ message }) => message)
    const anomaly =
      lost(operations, { what: 'publish', found: [...booked, ...dead] }) ??
      conservation({ produced, processed: booked, deadLettered: dead, inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: acknowledging, messages: anomaly.messages })
    const [refused] = dead
    if (refused !== undefined) {
      return broken(
        text(
          'a payment that nothing is wrong with was refused after the crash',
          'sau sự cố, một thanh toán hợp lệ lại bị từ chối',
        ),
        { at: [{ file: 'listener.ts', near: ['.reject(', '.nack('] }], messages: [refused] },
      )
    }
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books are wrong: ${fault}`, `sổ sai: ${fault}`), {
        at: [{ file: 'consumer.ts' }],
      })
    return held(
      witness(
        'booked',
        booked.length,
        text(`${booked.length} payments booked once`, `${booked.length} thanh toán ghi sổ đúng một lần`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: bookedOnce,
  messages: 3,
  // What a listener does without its broker is no part of this task.
  crashes: ['subject'],
  async play({ lab, history, messages, supervise }) {
    await declare(lab)
    const consumer = await supervise('consumer.ts', 'consumer')
    const sent = somePayments(messages, seededSource(lab.run.seed)).map((payment) => ({
      payment,
      event: requested(lab, payment),
    }))
    for (const { event } of sent) {
      const publishing = history.invoke({ by: 'producer', what: 'publish', message: event.id })
      await put(lab, event.id, JSON.stringify(event))
      publishing.ok()
      // One after another, so that each run exchanges the same messages. What is refused waits among the dead letters.
      await lab.settled({ queues: ['payments.work'] })
    }
    await consumer.stop()
    const { ledger } = walletOf(lab)
    return {
      operations: history.operations,
      booked: sent.flatMap(({ payment, event }) =>
        ledger.count(payment.payment_id, 'capture') > 0 ? [event.id] : [],
      ),
      dead: await deadLetters(lab),
      audit: ledger.audit(),
    }
  },
}

/** The wrong solutions that a crash convicts. The others are wrong without one, or break no promise of these. */
export const convictions: Convictions = {
  subject: ['automatic-acks', 'repeated-is-an-error'],
}
