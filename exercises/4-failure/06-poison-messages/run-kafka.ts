/** The scenario of failure-06 on Kafka: three poison records among good ones, in one partition, where nobody counts and nobody buries. */
import { setTimeout as pause } from 'node:timers/promises'
import { Supervisor } from '#lab/explore/supervisor'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { walletOf } from './scenarios/messages.ts'
import { attemptsMax } from './scenarios/operator.ts'

const file = 'on-kafka.ts'
const lane = 'consumer'
/** Whoever tries a payment so often tries it for ever. */
const attemptsHopeless = 3 * attemptsMax
/** How long it may take until the group has committed the end; deaths, new starts and new places in the group included. */
const restMsMax = 9000
const lookAgainMs = 20

export type PoisonKind = 'unreadable' | 'frozen' | 'deadly'

export interface KafkaMixedSeen {
  readonly good: readonly string[]
  readonly unbooked: readonly string[]
  readonly poison: readonly {
    readonly kind: PoisonKind
    readonly offset: number
    /** How often it was tried, as the wallet counts; of one that can't be read nobody knows. */
    readonly attempts: number | undefined
    /** Its copies in payments.dead, by their bytes. */
    readonly copies: number
    readonly reason: string | undefined
    readonly origin: string | undefined
  }[]
  /** Good payments that lie in payments.dead as well. */
  readonly buriedAlive: number
  /** Records that the group has not committed. */
  readonly lag: number
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Six good payments and three poison records of different kinds stand in one partition when the consumer starts. */
export const mixedOnKafka = onKafka({ nodes: 1 }, async (lab): Promise<KafkaMixedSeen> => {
  const topic = lab.name('payments')
  const dead = lab.name('payments.dead')
  await lab.kafka.observer.createTopic(topic, { partitions: 1 })
  await lab.kafka.observer.createTopic(dead, { partitions: 1 })
  const wallet = walletOf(lab)
  const [torn, deadly, thawed, ...good] = somePayments(9, seededSource(lab.run.seed)) as [
    Payment,
    Payment,
    Payment,
    ...Payment[],
  ]
  // A merchant of its own: none of the good ones is to be frozen with it.
  const frozen: Payment = { ...thawed, merchant_id: 'frozen-corner' }
  wallet.freeze(frozen.merchant_id)
  wallet.makeDeadly(deadly.payment_id)

  const bytesOf = (payment: Payment) => JSON.stringify(requestedEvent(payment, lab.run.seed))
  const [one, two, three, ...others] = good as [Payment, Payment, Payment, ...Payment[]]
  const line = [
    { payment: one, value: bytesOf(one) },
    { kind: 'unreadable' as const, payment: torn, value: bytesOf(torn).slice(0, -1) },
    { payment: two, value: bytesOf(two) },
    { kind: 'deadly' as const, payment: deadly, value: bytesOf(deadly) },
    { payment: three, value: bytesOf(three) },
    { kind: 'frozen' as const, payment: frozen, value: bytesOf(frozen) },
    ...others.map((payment) => ({ payment, value: bytesOf(payment) })),
  ]
  await lab.kafka.observer.produce(
    topic,
    line.map(({ payment, value }) => ({ key: payment.payment_id, value })),
  )
  lab.say(
    'Six good payments in one partition, and among them one that can not be read, one that kills its consumer, one whose account is frozen.',
    'Sáu thanh toán tốt trong một partition, và xen giữa: một record không đọc được, một record giết consumer, một thanh toán có tài khoản bị khoá.',
  )
  const operator = new Supervisor({
    lab,
    file,
    lane,
    hasCrashed: () => wallet.attempts(deadly.payment_id) > 0,
  })
  lab.defer(() => operator.stop())
  await operator.begun()
  const lagNow = () => lab.kafka.lag(lab.name('wallet'), topic).catch(() => line.length)
  const isHopeless = () =>
    [deadly, frozen].some(({ payment_id }) => wallet.attempts(payment_id) >= attemptsHopeless)
  const deadline = lab.run.now() + lab.allowed(restMsMax)
  let lag = await lagNow()
  while (lag > 0 && !isHopeless() && lab.run.now() < deadline) {
    // Throws when it never started again.
    await Promise.race([operator.begun(), pause(lookAgainMs)])
    await pause(lookAgainMs)
    lag = await lagNow()
  }
  await operator.stop()
  const buried = await lab.kafka.observer.read(dead)
  const isOf = (value: string) => (record: { value: Buffer | null }) => record.value?.toString() === value
  return {
    good: good.map(({ payment_id }) => payment_id),
    unbooked: good.flatMap(({ payment_id }) =>
      wallet.ledger.count(payment_id, 'capture') === 1 ? [] : [payment_id],
    ),
    poison: line.flatMap(
      ({ kind, payment, value }: { kind?: PoisonKind; payment: Payment; value: string }, offset) => {
        if (kind === undefined) return []
        const copies = buried.filter(isOf(value))
        const headers = copies[0]?.headers ?? {}
        const attempts = kind === 'unreadable' ? undefined : wallet.attempts(payment.payment_id)
        return [
          {
            kind,
            offset,
            attempts,
            copies: copies.length,
            reason: headers['x-reason'],
            origin: headers['x-origin'],
          },
        ]
      },
    ),
    buriedAlive: good.filter((payment) => buried.some(isOf(bytesOf(payment)))).length,
    lag,
    audit: wallet.ledger.audit(),
    trace: (await lab.requestSteps()).slice(-14),
  }
})
