/** consistency-03 for the explorer: payments come one after another, and the charging service dies at every moment of its work. */
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { auditOf, type Fate, fatesOf, gatewayOf } from './scenarios/books.ts'
import { declare, eventsOf, paymentIn, put } from './scenarios/events.ts'
import { chargerFile } from './scenarios/services.ts'

const charging = [{ file: chargerFile, near: ['.charge(', '.process('] }]
const acking = [{ file: chargerFile, near: ['.ack(', '.reject(', '.consume('] }]

interface CrashedSeen {
  readonly fates: readonly Fate[]
  readonly waiting: number
  readonly dead: number
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'consistency-03.6',
  text: text(
    'wherever the charging service dies, each payment is charged once, under one key, and booked once',
    'service trừ tiền chết ở đâu cũng vậy: mỗi thanh toán trừ tiền một lần, dưới một key, và ghi sổ một lần',
  ),
  judge({ fates, waiting, dead, audit }) {
    if (waiting > 0 || dead > 0) {
      return broken(
        waiting > 0
          ? text(
              'a payment is still in payments.charge: the service that was started again does not finish it',
              'có thanh toán vẫn nằm trong payments.charge: service khởi động lại không xử lý nốt',
            )
          : text(
              'a payment came again after the crash and went to payments.dead as if it had failed',
              'có thanh toán tới lại sau sự cố và vào payments.dead như thể xử lý hỏng',
            ),
        { at: acking },
      )
    }
    const wrong = fates.find(({ approved, captures }) => approved !== 1 || captures !== 1)
    if (wrong !== undefined) {
      return broken(
        text(
          `a payment was charged ${wrong.approved} times under ${wrong.keys.length} keys, and booked ${wrong.captures} times`,
          `một thanh toán bị trừ tiền ${wrong.approved} lần dưới ${wrong.keys.length} key, và ghi sổ ${wrong.captures} lần`,
        ),
        { at: charging },
      )
    }
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: charging })
    return held(witness('payments', fates.length))
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  async play({ lab, messages, supervise, comesTrue }) {
    await declare(lab)
    const gateway = await gatewayOf(lab)
    const events = eventsOf(lab, messages)
    const charger = await supervise(chargerFile, 'consumer')
    for (const event of events) {
      await whileBrokerReturns(() => put(lab, event))
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    await charger.stop()
    return {
      fates: fatesOf(lab, gateway, events.map(paymentIn)),
      waiting,
      dead: await whileBrokerReturns(() => countIn(lab, 'payments.dead')),
      audit: auditOf(lab),
    }
  },
}

async function waitingIn(lab: Stage['lab']): Promise<number> {
  return await whileBrokerReturns(() => countIn(lab, 'payments.charge'))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: [
    'a-key-for-each-attempt',
    'a-duplicate-is-done',
    'in-progress-is-a-failure',
    'the-ledger-knows-duplicates',
  ],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'the API, its requests and the findings are not played here',
    wrong: [
      'any-body-will-do',
      'reads-the-books-only',
      'remembers-keys-in-memory',
      'the-flag-tells',
      'the-key-is-everybodys',
    ],
  },
  {
    because: 'the gateway is never away and always answers',
    wrong: ['away-is-dead', 'never-heard-of-is-never-done', 'no-answer-is-no'],
  },
  { because: 'no two payments are alike', wrong: ['the-key-is-the-purchase'] },
]
