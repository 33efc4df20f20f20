/** failure-08 for the explorer: dead messages are sent back to work, and the tool dies at every moment of that. */
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage, Supervised } from '#lab/explore'
import type { History, Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countsOf, peekIds, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { bury, declare, lane } from './scenarios/letters.ts'
import { dlqFile } from './scenarios/tool.ts'

const sendingBack = [{ file: dlqFile, near: ['.ack(', '.publish('] }]
/** How often whoever looks after the queue asks for the same redrive. */
const attemptsMax = 4

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly buried: readonly string[]
  readonly atWork: readonly string[]
  readonly dead: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-08.5',
  text: text(
    'wherever the tool dies, each dead message is back at work in the end, under its id, and none is lost between the two queues',
    'công cụ chết ở đâu cũng vậy: cuối cùng message chết nào cũng trở lại làm việc dưới đúng id của nó, không cái nào mất giữa hai queue',
  ),
  judge({ operations, buried, atWork, dead }) {
    const lost = buried.filter((id) => !atWork.includes(id) && !dead.includes(id))
    if (lost.length > 0) {
      return broken(
        text(
          'a message is neither in payments.dlq nor in payments.work: its dead copy was acknowledged before the new one was safe',
          'một message không nằm trong payments.dlq cũng không nằm trong payments.work: bản chết đã ack khi bản mới chưa an toàn',
        ),
        { at: sendingBack, messages: lost },
      )
    }
    const anomaly = stuck(operations)
    if (anomaly !== undefined) return broken(anomaly.said, { at: sendingBack, messages: anomaly.messages })
    if (dead.length > 0) {
      return broken(
        text(
          `a message is still in payments.dlq: the tool that was started again could not send it back in ${attemptsMax} attempts`,
          `một message vẫn nằm trong payments.dlq: công cụ khởi động lại thử ${attemptsMax} lần vẫn không gửi nó về được`,
        ),
        { at: sendingBack, messages: dead },
      )
    }
    const renamed = atWork.filter((id) => !buried.includes(id))
    if (renamed.length > 0) {
      return broken(
        text(
          'a message came back under another id: whoever booked the first copy books this one as well',
          'một message trở lại dưới id khác: bên đã ghi sổ bản đầu sẽ ghi sổ cả bản này',
        ),
        { at: sendingBack, messages: renamed },
      )
    }
    return held(
      witness(
        'redriven',
        buried.length,
        text(`${buried.length} messages back at work`, `${buried.length} message trở lại làm việc`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  // A tool that has lost its connection is started again by whoever looks after the queue.
  crashes: ['subject'],
  async play({ lab, history, messages, supervise, comesTrue }) {
    await declare(lab)
    const events = somePayments(messages, seededSource(lab.run.seed)).map((payment) =>
      requestedEvent(payment, lab.run.seed),
    )
    for (const event of events)
      await bury(lab, { id: event.id, body: JSON.stringify(event), reason: 'the account is frozen' })
    const tool = await supervise(dlqFile, lane)
    await redriveUntilDone(tool, history, events[0]?.id ?? '')
    // What its channel held comes back when that is closed.
    await comesTrue(async () => (await whileBrokerReturns(() => countsOf(lab, 'payments.dlq'))).unacked === 0)
    await tool.stop()
    return {
      operations: history.operations,
      buried: events.map(({ id }) => id),
      atWork: await idsIn(lab, 'payments.work'),
      dead: await idsIn(lab, 'payments.dlq'),
    }
  },
}

async function redriveUntilDone(tool: Supervised, history: History, message: string): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const asked = history.invoke({ by: 'operator', what: 'redrive', message })
    const answer = await tool.call('redrive', { dryRun: false })
    if (answer.state === 'ok') return asked.ok()
    if (answer.state === 'pending') return
    if (answer.state === 'fail') asked.fail(answer.reason)
    else asked.unknown(answer.reason)
  }
}

function idsIn(lab: Stage['lab'], queue: string): Promise<string[]> {
  return whileBrokerReturns(() => peekIds(lab, queue))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['acks-then-publishes'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'the batch, the audit and the monitor are not played here',
    wrong: [
      'a-set-for-all',
      'alerts-while-it-grows',
      'another-batch-each-time',
      'arrivals-without-a-reason',
      'compares-the-numbers',
      'good-ones-first',
      'looks-for-what-it-knows',
      'more-is-the-only-mistake',
      'one-limit-for-all',
      'one-way-to-fail',
      'says-frozen',
      'the-text-as-label',
    ],
  },
  {
    because: 'nothing is listed, and nothing is tried dry',
    wrong: [
      'a-dry-run-that-is-none',
      'gives-each-back-at-once',
      'keeps-them-in-hand',
      'reads-its-own-headers-only',
      'takes-to-list',
    ],
  },
  {
    because: 'all go back to one queue that is there, without a filter, and once: headers are not asked',
    wrong: [
      'everything-goes',
      'never-enough',
      'nobody-counts',
      'old-counts-come-along',
      'past-the-exchange',
      'trusts-the-confirm',
    ],
  },
  { because: 'breaks without a crash: nobody finds the message under its id', wrong: ['a-new-id'] },
]
