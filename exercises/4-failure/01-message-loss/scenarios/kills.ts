/** The same kills for the naive service and the one with an outbox. */
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { type CrashPoint, faultAt, killedAt } from './crash.ts'
import { confirmedIn, traceOf } from './frames.ts'
import { committed, ledgerOf, paymentsOf } from './payments.ts'
import { deadLetters, declare } from './queues.ts'
import { type Aftermath, answersOf } from './reckoning.ts'
import {
  becomes,
  consumerFile,
  drained,
  momentMs,
  neverBooked,
  paymentsFile,
  Service,
  sentMsMax,
} from './services.ts'

export interface SameKillsSeen {
  readonly kills: number
  readonly consumerKills: number
  readonly answers: Aftermath['answers']
  readonly committed: readonly string[]
  readonly captures: Readonly<Record<string, number>>
  readonly audit: readonly string[]
  readonly dead: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Where the service is killed, in this order. */
const kills: readonly CrashPoint[] = [
  { side: 'after', commit: 'payments' },
  { side: 'before', frame: 'basic.publish', to: 'broker' },
  { side: 'after', frame: 'basic.publish', to: 'broker' },
]

/** Four payments; the service is killed at three of them, each time somewhere else, and the consumer at its first booking. */
export async function sameKills(lab: Lab): Promise<SameKillsSeen> {
  await declare(lab)
  const history = new History()
  const payments = paymentsOf(lab, kills.length + 1)
  const { frames } = await lab.proxy()
  const consumer = await Service.start(lab, consumerFile, 'consumer')
  const service = await Service.start(lab, paymentsFile)
  const consumerKill = await lab.place({
    name: 'kill consumer',
    text: text('the consumer is killed as it books', 'consumer bị kill khi đang ghi sổ'),
    when: { point: 'commit', side: 'before', fields: { database: 'wallet' } },
    what: { kind: 'kill-subject', subject: consumer.actor },
  })
  const allSent = () => committed(lab).every((id) => confirmedIn(frames).has(id))
  for (const [at, point] of kills.entries()) {
    const payment = payments[at]
    if (payment === undefined) continue
    await killedAt(lab, service, { ...faultAt(point), history, payment })
    await service.alive()
    await becomes(lab, allSent, momentMs, service)
  }
  await service.accept(history, payments[kills.length] as Payment)
  await becomes(lab, allSent, sentMsMax, service, consumer)
  await lab.fired(consumerKill, neverBooked, { file: consumerFile, near: ['.post(', 'function work'] })
  await drained(lab, consumer)
  const ledger = ledgerOf(lab)
  return {
    kills: kills.length,
    consumerKills: 1,
    answers: answersOf(history),
    committed: committed(lab),
    captures: Object.fromEntries(
      payments.map(({ payment_id }) => [payment_id, ledger.count(payment_id, 'capture')]),
    ),
    audit: ledger.audit(),
    dead: await deadLetters(lab),
    trace: traceOf(frames).slice(-18),
  }
}
