/** consistency-04 for the explorer: payments that are undone and payments that settle, while any of the services dies anywhere. */
import type { Convictions, Exploration, NotByCrash } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import type { SagaState } from '#payments/saga'
import { wrongWithAll } from './promises.ts'
import { paymentsOf, withClosedAccount } from './scenarios/payments.ts'
import { fileOf, type Reckoned, request, Shop, serviceNames } from './scenarios/shop.ts'

interface CrashedSeen {
  readonly payments: readonly Reckoned[]
  readonly audit: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'consistency-04.5',
  text: text(
    'whoever crashes at whatever moment, each saga comes to its end, and the money is where that end says',
    'ai sập vào lúc nào cũng vậy: saga nào cũng tới điểm cuối, và tiền nằm đúng chỗ mà điểm cuối đó nói',
  ),
  judge({ payments, audit }) {
    const open = payments.find(({ state }) => state?.status !== 'settled' && state?.status !== 'cancelled')
    if (open !== undefined) {
      return broken(
        text(
          `a saga never came to its end: it is ${open.state?.status ?? 'forgotten'}`,
          `một saga không tới được điểm cuối: ${open.state?.status ?? 'bị quên mất'}`,
        ),
        { at: [{ file: fileOf('payments'), near: ['handle', 'commit('] }], messages: [open.payment_id] },
      )
    }
    const wrong = wrongWithAll(payments, audit)
    if (wrong !== undefined)
      return broken(wrong.said, { at: wrong.at, messages: payments.map(({ payment_id }) => payment_id) })
    return held(
      witness(
        'ended',
        payments.length,
        text(`${payments.length} sagas came to their ends`, `${payments.length} saga tới điểm cuối`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  brokers: { rabbitmq: true, processes: 4 },
  // One that is undone and one that settles: between them each step, each answer and each compensation.
  messages: 2,
  // Four services declare the same at each start.
  alike:
    /^(?:queue\.(?:declare|bind)|exchange\.declare|basic\.(?:qos|consume|deliver)|channel\.open|confirm\.select)/,
  async play({ lab, messages, supervise, comesTrue }) {
    const shop = await Shop.furnish(lab)
    const sagas = await supervise(fileOf('payments'))
    const participants = []
    for (const name of serviceNames.filter((each) => each !== 'payments'))
      participants.push(await supervise(fileOf(name), 'consumer'))
    const stateOf = async ({ payment_id }: Payment): Promise<SagaState | undefined> => {
      const answer = await sagas.call('state', payment_id)
      return answer.state === 'ok' ? ((answer.value ?? undefined) as SagaState | undefined) : undefined
    }
    const payments = paymentsOf(lab, messages).map((payment, at) =>
      at % 2 === 0 ? withClosedAccount(payment) : payment,
    )
    for (const payment of payments) {
      await whileBrokerReturns(() => request(lab, payment))
      // One after the other, so that each run exchanges the same messages.
      if (!(await comesTrue(async () => hasEnded(await stateOf(payment))))) break
    }
    const reckoned = []
    for (const payment of payments)
      reckoned.push({ ...shop.reckonBooks(payment), state: await stateOf(payment) })
    await sagas.stop()
    for (const each of participants) await each.stop()
    return { payments: reckoned, audit: shop.ledger.audit() }
  },
}

const hasEnded = (state: SagaState | undefined): boolean =>
  state?.status === 'settled' || state?.status === 'cancelled'

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['saga-in-memory', 'a-new-key-for-each-call'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'open: it goes free at the moments that were tried, and most of its two hundred were not',
    wrong: ['tells-whenever-told', 'refunds-whenever-told', 'a-released-hold-is-gone'],
  },
  {
    because: 'the gateway always answers, and no answer comes late',
    wrong: ['late-answers-count', 'no-answer-means-declined', 'only-what-is-done-is-undone'],
  },
  { because: 'every customer can be told', wrong: ['who-cant-be-told-gets-it-back'] },
  {
    because: 'breaks without a crash: the order in which a saga is undone, or what',
    wrong: ['undoes-from-the-first', 'undoes-what-failed'],
  },
]
