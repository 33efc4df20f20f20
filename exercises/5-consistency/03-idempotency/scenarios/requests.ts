/** Many requests under one key, from HTTP to the card. */
import type { Lab } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { toWire } from '#payments/money'
import { type Fate, fatesOf, gatewayOf } from './books.ts'
import { deadQueue, declare } from './events.ts'
import { apiFile, apiOf, chargerFile, drained, inspectEveryMs, msMax, post } from './services.ts'

/** An answer of the API. */
export interface Answered {
  readonly what:
    | 'first'
    | 'again'
    | 'at once'
    | 'other body'
    | 'other merchant'
    | 'after a restart'
    | 'no key'
    | 'no amount'
  readonly status: number
  readonly payment_id: unknown
}

export interface EndToEndSeen {
  readonly answers: readonly Answered[]
  /** Ids of the messages that the API has sent. */
  readonly events: readonly string[]
  readonly fates: readonly Fate[]
  readonly dead: number
}

const atOnce = 5

/** A merchant asks, gets no answer and asks again; the payment's event goes to the charger, and the gateway's first answer is lost. */
export const endToEnd = unhurried(async (lab: Lab): Promise<EndToEndSeen> => {
  await declare(lab)
  const gateway = await gatewayOf(lab)
  gateway.script({ does: 'lose-answer' })
  const [payment, other] = somePayments(2, seededSource(lab.run.seed)) as [Payment, Payment]
  const answers: Answered[] = []
  let api = await apiOf(lab)
  const wanted = { merchant_id: 'pho-lien', amount: payment.amount }
  const ask = async (
    what: Answered['what'],
    body: object,
    idempotencyKey: string | undefined,
  ): Promise<void> => {
    answers.push({ what, ...(await post(lab, api.port(), body, idempotencyKey)) })
  }
  const body = { ...wanted, amount: toWire(wanted.amount) }
  await ask('first', body, 'order-1')
  await ask('again', body, 'order-1')
  await Promise.all(Array.from({ length: atOnce }, () => ask('at once', body, 'order-2')))
  await ask('other body', { ...body, amount: toWire(other.amount) }, 'order-1')
  await ask('other merchant', { ...body, merchant_id: 'lotus-books' }, 'order-1')
  await ask('no key', body, undefined)
  await ask('no amount', { merchant_id: 'pho-lien' }, 'order-3')
  const accepted = new Set(
    answers.flatMap(({ payment_id }) => (typeof payment_id === 'string' ? [payment_id] : [])),
  )
  await lab.until(
    text(
      `${accepted.size} payments were accepted, and not so many events came to payments.charge`,
      `đã nhận ${accepted.size} thanh toán mà số event tới payments.charge không đủ`,
    ),
    async () => (await countIn(lab, 'kept')) >= accepted.size,
    {
      withinMs: msMax,
      everyMs: inspectEveryMs,
      at: { file: apiFile, near: ['.wake(', 'startRelay(', '.post('] },
    },
  )
  lab.say(
    'The API is started again, and the merchant asks once more.',
    'API khởi động lại, và cửa hàng hỏi thêm lần nữa.',
  )
  await lab.finished(api.stop(), text('stop()', 'stop()'), { file: apiFile, near: ['stop()'] }, msMax)
  api = await apiOf(lab)
  await ask('after a restart', body, 'order-1')
  const charger = await lab.start(chargerFile, 'consumer')
  await drained(lab, chargerFile)
  await charger.stop()
  const events = await takeIds(lab, 'kept')
  const payments = [...accepted].map((payment_id) => ({ ...wanted, payment_id }))
  return { answers, events, fates: fatesOf(lab, gateway, payments), dead: await countIn(lab, deadQueue) }
})
