/** failure-03 for the explorer: payments come one after another, and the consumer dies at every moment of its work. */
import { conservation } from '#lab/checkers/conservation'
import { duplicated } from '#lab/checkers/duplicated'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { declare, entriesOf, eventsOf, put } from './run.ts'

const booking = [{ file: 'consumer.ts', near: ['.process(', '.credit('] }]
const acking = [{ file: 'consumer.ts', near: ['.ack(', '.consume('] }]

interface CrashedSeen {
  readonly produced: readonly string[]
  /** The message behind each entry in the books. */
  readonly booked: readonly string[]
  readonly dead: readonly string[]
  readonly waiting: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-03.4',
  text: text(
    'wherever the consumer dies, the next one finishes its work, and every payment is booked once',
    'consumer chết ở đâu cũng vậy: process sau làm nốt việc của nó, mỗi thanh toán được ghi sổ đúng một lần',
  ),
  judge({ produced, booked, dead, waiting }) {
    const doubled = duplicated(booked)
    if (doubled !== undefined) return broken(doubled.said, { at: booking, messages: doubled.messages })
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
    if (anomaly !== undefined) return broken(anomaly.said, { at: acking, messages: anomaly.messages })
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
      booked: entriesOf(lab),
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
  subject: ['acks-on-receipt', 'remembers-in-memory', 'automatic-acks'],
  connection: ['redelivered-is-done'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'a wrong prediction, which nothing here plays',
    wrong: ['a-crash-takes-it-along', 'booked-is-gone', 'unseen-is-unmarked'],
  },
  { because: 'booking before the screening breaks none of this promise', wrong: ['books-before-it-screens'] },
  {
    because: 'who asked before it slept is wrong only while another is at the same payment',
    wrong: ['looks-before-the-wait'],
  },
]
