/** How often poison is tried: endlessly, and within bounds that survive a restart. */
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { deadMessages } from './dlq.ts'
import { deliveriesOf, traceOf } from './frames.ts'
import { publish, put, walletOf } from './messages.ts'
import {
  attemptsHopeless,
  consumerFile,
  declared,
  declareForNaive,
  lane,
  type NaiveModule,
  operated,
  untilAtRest,
} from './operator.ts'

/** So many deliveries of one message are an endless loop. */
const loopDeliveries = 100

export interface EndlessSeen {
  readonly poison: string
  /** As the wire saw it, until the consumer was stopped. */
  readonly deliveries: number
  /** As the subject's own count says. */
  readonly counted: number
  readonly ms: number
  /** Good messages that came after the poison: how many there are, and how many of them were booked meanwhile. */
  readonly behind: number
  readonly behindBooked: number
  readonly ahead: number
  readonly trace: readonly TraceStep[]
}

/** The naive consumer meets one good payment, a poison message, and three more good payments. */
export async function endless(lab: Lab): Promise<EndlessSeen> {
  await declareForNaive(lab)
  const [first, torn, ...behind] = somePayments(5, seededSource(lab.run.seed)) as [
    Payment,
    Payment,
    ...Payment[],
  ]
  const poison = requestedEvent(torn, lab.run.seed)
  await publish(lab, first)
  await put(lab, poison.id, JSON.stringify(poison).slice(0, -1))
  for (const payment of behind) await publish(lab, payment)
  lab.say(
    `One good payment, one that can't be read, three good ones. What fails goes back into the queue.`,
    'Một thanh toán tốt, một message không đọc được, ba thanh toán tốt. Cái nào hỏng thì trả lại queue.',
  )
  const wallet = walletOf(lab)
  const { start } = await lab.subject.load<NaiveModule>('naive.ts', ['start'])
  const answered = await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), {
    file: 'naive.ts',
  })
  const naive = lab.subject.guard(answered, ['stop', 'deliveries'], 'naive.ts')
  lab.defer(() => naive.stop())
  const { frames } = await lab.proxy(lane)
  const began = lab.run.now()
  const deliveries = () => deliveriesOf(frames, poison.id)
  await lab.until(
    text(
      `the poison message did not come back ${loopDeliveries} times: put what fails back into the queue, to see what happens`,
      `poison message không quay lại tới ${loopDeliveries} lần: hãy trả message hỏng về queue để xem chuyện gì xảy ra`,
    ),
    () => deliveries() >= loopDeliveries,
    { at: { file: 'naive.ts', near: ['.nack(', '.reject(', '.consume('] } },
  )
  const ms = lab.run.now() - began
  const behindBooked = behind.filter(
    ({ payment_id }) => wallet.ledger.count(payment_id, 'capture') > 0,
  ).length
  await lab.finished(naive.stop(), text('stop()', 'stop()'), { file: 'naive.ts', near: ['stop()'] })
  return {
    poison: poison.id,
    deliveries: deliveries(),
    counted: naive.deliveries()[poison.id] ?? 0,
    ms,
    behind: behind.length,
    behindBooked,
    ahead: wallet.ledger.count(first.payment_id, 'capture'),
    trace: traceOf(frames).slice(0, 12),
  }
}

/** What became of one payment. */
export interface Fate {
  readonly id: string
  readonly attempts: number
  readonly isDead: boolean
}

export interface BoundedSeen {
  /** The payment of a merchant whose account stays frozen. Its consumer was killed in the middle of the second attempt. */
  readonly frozen: Fate
  /** The message that can't be read; its attempts are its deliveries. */
  readonly unreadable: Fate
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** One that can't be read, then one that fails each time; the consumer is killed in the middle of its second attempt. */
export async function bounded(lab: Lab): Promise<BoundedSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [frozen, torn] = somePayments(2, seededSource(lab.run.seed)) as [Payment, Payment]
  wallet.freeze(frozen.merchant_id)
  const operator = await operated(lab, () => false)
  const { frames } = await lab.proxy(lane)

  const unreadable = requestedEvent(torn, lab.run.seed)
  await put(lab, unreadable.id, JSON.stringify(unreadable).slice(0, -1))
  const unreadableDeliveries = () => deliveriesOf(frames, unreadable.id)
  await untilAtRest(lab, operator, () => unreadableDeliveries() >= attemptsHopeless)

  const kill = await lab.place({
    name: 'kill consumer',
    text: text(
      'the consumer is killed in the middle of the second attempt (SIGKILL)',
      'consumer bị kill giữa lần thử thứ hai (SIGKILL)',
    ),
    when: { point: 'commit', side: 'after', nth: 2, fields: { database: 'wallet' } },
    what: { kind: 'do', action: () => operator.kill() },
  })
  const frozenId = await publish(lab, frozen)
  const tries = () => wallet.attempts(frozen.payment_id)
  await lab.fired(
    kill,
    text(
      'a payment failed for a reason that may pass, and was not tried a second time',
      'một thanh toán hỏng vì lý do có thể qua đi mà không được thử lần thứ hai',
    ),
    { file: consumerFile, near: ['.reject(', '.nack(', '.publish(', '.book('] },
  )
  await untilAtRest(lab, operator, () => tries() >= attemptsHopeless)
  await operator.stop()
  const dead = (await deadMessages(lab)).map(({ id }) => id)
  return {
    frozen: { id: frozenId, attempts: tries(), isDead: dead.includes(frozenId) },
    unreadable: { id: unreadable.id, attempts: unreadableDeliveries(), isDead: dead.includes(unreadable.id) },
    kills: 1,
    trace: traceOf(frames).slice(-16),
  }
}
