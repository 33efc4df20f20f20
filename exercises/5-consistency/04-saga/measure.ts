/** consistency-04 measured: from the refusal that reaches the payment service to its last confirmed compensation. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { sagaSteps } from '#payments/saga'
import { openSagaMessage } from '#payments/saga-message'
import { paymentsOf, withClosedAccount } from './scenarios/payments.ts'
import { request, Shop } from './scenarios/shop.ts'

const warmUp = 5
const perFigure = 60
const slowGatewayMs = 50

const refusals = new Set(sagaSteps.map(({ refused }) => refused))
const undone = new Set(sagaSteps.flatMap(({ compensation }) => compensation?.done ?? []))

export const measurement: Measurement = {
  libraries: ['amqplib', 'better-sqlite3'],
  brokers: { rabbitmq: true, processes: 4 },
  async measure(lab: Lab, meter: Meter) {
    const shop = await Shop.open(lab)
    const payments = paymentsOf(lab, warmUp + 2 * perFigure).map(withClosedAccount)
    await compensated(lab, shop, payments.slice(0, warmUp))
    const quick = await compensated(lab, shop, payments.slice(warmUp, warmUp + perFigure))
    const slow = await compensated(lab, shop, payments.slice(warmUp + perFigure), slowGatewayMs)
    const method = (gatewayMs: number) =>
      text(
        `${perFigure} payments one after another, whose merchant's account is closed: from the refusal's delivery to the payment service to the delivery of the last compensation's answer (refund, then hold), gateway answering after ${gatewayMs} ms; ${warmUp} before as warm-up`,
        `${perFigure} thanh toán lần lượt, tài khoản merchant đã đóng: từ lúc service payments nhận lời từ chối tới lúc nhận trả lời của bước bù trừ cuối (hoàn tiền, rồi nhả khoản giữ), gateway trả lời sau ${gatewayMs} ms; trước đó chạy nóng ${warmUp}`,
      )
    meter.distribution(
      {
        name: 'compensation',
        item: 'consistency-04.6',
        said: text(
          'from the detected failure to the last confirmed compensation',
          'từ lúc phát hiện lỗi đến bước bù trừ cuối được xác nhận',
        ),
        method: method(0),
      },
      quick,
    )
    meter.distribution(
      {
        name: 'compensation-slow-gateway',
        said: text(
          `the same, at a gateway that takes ${slowGatewayMs} ms`,
          `như trên, gateway mất ${slowGatewayMs} ms`,
        ),
        method: method(slowGatewayMs),
      },
      slow,
    )
  },
}

/** Asks for payments one after another and answers how long each took to be undone. */
async function compensated(
  lab: Lab,
  shop: Shop,
  payments: readonly Payment[],
  gatewayMs = 0,
): Promise<Distribution> {
  const distribution = new Distribution()
  for (const payment of payments) {
    // Two new keys a payment: its charge and its refund.
    if (gatewayMs > 0)
      shop.gateway.script({ does: 'approve', delayMs: gatewayMs }, { does: 'approve', delayMs: gatewayMs })
    await request(lab, payment)
    await shop.ended([payment])
    distribution.add(await compensationMs(lab, payment))
  }
  return distribution
}

/** By the clock of the proxy in front of the payment service. */
async function compensationMs(lab: Lab, { payment_id }: Payment): Promise<number> {
  const heard = (await lab.frames()).flatMap(({ method, body, atMs }) => {
    if (method !== 'basic.deliver' || body === undefined) return []
    const { name, payment } = openSagaMessage(body)
    return payment.payment_id === payment_id ? [{ name, atMs }] : []
  })
  const began = heard.find(({ name }) => refusals.has(name))
  const ended = heard.findLast(({ name }) => undone.has(name))
  if (began === undefined || ended === undefined)
    throw lab.breaks(
      text(
        'the payment service was not told of the refusal and of the last compensation, so nobody can say how long it took',
        'service payments không được báo về lời từ chối và bước bù trừ cuối, nên không ai biết nó mất bao lâu',
      ),
      { file: 'payments.ts', near: ['hears'] },
    )
  return ended.atMs - began.atMs
}
