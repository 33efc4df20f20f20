/** The consumer is killed before it has booked, and before it has committed. */
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { consumerFile, lane, listenerFile, resume } from './listening.ts'
import { traceOf } from './requests.ts'
import { deadLetters, declare, produce } from './topic.ts'
import { walletOf } from './wallet.ts'

export interface KilledSeen {
  readonly payments: readonly Payment[]
  readonly kills: number
  /** For each start after a kill: what the group had committed, and where the new process began to read. */
  readonly resumed: readonly { readonly committed: number; readonly readFrom: number | undefined }[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly dead: number
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed just before a booking, and then again when it has booked and its commit has not arrived. */
export const killed = onKafka({ nodes: 1 }, async (lab): Promise<KilledSeen> => {
  const { topic, group } = await declare(lab, 1)
  const payments = somePayments(3, seededSource(lab.run.seed))
  const first = await lab.start(consumerFile, lane)
  const atTheBooking = await lab.place({
    name: 'kill before the booking',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): the payment is not in the ledger yet',
      'consumer bị kill tại đây (SIGKILL): thanh toán chưa vào sổ cái',
    ),
    when: { point: 'commit', side: 'before', fields: { database: 'wallet' } },
    what: { kind: 'kill-subject', subject: first },
  })
  await produce(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  await lab.fired(
    atTheBooking,
    text('the consumer never booked a payment', 'consumer chưa hề ghi sổ thanh toán nào'),
    { file: consumerFile, near: ['.post(', 'listen('] },
  )
  const resumed = [await resume(lab, { topic, group })]
  const second = resumed[0]?.actor
  const atTheCommit = await lab.place({
    name: 'kill before the commit',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): it has booked, and its commit never arrives',
      'consumer bị kill tại đây (SIGKILL): đã ghi sổ mà commit không bao giờ tới nơi',
    ),
    when: { direction: 'to-broker', method: 'OffsetCommit', fields: { topic } },
    what: { kind: 'do', action: async () => second && (await lab.killSubject(second)) },
  })
  await produce(lab, [
    requestedEvent(somePayments(4, seededSource(lab.run.seed))[3] as Payment, lab.run.seed),
  ])
  await lab.fired(
    atTheCommit,
    text(
      'the consumer booked, and never committed an offset',
      'consumer ghi sổ mà không hề commit offset nào',
    ),
    { file: listenerFile, near: ['.commitOffsets(', '.run('] },
  )
  resumed.push(await resume(lab, { topic, group }))
  await lab.kafka.settled(group, topic, { at: { file: listenerFile, near: ['.commitOffsets(', '.run('] } })
  const all = somePayments(4, seededSource(lab.run.seed))
  const { ledger } = walletOf(lab)
  return {
    payments: all,
    kills: 2,
    resumed: resumed.map(({ committed, readFrom }) => ({ committed, readFrom: readFrom() })),
    captures: all.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    dead: (await deadLetters(lab)).length,
    trace: (await traceOf(lab)).filter(({ what }) => !/^(?:JoinGroup|SyncGroup|OffsetFetch)/.test(what)),
  }
})
