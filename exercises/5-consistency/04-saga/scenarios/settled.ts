/** Sagas that go through: undisturbed, and through three kills. */
import { withProcesses } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { paymentsOf } from './payments.ts'
import { fileOf, processes, type Reckoned, request, Shop } from './shop.ts'

export interface ResumedSeen {
  readonly payment: Reckoned
  readonly kills: number
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

const resumedKills = 3

/** One payment, asked for twice; the payment service is killed before each of its acknowledgements, so that everything comes twice. */
export const resumed = withProcesses(processes, async (lab): Promise<ResumedSeen> => {
  const shop = await Shop.open(lab)
  const [payment] = paymentsOf(lab, 1) as [Payment]
  for (let kills = 0; kills < resumedKills; kills += 1) {
    const subject = await shop.alive('payments')
    const kill = await lab.place({
      name: 'kill before the ack',
      text: text(
        'the payment service is killed before its ack (SIGKILL)',
        'service payments bị kill trước khi ack (SIGKILL)',
      ),
      // From the second kill on, what comes first is what came before the kill.
      when: { direction: 'to-broker', method: 'basic.ack', nth: kills === 0 ? 1 : 2 },
      what: { kind: 'kill-subject', subject },
    })
    if (kills === 0) {
      await request(lab, payment)
      await request(lab, payment)
    } else await shop.alive('payments')
    lab.say(
      `Kill number ${kills + 1}, before an ack of the payment service.`,
      `Lần kill thứ ${kills + 1}, trước một ack của service payments.`,
    )
    await lab.fired(
      kill,
      kills === 0
        ? text(
            'a payment was asked for, and the payment service never acknowledged the request',
            'một thanh toán được yêu cầu mà service payments không hề ack yêu cầu đó',
          )
        : text(
            `killed ${kills} times and started again, the payment service never came to another answer: nothing goes on with its saga`,
            `bị kill ${kills} lần rồi khởi động lại, service payments không nhận thêm trả lời nào: saga của nó không ai chạy tiếp`,
          ),
      { file: fileOf('payments'), near: ['openDatabase(', 'handle'] },
    )
    await shop.alive('payments')
  }
  await shop.ended([payment], text('killed and started again: ', 'bị kill rồi khởi động lại: '))
  await shop.quiet()
  return {
    payment: await shop.reckon(payment),
    kills: resumedKills,
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})

export interface SettledSeen {
  readonly payments: readonly Reckoned[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Three payments at a time, and nothing happens to them. */
export const settled = withProcesses(processes, async (lab): Promise<SettledSeen> => {
  const shop = await Shop.open(lab)
  const payments = paymentsOf(lab, 3)
  for (const payment of payments) await request(lab, payment)
  await shop.ended(payments)
  await shop.quiet()
  return {
    payments: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})
