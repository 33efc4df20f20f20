/** The learner's key, and where records with it land. */
import { onKafka } from '#lab/kit/stage'
import type { Envelope } from '#payments/envelope'
import { type PaymentEventName, sealEvent, type WirePayment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { fillOf } from './partitions.ts'
import { inTurnMs, onThreeNodes, send, started } from './producer.ts'
import { declare, json, paymentIn } from './topic.ts'

/** What key.ts exports. */
interface KeyModule {
  keyOf(event: Envelope<WirePayment>): string
}

const keyFile = 'key.ts'

export interface KeysSeen {
  readonly payments: number
  readonly events: number
  readonly stored: number
  readonly keyless: number
  /** Payments whose events lie in more than one partition. */
  readonly scattered: readonly string[]
  /** Payments whose events lie in another order than they happened. */
  readonly disordered: readonly string[]
  /** Events in the fullest partition. */
  readonly fullest: number
  readonly partitions: number
  readonly example: string
}

/** The events of twenty-four payments, most of them of one merchant. */
export const keyed = onKafka(onThreeNodes, async (lab): Promise<KeysSeen> => {
  const topic = await declare(lab)
  const { keyOf } = await lab.subject.load<KeyModule>(keyFile, ['keyOf'])
  const producer = await started(lab)
  const payments = somePayments(24, seededSource(lab.run.seed)).map((payment, at) =>
    at % 4 === 3 ? payment : { ...payment, merchant_id: 'night-market' },
  )
  const source = seededSource(lab.run.seed + 1)
  const steps: readonly PaymentEventName[] = ['PaymentRequested', 'PaymentAuthorized', 'PaymentCaptured']
  // Whose key is asked for must not read it off the envelope: not every producer fills in a partitionkey.
  const stories = steps.flatMap((step) =>
    payments.map((payment) => {
      const { partitionkey: _, ...event } = sealEvent(step, payment, source)
      return JSON.parse(JSON.stringify(event)) as Envelope<WirePayment>
    }),
  )
  const keys: string[] = []
  for (const event of stories) keys.push(keyOf(event))
  const sending = stories.map((event, at) =>
    send(lab, producer, { topic, event, key: keys[at] ?? '', withinMs: inTurnMs }),
  )
  await Promise.all(sending)
  const log = await lab.kafka.observer.read(topic)
  const partitionsOf = (id: string) =>
    new Set(log.filter((record) => paymentIn(record) === id).map(({ partition }) => partition))
  const typesOf = (id: string) =>
    log.filter((record) => paymentIn(record) === id).map((record) => String(json(record)?.type))
  const ids = payments.map(({ payment_id }) => payment_id)
  const wanted = stories.filter(({ data }) => data.payment_id === ids[0]).map(({ type }) => type)
  const fill = fillOf(log)
  return {
    payments: ids.length,
    events: stories.length,
    stored: log.length,
    keyless: log.filter(({ key }) => key === null || key === '').length,
    scattered: ids.filter((id) => partitionsOf(id).size > 1),
    disordered: ids.filter((id) => typesOf(id).join() !== wanted.join()),
    fullest: Math.max(0, ...fill),
    partitions: 6,
    example: keys[0] ?? '',
  }
})
