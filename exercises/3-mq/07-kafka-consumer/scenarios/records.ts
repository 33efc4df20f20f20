/** Records reach their handlers: each once, and in order within its key. */
import { setImmediate as turn } from 'node:timers/promises'
import { comesTrue } from '#lab/kit/coming'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { leaveMs, listening, startedHere, worked } from './listening.ts'
import { traceOf } from './requests.ts'
import { declare, keyOf, type Place, paymentEvents, placeOf, produce } from './topic.ts'
import { walletOf } from './wallet.ts'

export interface HandledSeen {
  readonly produced: readonly Place[]
  readonly handled: readonly Place[]
  /** Handlings that got something else than what read() had answered. */
  readonly unread: number
  /** Handlings whose delivery named another key than the record's. */
  readonly wrongKeys: number
  readonly trace: readonly TraceStep[]
}

/** Twenty records on three partitions, half of them there before the listener, half after it has joined. */
export const handled = onKafka({ nodes: 1 }, async (lab): Promise<HandledSeen> => {
  await declare(lab, 3)
  const events = paymentEvents(lab, 20)
  const keys = new Map<Place, string>()
  const readings = new Set<unknown>()
  const handled: Place[] = []
  let unread = 0
  let wrongKeys = 0
  const put = async (some: readonly Envelope[]) => {
    const places = await produce(lab, some)
    for (const [at, place] of places.entries()) keys.set(place, keyOf(some[at] as Envelope))
  }
  await put(events.slice(0, 10))
  await listening(lab, {
    read: (value) => {
      const reading = { event: openEvent(value) }
      readings.add(reading)
      return reading
    },
    async handle(reading, delivery) {
      if (!readings.has(reading)) unread += 1
      const place = placeOf(delivery)
      handled.push(place)
      if (keys.has(place) && keys.get(place) !== delivery.key) wrongKeys += 1
    },
  })
  await put(events.slice(10))
  await worked(lab, () => handled.length >= events.length)
  return { produced: [...keys.keys()], handled, unread, wrongKeys, trace: await traceOf(lab) }
})

export interface OrderSeen {
  readonly keys: number
  readonly produced: number
  /** For each key the numbers in the order in which they were done. */
  readonly sequences: Readonly<Record<string, readonly number[]>>
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
}

/** Six keys with six records each on four partitions, handled for times that differ; and twelve payments for the wallet. */
export const inOrder = onKafka({ nodes: 1 }, async (lab): Promise<OrderSeen> => {
  await declare(lab, 3)
  const [topic, groupId] = [lab.name('movements'), lab.name('movements-reader')]
  await lab.kafka.observer.createTopic(topic, { partitions: 4 })
  const records = Array.from({ length: 36 }, (_, at) => ({
    key: `wallet-${at % 6}`,
    value: String(Math.floor(at / 6)),
  }))
  await lab.kafka.observer.produce(topic, records)
  const payments = somePayments(12, seededSource(lab.run.seed))
  // Before anybody reads: a group that has committed nothing has to begin at the beginning.
  await produce(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  const sequences: Record<string, number[]> = {}
  let count = 0
  await listening<number>(lab, {
    topic,
    groupId,
    concurrency: 4,
    read: (value) => Number(value.toString()),
    async handle(number, { key }) {
      for (let turns = lab.random.integer(0, 20); turns > 0; turns -= 1) await turn()
      const name = key ?? 'no key'
      sequences[name] = [...(sequences[name] ?? []), number]
      count += 1
    },
  })
  await worked(lab, () => count >= records.length)
  await startedHere(lab)
  const { ledger } = walletOf(lab)
  const captures = () => payments.map(({ payment_id }) => ledger.count(payment_id, 'capture'))
  await comesTrue(lab, leaveMs, () => captures().every((times) => times > 0))
  return {
    keys: 6,
    produced: records.length,
    sequences,
    payments,
    captures: captures(),
    audit: ledger.audit(),
  }
})
