/** Poison among good payments, and what lies in the DLQ in the end. */
import type { Lab } from '#lab/kit'
import { countsOf } from '#lab/kit/queues'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { type DeadMessage, deadMessages } from './dlq.ts'
import { traceOf } from './frames.ts'
import { publish, put, walletOf } from './messages.ts'
import { attemptsHopeless, declared, lane, operated, restingOutsideDlq, untilAtRest } from './operator.ts'

export interface MixedSeen {
  readonly good: readonly string[]
  /** Of the good: those that were not booked, and those that were booked and lie in the DLQ as well. */
  readonly unbooked: readonly string[]
  readonly poison: readonly { readonly id: string; readonly kind: 'unreadable' | 'frozen' | 'deadly' }[]
  readonly dead: readonly DeadMessage[]
  /** Everywhere but in payments.dlq. */
  readonly left: number
  readonly audit: readonly string[]
  /** How often the deadly one was tried; each attempt is a death of the consumer. */
  readonly deaths: number
  readonly trace: readonly TraceStep[]
}

/** Eight good payments and three poison messages of different kinds are in the queue when the consumer starts. */
export async function mixed(lab: Lab): Promise<MixedSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const payments = somePayments(11, seededSource(lab.run.seed))
  const [torn, deadly, thawed, ...good] = payments as [Payment, Payment, Payment, ...Payment[]]
  // A merchant of its own: none of the good ones is to be frozen with it.
  const frozen: Payment = { ...thawed, merchant_id: 'frozen-corner' }
  wallet.freeze(frozen.merchant_id)
  wallet.makeDeadly(deadly.payment_id)

  const unreadable = requestedEvent(torn, lab.run.seed)
  const poison: MixedSeen['poison'][number][] = []
  const ids: string[] = []
  for (const [at, payment] of good.entries()) {
    if (at === 2) {
      await put(lab, unreadable.id, JSON.stringify(unreadable).slice(0, -1))
      poison.push({ id: unreadable.id, kind: 'unreadable' })
    }
    if (at === 3) poison.push({ id: await publish(lab, deadly), kind: 'deadly' })
    if (at === 5) poison.push({ id: await publish(lab, frozen), kind: 'frozen' })
    ids.push(await publish(lab, payment))
  }
  lab.say(
    'Eight good payments, one that can not be read, one whose account is frozen, one that kills its consumer.',
    'Tám thanh toán tốt, một message không đọc được, một thanh toán có tài khoản bị khoá, một thanh toán giết consumer.',
  )
  const deadlyAttempts = () => wallet.attempts(deadly.payment_id)
  const operator = await operated(lab, () => deadlyAttempts() > 0)
  await untilAtRest(
    lab,
    operator,
    () => deadlyAttempts() >= attemptsHopeless || wallet.attempts(frozen.payment_id) >= attemptsHopeless,
  )
  await operator.stop()
  const left = await restingOutsideDlq(lab)
  return {
    good: ids,
    unbooked: ids.filter((_, at) => wallet.ledger.count(good[at]?.payment_id ?? '', 'capture') !== 1),
    poison,
    dead: await deadMessages(lab),
    left,
    audit: wallet.ledger.audit(),
    deaths: deadlyAttempts(),
    trace: traceOf(await lab.frames(lane)).slice(-16),
  }
}

/** A payment dies: it is rejected from payments.work, by nobody's doing but ours. */
export async function die(lab: Lab, payment: Payment): Promise<void> {
  const inDlq = async () => {
    const { ready, unacked } = await countsOf(lab, 'payments.dlq')
    return ready + unacked
  }
  const before = await inDlq()
  await publish(lab, payment)
  const channel = await lab.observer.channel()
  const message = await channel.get(lab.name('payments.work'))
  if (message !== false) channel.reject(message, false)
  await channel.close()
  await lab.until(
    text(
      'a payment rejected from payments.work did not arrive in payments.dlq',
      'thanh toán bị reject khỏi payments.work không tới được payments.dlq',
    ),
    async () => (await inDlq()) > before,
    { at: { file: 'topology.ts', near: ["'x-dead-letter-exchange'", '.bindQueue('] } },
  )
}
