/** mq-04 for the explorer: a payment fails to the end, and whoever handles it dies at every moment on its way. */
import { conservation } from '#lab/checkers/conservation'
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { type DeadLetter, records } from './scenarios/handler.ts'
import { frozenPayments, publish, walletOf } from './scenarios/payments.ts'
import { attemptsMax, total } from './scenarios/queues.ts'
import { consumerFile, handlerFile, lane } from './scenarios/services.ts'

const handingOn = [{ file: consumerFile, near: ['.publish(', '.sendToQueue(', '.nack(', '.reject('] }]
const storing = [{ file: handlerFile, near: ['INSERT', '.ack(', '.consume('] }]

interface CrashedSeen {
  readonly produced: readonly string[]
  readonly booked: readonly string[]
  readonly onRecord: readonly DeadLetter[]
  /** Messages that are still in a queue. */
  readonly left: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-04.7',
  text: text(
    'wherever consumer or handler dies, a payment that fails to the end is on record, after all its attempts, and in no queue',
    'consumer hay handler chết ở đâu cũng vậy: thanh toán hỏng tới cùng được ghi lại sau đủ số lần thử, và không còn ở queue nào',
  ),
  judge({ produced, booked, onRecord, left }) {
    const dead = onRecord.map(({ message_id }) => message_id)
    const inFlight = left > 0 ? produced.filter((id) => !dead.includes(id)) : []
    const anomaly = conservation({ produced, processed: booked, deadLettered: dead, inFlight })
    if (anomaly !== undefined) return broken(anomaly.said, { at: handingOn, messages: anomaly.messages })
    if (left > 0) {
      return broken(
        text(
          'a message stays in a queue and comes to no end: the one who was started again does not go on with it',
          'một message nằm mãi trong queue không đi tới đâu: bên được khởi động lại không xử lý tiếp nó',
        ),
        { at: storing, messages: inFlight },
      )
    }
    const early = onRecord.find(({ attempts }) => Number(attempts) < attemptsMax)
    if (early !== undefined) {
      return broken(
        text(
          `a payment was given up after ${Number(early.attempts)} attempts instead of ${attemptsMax}`,
          `một thanh toán bị bỏ sau ${Number(early.attempts)} lần thử thay vì ${attemptsMax}`,
        ),
        { at: handingOn, messages: [early.message_id] },
      )
    }
    return held(
      witness(
        'dead',
        dead.length,
        text(
          `${dead.length} failed to the end and on record`,
          `${dead.length} thanh toán hỏng tới cùng, đã ghi lại`,
        ),
      ),
    )
  },
}

/** The longest delay is over after this, in the broker's own time. */
const delayMs = 4000

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  // Four attempts, three waits, a death and a record: one payment has moments enough.
  messages: 1,
  alike: /^(?:exchange|queue)\.(?:declare|bind)/,
  async play(stage) {
    const { lab, messages } = stage
    // Consumer and handler declare what they need; a declaration of the lab's would stand in the way of their crashes.
    const wallet = walletOf(lab)
    const payments = frozenPayments(lab, wallet, messages)
    const consumer = await stage.supervise(consumerFile, lane)
    const produced: string[] = []
    for (const payment of payments) {
      const { id } = await whileBrokerReturns(() => publish(lab, payment))
      produced.push(id)
      if (!(await stage.comesTrue(() => areDead(stage)))) break
    }
    // Last, as whoever reads the dead comes when there are some: a DLQ that forgets has time to.
    const handler = await stage.supervise(handlerFile, 'lab')
    await stage.comesTrue(() => hasEnded(lab, produced.length))
    await consumer.stop()
    await handler.stop()
    return {
      produced,
      booked: [],
      onRecord: records(lab),
      left: await whileBrokerReturns(() => total(lab)),
    }
  },
}

/** Whether whatever is in a queue is dead. Lets the delays go by once nobody has anything in work: what is not dead then is waiting. */
async function areDead({ lab, elapse }: Stage): Promise<boolean> {
  const [all, work, dead] = await whileBrokerReturns(() =>
    Promise.all([total(lab), countIn(lab, 'payments.work'), countIn(lab, 'payments.dlq')]),
  )
  if (work === 0 && all > dead) await whileBrokerReturns(() => elapse(delayMs))
  return all > 0 && all === dead
}

/** Whether so many are on record and the queues are empty. */
async function hasEnded(lab: Stage['lab'], howMany: number): Promise<boolean> {
  return (await whileBrokerReturns(() => total(lab))) === 0 && records(lab).length >= howMany
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['acks-then-publishes', 'dead-are-acked-automatically', 'stores-and-trips'],
  broker: ['acks-then-publishes', 'dlq-in-memory', 'waits-in-memory'],
  connection: ['acks-then-publishes'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because:
      'an ack before the record leaves the process in the same turn of its event loop, behind the commit',
    wrong: ['acks-then-stores'],
  },
  {
    because:
      'a crash between copy and ack makes two copies, each with attempts of its own: more of them convict nobody',
    wrong: ['counts-in-memory', 'retries-at-once'],
  },
  { because: 'whoever is started again declares again', wrong: ['dlx-leaves-with-the-broker'] },
  {
    because: 'time passes only while somebody waits for it',
    wrong: ['circle-of-ttls', 'dlq-forgets', 'one-wait-for-all'],
  },
  {
    because: 'nothing is unreadable, and nothing dies elsewhere',
    wrong: ['dlx-knows-one-key', 'only-the-consumer-knows-the-dlx', 'retries-what-nobody-can-read'],
  },
  { because: 'a second copy of the dead is no loss', wrong: ['publishes-and-rejects'] },
  {
    because: 'a record that says too little is kept all the same',
    wrong: ['records-no-reason', 'records-the-last-hop'],
  },
  { because: 'breaks without a crash: one attempt too few', wrong: ['three-retries-are-three-attempts'] },
]
