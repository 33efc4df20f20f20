/** failure-02 for the explorer: payments come one after another, and the consumer dies at every moment of its work. */
import { conservation } from '#lab/checkers/conservation'
import { duplicated } from '#lab/checkers/duplicated'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { entriesOf } from './scenarios/books.ts'
import { declare, eventsOf, put } from './scenarios/events.ts'

const booking = [{ file: 'inbox.ts', near: ['.transaction(', '.run('] }]
const acking = [{ file: 'consumer.ts', near: ['.ack(', '.consume('] }]

interface CrashedSeen {
  readonly produced: readonly string[]
  /** The message behind each entry in the books. */
  readonly booked: readonly string[]
  readonly dead: readonly string[]
  readonly waiting: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-02.4',
  text: text(
    'wherever the consumer dies, every payment has one entry in the books, and none is among the dead letters',
    'consumer chết ở đâu cũng vậy: thanh toán nào cũng có đúng một bút toán, không cái nào thành dead letter',
  ),
  judge({ produced, booked, dead, waiting }) {
    const doubled = duplicated(booked)
    if (doubled !== undefined) return broken(doubled.said, { at: booking, messages: doubled.messages })
    if (dead.length > 0) {
      return broken(
        text(
          'a payment came again after the crash and was refused as if it had failed',
          'có thanh toán tới lại sau sự cố và bị từ chối như thể xử lý hỏng',
        ),
        { at: acking, messages: dead },
      )
    }
    if (waiting > 0) {
      return broken(
        text(
          'a payment is still in payments.work: the consumer that was started again does not finish it',
          'có thanh toán vẫn nằm trong payments.work: consumer khởi động lại không xử lý nốt',
        ),
        { at: acking },
      )
    }
    const anomaly = conservation({ produced, processed: booked, deadLettered: dead, inFlight: [] })
    if (anomaly !== undefined) return broken(anomaly.said, { at: booking, messages: anomaly.messages })
    return held(
      witness(
        'booked',
        booked.length,
        text(`${booked.length} payments booked once`, `${booked.length} thanh toán có đúng một bút toán`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  async play({ lab, messages, supervise, comesTrue }) {
    await declare(lab)
    const events = eventsOf(lab, messages)
    const consumer = await supervise('consumer.ts', 'consumer')
    for (const event of events) {
      await whileBrokerReturns(() => put(lab, event))
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    await consumer.stop()
    const found = await whileBrokerReturns(() => lab.observer.takeAll(lab.name('payments.dead')))
    return {
      produced: events.map(({ id }) => id),
      booked: entriesOf(lab).map(({ message_id }) => message_id),
      dead: found.map(({ messageId = '' }) => messageId),
      waiting,
    }
  },
}

async function waitingIn(lab: Stage['lab']): Promise<number> {
  return await whileBrokerReturns(() => countIn(lab, 'payments.work'))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: [
    'remembers-first',
    'remembers-afterwards',
    'in-memory',
    'redelivered-is-a-duplicate',
    'the-delivery-tag-is-the-key',
  ],
  connection: ['refuses-duplicates'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: "a wrong experiment of the learner's own, which nothing here plays",
    wrong: [
      'looks-at-the-content',
      'torn-after-the-ack',
      'torn-before-the-delivery',
      'torn-before-the-publish',
      'trusts-redelivered',
    ],
  },
  { because: 'one consumer has one process', wrong: ['looks-then-writes', 'one-key-for-all-services'] },
  {
    because: 'no two payments here are alike, and none comes with another payload',
    wrong: ['books-under-the-payment', 'knows-only-ids', 'the-content-is-the-key'],
  },
]
