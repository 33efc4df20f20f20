/** failure-07 for the explorer: a sender of ours tries again as the subject's `retry` says, while broker or connection go at every moment. */
import { lost } from '#lab/checkers/lost'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { peekIds, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { Order } from './attacks/sender.ts'

const retryFile = 'retry.ts'
const retrying = [{ file: retryFile, near: ['function retry<', 'catch'] }]
const queue = 'payments.work'

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly found: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'failure-07.4',
  text: text(
    'whenever broker or connection go, what may pass is tried again until it does, within the time and the budget that there are',
    'broker hay kết nối mất lúc nào cũng vậy: việc có thể qua được thử lại tới khi qua, trong thời gian và ngân sách còn đó',
  ),
  judge({ operations, found }) {
    const waiting = stuck(operations)
    if (waiting !== undefined) return broken(waiting.said, { at: retrying, messages: waiting.messages })
    const given = operations.find(({ ending }) => ending === 'fail')
    if (given !== undefined) {
      return broken(
        text(
          `a payment was given up though there was time for many attempts, and tokens for them: ${given.reason}`,
          `một thanh toán bị bỏ dù còn thời gian cho nhiều lần thử và còn đủ token: ${given.reason}`,
        ),
        { at: retrying, messages: [given.message] },
      )
    }
    const anomaly = lost(operations, { what: 'send', found })
    if (anomaly !== undefined) return broken(anomaly.said, { at: retrying, messages: anomaly.messages })
    return held(
      witness(
        'sent',
        operations.length,
        text(`${operations.length} payments got through`, `${operations.length} thanh toán đã qua`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  // A process that dies takes its attempts along: who asks again then is its caller's business.
  crashes: ['broker', 'connection'],
  async play({ lab, history, messages, supervise }) {
    const channel = await lab.observer.channel()
    await channel.assertQueue(lab.name(queue), { durable: true })
    await channel.close()
    const sender = await supervise('attacks/sender.ts')
    for (const payment of somePayments(messages, seededSource(lab.run.seed))) {
      const event = requestedEvent(payment, lab.run.seed)
      const order: Order = {
        retryFile: lab.subject.path(retryFile),
        queue,
        id: event.id,
        body: JSON.stringify(event),
      }
      const sending = history.invoke({ by: 'caller', what: 'send', message: event.id })
      const answer = await sender.call('send', order)
      if (answer.state === 'ok') sending.ok()
      else if (answer.state === 'fail') sending.fail(answer.reason)
      else if (answer.state === 'unknown') sending.unknown(answer.reason)
      if (answer.state !== 'ok') break
    }
    await sender.stop()
    return {
      operations: history.operations,
      found: await whileBrokerReturns(() => peekIds(lab, queue)),
    }
  },
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  broker: ['budget-that-begins-empty'],
  connection: ['budget-that-begins-empty'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'it waits too long, too short or in step, and gets through all the same',
    wrong: [
      'a-little-jitter',
      'begins-at-one',
      'chance-of-its-own',
      'decorrelated-without-a-cap',
      'does-not-listen',
      'grows-in-a-line',
      'jitter-in-seconds',
      'jitter-over-the-cap',
      'no-cap',
      'real-time',
      'shifts-bits',
    ],
  },
  {
    because: 'one crash is over before attempts, time or budget are',
    wrong: [
      'adds-up-the-waits',
      'no-deadline',
      'nobody-pays',
      'pays-for-what-it-does-not-make',
      'retries-are-attempts',
      'sleeps-past-the-deadline',
    ],
  },
  {
    because: 'every error here may pass, and none is the last',
    wrong: ['error-of-its-own', 'retries-everything'],
  },
]
