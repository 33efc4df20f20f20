/** Records that are no payments, and the topic that they go to. */
import kafkajs from 'kafkajs'
import type { Lab } from '#lab/kit'
import { comesTrue } from '#lab/kit/coming'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { consumerFile, lane, leaveMs, listenerFile, resume, startedHere } from './listening.ts'
import { highestCommit, traceOf } from './requests.ts'
import { deadLetters, declare, keyOf } from './topic.ts'
import { walletOf } from './wallet.ts'

export interface BookedSeen {
  readonly payments: readonly Payment[]
  /** How often each payment stands in the ledger, in the order of `payments`. */
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly transactions: number
  /** The records that are no payments, by what is wrong with them. */
  readonly broken: readonly { readonly what: string; readonly value: string | null }[]
  readonly dead: readonly { readonly key: string | null; readonly value: string | null }[]
  readonly brokenKey: string
  /** What was committed while the first broken record had not arrived in payments.dead; undefined when it never went there. */
  readonly committedMeanwhile: number | undefined
  /** Where the first broken record lies. */
  readonly brokenOffset: number
  readonly trace: readonly TraceStep[]
}

/** Four payments on one partition, and between them four records that are none. */
export const booked = onKafka({ nodes: 1 }, async (lab): Promise<BookedSeen> => {
  const { topic, dead } = await declare(lab, 1)
  const made = somePayments(8, seededSource(lab.run.seed))
  const payments = made.slice(0, 4)
  const events = made.map((payment) => requestedEvent(payment, lab.run.seed))
  const broken = brokenValues(events.slice(4))
  const brokenKey = 'not-a-payment'
  const mixed = payments.flatMap((_, at) => [
    { key: keyOf(events[at] as Envelope), value: JSON.stringify(events[at]) as string | null },
    { key: brokenKey, value: broken[at]?.value ?? null },
  ])
  // The last one is a payment: whoever gets to it has got past all that is broken.
  await lab.kafka.observer.produce(topic, [...mixed.slice(0, 6), ...mixed.slice(6).reverse()])
  const held = await lab.place({
    name: 'slow dead letters',
    lane,
    text: text('the dead letter is on its way', 'dead letter đang trên đường'),
    when: { direction: 'to-broker', method: 'Produce', fields: { topic: dead } },
    what: { kind: 'hold' },
  })
  await startedHere(lab)
  const { ledger, transactions } = walletOf(lab)
  const isBooked = (at: number) => ledger.count(payments[at]?.payment_id ?? '', 'capture') > 0
  await unblocked(lab, () => held.state === 'fired' || isBooked(1))
  const requests = await lab.requests(lane)
  let committedMeanwhile: number | undefined
  // Whoever does not wait for the dead letter may have got further than the letter.
  if (await lab.settles(() => held.state === 'fired')) {
    // As long as it is held, the record must not count as done.
    await lab.settles(() => highestCommit(requests, topic) > 1)
    committedMeanwhile = highestCommit(requests, topic)
  }
  held.lift()
  held.release()
  await unblocked(lab, () => isBooked(3))
  await comesTrue(lab, leaveMs, async () => (await deadLetters(lab)).length >= broken.length)
  return {
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    transactions: transactions(),
    broken,
    dead: (await deadLetters(lab)).map(({ key, value }) => ({ key, value: value?.toString() ?? null })),
    brokenKey,
    committedMeanwhile,
    brokenOffset: 1,
    trace: await traceOf(lab),
  }
})

export interface RefusedSeen {
  /** What the group had committed while payments.dead refused the copy: offset 0 is the broken record. */
  readonly committedMeanwhile: number
  /** Copies of the broken record once the topic took them, and the consumer was started again. */
  readonly copies: number
  /** How often the payment behind it was booked. */
  readonly captures: number
  readonly trace: readonly TraceStep[]
}

/** A broken record and a payment; payments.dead refuses the copy, because it is too large, until an operator has raised its limit. */
export const refused = onKafka({ nodes: 1 }, async (lab): Promise<RefusedSeen> => {
  const { topic, group, dead } = await declare(lab, 1)
  await limit(lab, dead, 1000)
  const [payment] = somePayments(1, seededSource(lab.run.seed)) as [Payment]
  const event = requestedEvent(payment, lab.run.seed)
  const broken = `not JSON: ${'x'.repeat(4000)}`
  await lab.kafka.observer.produce(topic, [
    { key: 'not-a-payment', value: broken },
    { key: keyOf(event), value: JSON.stringify(event) },
  ])
  const first = await lab.start(consumerFile, lane)
  const requests = await lab.requests(lane)
  const refusals = () =>
    requests.filter(
      ({ method, direction, about }) =>
        method === 'Produce' &&
        direction === 'to-client' &&
        about.some((each) => each.topic === dead && (each.errorCode ?? 0) !== 0),
    ).length
  await lab.until(
    text(
      'a record that can not be read was never sent to payments.dead as it was, so nothing was there to refuse',
      'record không đọc được mà không hề được gửi nguyên vẹn sang payments.dead, nên không có gì để từ chối',
    ),
    () => refusals() > 0,
    { at: { file: listenerFile, near: ['catch', '.send(', 'function listen'] } },
  )
  // It should not come, so there is no fact to wait for: whoever takes the refusal for an end has committed by then.
  await lab.settles(() => highestCommit(requests, topic) > 0)
  const committedMeanwhile = highestCommit(requests, topic)
  lab.say(
    'An operator raises the limit of payments.dead, and the consumer is started again.',
    'Người vận hành nâng giới hạn của payments.dead, rồi consumer được chạy lại.',
  )
  await limit(lab, dead, 1_000_000)
  // It may have ended by itself, stand still, or try on and on: each is a way not to commit.
  await lab.killSubject(first)
  await resume(lab, { topic, group })
  await lab.kafka.settled(group, topic, {
    at: { file: listenerFile, near: ['catch', '.commitOffsets(', '.run('] },
  })
  const { ledger } = walletOf(lab)
  return {
    committedMeanwhile,
    copies: (await deadLetters(lab)).filter(({ value }) => value?.toString() === broken).length,
    captures: ledger.count(payment.payment_id, 'capture'),
    trace: await traceOf(lab),
  }
})

/** How large a batch the topic takes, in bytes. */
async function limit(lab: Lab, topic: string, bytes: number): Promise<void> {
  const admin = await lab.kafka.observer.admin()
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }]
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  })
}

/** Waits until the partition has got past what is broken. */
async function unblocked(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'a record that can not be read blocks its partition: the payments behind it were never booked',
      'một record không đọc được làm nghẽn cả partition: các thanh toán phía sau không bao giờ được ghi sổ',
    ),
    fact,
    { at: { file: listenerFile, near: ['catch', 'eachMessage', 'eachBatch', 'function listen'] } },
  )
}

/** Four ways of being no payment, each made of an event of its own. */
function brokenValues(events: readonly Envelope[]): { what: string; value: string | null }[] {
  const [torn, negative, unknown] = events as [Envelope, Envelope, Envelope]
  const withAmount = {
    ...negative,
    data: { ...(negative.data as object), amount: { minor: -500, currency: 'VND' } },
  }
  return [
    { what: 'no JSON', value: JSON.stringify(torn).slice(0, -1) },
    { what: 'no value at all', value: null },
    { what: 'a negative amount', value: JSON.stringify(withAmount) },
    {
      what: 'a type that nobody knows',
      value: JSON.stringify({ ...unknown, type: 'workbook.payments.payment-guessed.v1' }),
    },
  ]
}
