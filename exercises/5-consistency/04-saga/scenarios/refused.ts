/** Sagas that a service ends: what is not begun any more, and what is undone. */
import type { Lab } from '#lab/kit'
import { withProcesses } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import type { SagaState } from '#payments/saga'
import type { HoldState } from '#payments/saga-holds'
import { aboveTheLimit, paymentsOf, withClosedAccount, withoutAddress } from './payments.ts'
import { fileOf, processes, type Reckoned, request, Shop, send } from './shop.ts'

/** What a payment should come to. */
export interface Case {
  readonly name: 'limit' | 'declined' | 'closed' | 'mute'
  readonly status: SagaState['status']
  readonly completed: readonly string[]
  readonly payment: Reckoned
}

export interface RefusedSeen {
  readonly cases: readonly Case[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Four payments, one after the other; of each another step fails for good. */
export const refused = withProcesses(processes, async (lab): Promise<RefusedSeen> => {
  const shop = await Shop.open(lab)
  const [first, second, third, fourth] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const asked: readonly (Omit<Case, 'payment'> & { readonly of: Payment })[] = [
    { name: 'limit', of: aboveTheLimit(first), status: 'cancelled', completed: [] },
    { name: 'declined', of: second, status: 'cancelled', completed: ['validate'] },
    { name: 'closed', of: withClosedAccount(third), status: 'cancelled', completed: ['validate', 'charge'] },
    {
      name: 'mute',
      of: withoutAddress(fourth),
      status: 'settled',
      completed: ['validate', 'charge', 'update-balance'],
    },
  ]
  for (const { name, of } of asked) {
    lab.say(`A step that fails for good: ${name}.`, `Một bước hỏng hẳn: ${name}.`)
    if (name === 'declined') shop.gateway.script({ does: 'decline' })
    await request(lab, of)
    await shop.ended([of])
  }
  await shop.quiet()
  const cases = asked.map(async ({ of, ...rest }) => ({ ...rest, payment: await shop.reckon(of) }))
  return { cases: await Promise.all(cases), audit: shop.ledger.audit(), trace: await shop.trace() }
})

export interface UndoneSeen {
  /** One that was undone and one that settled, as they stood when both were over. */
  readonly payments: readonly Reckoned[]
  /** How the hold stood when the gateway was asked for the refund. */
  readonly holdAtRefund: HoldState | undefined
  /** The same payments after everything was told again. */
  readonly afterwards: readonly Reckoned[]
  readonly repeated: number
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** A payment that is undone while the card service dies, and one that settles; then every message comes again, in another order. */
export const undone = withProcesses(processes, async (lab): Promise<UndoneSeen> => {
  const holdsAtRefund: (HoldState | undefined)[] = []
  const shop: Shop = await Shop.open(lab, (paymentId) => {
    holdsAtRefund.push(shop.holds.stateOf(paymentId))
  })
  const [one, good] = paymentsOf(lab, 2) as [Payment, Payment]
  const payments = [withClosedAccount(one), good] as const
  const card = await shop.alive('card')
  // Its second commit: whichever it is, the gateway or the payment service has to be asked, or told, again.
  const kill = await lab.place({
    name: 'kill the card service',
    text: text(
      'the card service is killed in its second commit (SIGKILL)',
      'service card bị kill ở commit thứ hai (SIGKILL)',
    ),
    when: { point: 'commit', side: 'before', nth: 2, fields: { database: 'card' } },
    what: { kind: 'kill-subject', subject: card },
  })
  await request(lab, payments[0])
  await lab.fired(
    kill,
    text('the card service never committed twice', 'service card không hề commit hai lần'),
    {
      file: fileOf('card'),
      near: ['handle', 'commit('],
    },
  )
  await shop.ended([payments[0]])
  await request(lab, payments[1])
  await shop.ended(payments)
  await shop.quiet()
  const before = await Promise.all(payments.map((payment) => shop.reckon(payment)))
  const messages = await shop.told()
  lab.say('Everything is told again, in another order.', 'Mọi message được gửi lại, theo thứ tự khác.')
  for (const { name, body } of shuffled(lab, messages)) await send(lab, name, body)
  await shop.quiet()
  return {
    payments: before,
    holdAtRefund: holdsAtRefund[0],
    afterwards: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    repeated: messages.length,
    kills: 1,
    trace: await shop.trace(),
  }
})

function shuffled<Item>(lab: Lab, items: readonly Item[]): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(lab.random.integer(0, rest.length - 1), 1)[0] as Item)
}
