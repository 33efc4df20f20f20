/** The scenarios of failure-06: a message that can't be processed stands among good ones; each answers what became of all of them. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import { z } from 'zod'
import { Supervisor } from '#lab/explore/supervisor'
import type { Act, Lab } from '#lab/kit'
import { readSamples, totalOf } from '#lab/kit/metrics'
import { traceStep } from '#lab/kit/trace'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Wallet } from '#payments/wallet'

/** What the subject's files export. */
interface BatchModule {
  publishBatch(world: World, payments: readonly Payment[]): Promise<string>
}
interface NaiveModule {
  start(world: World): Promise<Running & { deliveries(): Readonly<Record<string, number>> }>
}
interface TopologyModule {
  declareTopology(world: World, channel: Channel): Promise<void>
}
interface MonitorModule {
  start(world: World): Promise<Running & { readonly url: string }>
}

const consumerFile = 'consumer.ts'
const lane = 'consumer'
const key = 'payment.requested'
/** What the task sets: see attemptsMax in topology.ts. */
export const attemptsMax = 3
/** Whoever tries a payment so often tries it for ever. */
const attemptsHopeless = 3 * attemptsMax
/** So many deliveries of one message are an endless loop. */
const loopDeliveries = 100
/** How long it may take until every message rests somewhere; deaths and new starts of the consumer included. */
const restMsMax = 6000
/** How long a wait of the subject's own may last: the broker's clock is moved on by this much when nothing else happens. */
export const waitMsStep = 4000
/** A broker with a default delivery limit (20) has dropped by now what its monitor takes out and puts back. */
const looks = 30
/** How far the monitor's clock is moved on: further than the broker's own may be ahead, which other scenarios move. */
export const agedSeconds = 3600

export interface BatchSeen {
  readonly payments: readonly Payment[]
  /** The id that publishBatch answered. */
  readonly poison: string
  /** What was in the queue when it had resolved, in order: its id, and how three attempts to book it ended. */
  readonly found: readonly { readonly id: string; readonly tries: readonly ('booked' | 'failed')[] }[]
  readonly persistent: number
}

/** The subject publishes a batch; a faithful consumer, ours, then tries each of its messages three times. */
export async function batchPublished(lab: Lab): Promise<BatchSeen> {
  await declareForNaive(lab)
  const payments = somePayments(5, seededSource(lab.run.seed))
  const { publishBatch } = await lab.subject.load<BatchModule>('poison.ts', ['publishBatch'])
  const poison = await lab.finished(
    publishBatch(await lab.world(), payments),
    text('publishBatch()', 'publishBatch()'),
    { file: 'poison.ts', near: ['function publishBatch'] },
  )
  const wallet = walletOf(lab)
  const messages = await lab.observer.takeAll(lab.name('payments.work'))
  const found = messages.map(({ messageId = '', body }) => {
    const tries = Array.from({ length: 3 }, () => {
      try {
        wallet.book(openEvent(body).data)
        return 'booked' as const
      } catch {
        return 'failed' as const
      }
    })
    return { id: messageId, tries }
  })
  return {
    payments,
    poison: String(poison),
    found,
    persistent: messages.filter(({ deliveryMode }) => deliveryMode === 2).length,
  }
}

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

/** A message as it lies in payments.dlq, with what can be read of its death. */
export interface DeadMessage {
  readonly id: string
  readonly reason: string | undefined
  readonly exchange: string | undefined
  readonly routingKey: string | undefined
}

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

/** What the monitor told at one moment; undefined where a metric is missing. */
export interface Look {
  readonly depth: number | undefined
  readonly ageSeconds: number | undefined
  readonly arrivals: number | undefined
  /** The names of the alerts that fire. */
  readonly alerts: readonly string[]
}

export interface MonitoredSeen {
  readonly empty: Look
  readonly one: Look
  /** A second one has died, and the first was taken out before anybody looked again. */
  readonly two: Look
  readonly looks: number
  /** What is in payments.dlq after so many looks. */
  readonly stillThere: number
  /** `agedSeconds` later, after two more have died: asked several times, then of a monitor that was just started. */
  readonly aged: readonly Look[]
  readonly agedAfterRestart: Look
  readonly emptied: Look
}

/** Payments die and are taken out, while somebody keeps looking at the monitor. */
export async function monitored(lab: Lab): Promise<MonitoredSeen> {
  await declared(lab)
  const [first, second, third, fourth] = somePayments(4, seededSource(lab.run.seed)) as [
    Payment,
    Payment,
    Payment,
    Payment,
  ]
  let offsetMs = 0
  const { start } = await lab.subject.load<MonitorModule>('monitor.ts', ['start'])
  const world = await lab.world(lane)
  const clock = { ...world.clock, now: () => world.clock.now() + offsetMs }
  const monitoring = async () => {
    const answered = await lab.finished(start({ ...world, clock }), text('start()', 'start()'), {
      file: 'monitor.ts',
    })
    const monitor = lab.subject.guard(answered, ['stop'], 'monitor.ts')
    return { url: String(answered.url), stop: monitor.stop }
  }
  let monitor = await monitoring()
  lab.defer(() => monitor.stop())
  const look = () => lookAt(lab, monitor.url)

  const empty = await look()
  lab.say('A payment dies.', 'Một thanh toán chết.')
  await die(lab, first)
  let one = empty
  await becomes(lab, async () => {
    one = await look()
    return one.depth === 1 && one.arrivals === 1 && one.alerts.length > 0
  })
  // Whoever doesn't see the first one need not be shown a second.
  if (one.depth !== 1 || one.alerts.length === 0) {
    return { empty, one, two: one, looks, stillThere: 1, aged: [one], agedAfterRestart: one, emptied: one }
  }
  lab.say(
    'Another one dies, and before anybody looks, the first is taken out.',
    'Thêm một cái nữa chết, và trước khi có ai kịp nhìn, cái đầu đã được lấy ra.',
  )
  await die(lab, second)
  await takeOne(lab)
  let two = one
  await becomes(lab, async () => {
    two = await look()
    return two.depth === 1 && two.arrivals === 2
  })
  for (let each = 0; each < looks; each += 1) await look()
  // What was taken out to be looked at is back in a moment.
  await becomes(lab, async () => (await inQueue(lab, 'payments.dlq')).ready === 1)
  const stillThere = (await inQueue(lab, 'payments.dlq')).ready
  offsetMs += agedSeconds * 1000
  // Three in all: each look takes the first one out twice, and two would only change places.
  for (const payment of [third, fourth]) await buried(lab, payment, clock.now())
  const aged = [await look(), await look(), await look()]
  await lab.finished(monitor.stop(), text('stop()', 'stop()'), { file: 'monitor.ts', near: ['stop()'] })
  monitor = await monitoring()
  const agedAfterRestart = await look()
  lab.say('The DLQ is emptied.', 'DLQ được dọn trống.')
  for (const _ of [second, third, fourth]) await takeOne(lab)
  let emptied = agedAfterRestart
  await becomes(lab, async () => {
    emptied = await look()
    return emptied.depth === 0 && emptied.alerts.length === 0
  })
  return { empty, one, two, looks, stillThere, aged, agedAfterRestart, emptied }
}

/** Played by `npm run exercise failure-06 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'What fails goes back into the queue: one message, again and again.',
      'Hỏng thì trả lại queue: một message, hết lần này tới lần khác.',
    ),
    scenario: endless,
  },
  {
    title: text(
      'Three poison messages among eight good ones; one of them kills its consumer.',
      'Ba poison message giữa tám thanh toán tốt; một trong ba cái giết consumer.',
    ),
    scenario: mixed,
  },
  {
    title: text('The monitor of the DLQ.', 'Màn theo dõi DLQ.'),
    scenario: monitored,
  },
]

/** A classic queue: a quorum queue of RabbitMQ 4 would end an endless loop by itself, after 20 returns. */
async function declareForNaive(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.work'), { durable: true })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

async function declared(lab: Lab): Promise<void> {
  const { declareTopology } = await lab.subject.load<TopologyModule>('topology.ts', ['declareTopology'])
  const connection = await lab.client(lane)
  const channel = await connection.createChannel()
  const errors: Error[] = []
  channel.on('error', (error: Error) => errors.push(error))
  await lab.finished(
    declareTopology(await lab.world(lane), channel),
    text('declareTopology()', 'declareTopology()'),
    { file: 'topology.ts', near: ['function declareTopology'] },
  )
  if (errors.length === 0) await channel.close()
}

/** The consumer as a process that is started again whenever it has ended. Its first start may only fail if the deadly one was tried. */
async function operated(lab: Lab, isTried: () => boolean): Promise<Supervisor> {
  let isUp = false
  const operator = new Supervisor({ lab, file: consumerFile, lane, hasCrashed: () => isUp || isTried() })
  lab.defer(() => operator.stop())
  const begun = operator.begun().then(() => {
    isUp = true
  })
  // Where the deadly one is first in the queue, it may never be up for long.
  while (!isUp && !isTried()) await Promise.race([begun, turn()])
  return operator
}

/**
 * Waits until nothing is in work or waits for another attempt, or it is clear that this will never be. Where messages wait by a
 * time to live, the broker's clock is moved on.
 */
async function untilAtRest(lab: Lab, operator: Supervisor, isHopeless: () => boolean): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(restMsMax)
  while (!isHopeless() && lab.run.now() < deadline) {
    // Throws when it never started again.
    await Promise.race([operator.begun(), turn()])
    const { work, waiting } = await whereabouts(lab)
    if (work + waiting === 0) return
    if (work === 0) await lab.elapse(waitMsStep)
    await pause(lookAgainMs)
  }
}

async function restingOutsideDlq(lab: Lab): Promise<number> {
  const { work, waiting } = await whereabouts(lab)
  return work + waiting
}

/** How many messages are in work, and how many wait for another attempt in a queue of the subject's own. */
export async function whereabouts(lab: Lab): Promise<{ work: number; waiting: number }> {
  const { queues } = await lab.inspect()
  const count = (those: typeof queues) => those.reduce((sum, { ready, unacked }) => sum + ready + unacked, 0)
  return {
    work: count(queues.filter(({ name }) => name === lab.name('payments.work'))),
    waiting: count(
      queues.filter(({ name }) => ![lab.name('payments.work'), lab.name('payments.dlq')].includes(name)),
    ),
  }
}

async function inQueue(lab: Lab, queue: string): Promise<{ ready: number; unacked: number }> {
  const { queues } = await lab.inspect()
  const found = queues.find(({ name }) => name === lab.name(queue))
  return { ready: found?.ready ?? 0, unacked: found?.unacked ?? 0 }
}

/** What is in payments.dlq, taken out. The consumer's own headers tell of a death, or else the broker's x-death. */
export async function deadMessages(lab: Lab): Promise<DeadMessage[]> {
  const found = await lab.observer.takeAll(lab.name('payments.dlq'))
  return found.map(({ messageId = '', headers }) => {
    const deaths = headers['x-death']
    const death = (Array.isArray(deaths) ? deaths[0] : undefined) as Record<string, unknown> | undefined
    const keys = death?.['routing-keys']
    const told = (own: string, broker: unknown) => {
      const value = headers[own] ?? broker
      return value === undefined || value === null ? undefined : lab.shown(String(value))
    }
    return {
      id: messageId,
      reason: told('x-reason', death?.['reason']),
      exchange: told('x-origin-exchange', death?.['exchange']),
      routingKey: told('x-origin-routing-key', Array.isArray(keys) ? keys[0] : undefined),
    }
  })
}

/** A payment dies: it is rejected from payments.work, by nobody's doing but ours. */
async function die(lab: Lab, payment: Payment): Promise<void> {
  const inDlq = async () => {
    const { ready, unacked } = await inQueue(lab, 'payments.dlq')
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

/** Asks the monitor for its metrics, then for its alerts. */
async function lookAt(lab: Lab, url: string): Promise<Look> {
  const [metrics, alerts] = [await ask(lab, `${url}/metrics`), await ask(lab, `${url}/alerts`)]
  const samples = readSamples(metrics)
  return {
    depth: totalOf(samples, 'dlq_messages'),
    ageSeconds: totalOf(samples, 'dlq_oldest_age_seconds'),
    arrivals: totalOf(samples, 'dlq_arrivals_total'),
    alerts: namesIn(lab, alerts),
  }
}

async function ask(lab: Lab, url: string): Promise<string> {
  const path = url.slice(url.lastIndexOf('/'))
  const refused = (why: string) =>
    lab.breaks(text(`GET ${path} of the monitor: ${why}`, `GET ${path} của monitor: ${why}`), {
      file: 'monitor.ts',
      near: [`'${path}'`, '.listen('],
    })
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) }).catch((error: unknown) => {
    throw refused(error instanceof Error ? error.message : String(error))
  })
  const body = await answer.text()
  if (!answer.ok) throw refused(`status ${answer.status}, ${body.slice(0, 80)}`)
  return body
}
const answerMsMax = 3000

function namesIn(lab: Lab, body: string): readonly string[] {
  const parsed = alertsSchema.safeParse(tried(() => JSON.parse(body)))
  if (parsed.success) return parsed.data.map(({ name }) => name)
  throw lab.breaks(
    text(
      `GET /alerts of the monitor answers "${body.slice(0, 60)}", which is no JSON array of alerts with a name`,
      `GET /alerts của monitor trả về "${body.slice(0, 60)}", không phải một mảng JSON các cảnh báo có name`,
    ),
    { file: 'monitor.ts', near: ["'/alerts'"] },
  )
}
const alertsSchema = z.array(z.looseObject({ name: z.string() }))

function tried(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** A payment is given up by a consumer at this moment of the monitor's clock: it lies in payments.dlq with its story. */
async function buried(lab: Lab, payment: Payment, diedAt: number): Promise<void> {
  const event = requestedEvent(payment, lab.run.seed)
  const channel = await lab.observer.channel()
  channel.publish(lab.name('payments.dlx'), key, Buffer.from(JSON.stringify(event)), {
    messageId: event.id,
    persistent: true,
    headers: { 'x-reason': 'given up', 'x-attempts': attemptsMax, 'x-died-at': diedAt },
  })
  // Answered behind it: one channel is handled in order.
  await channel.checkExchange(lab.name('payments.dlx'))
  await channel.close()
}

/** The first message leaves payments.dlq for good. What the monitor has in hand is back in a moment. */
async function takeOne(lab: Lab): Promise<void> {
  await becomes(lab, async () => (await inQueue(lab, 'payments.dlq')).unacked === 0)
  const channel = await lab.observer.channel()
  await channel.get(lab.name('payments.dlq'), { noAck: true })
  await channel.close()
}

/** Gives something that may never come a moment to happen. */
async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(momentMs)
  while (!(await fact()) && lab.run.now() < deadline) await pause(lookAgainMs)
}
/** Only what never comes is waited for so long. */
const momentMs = 1500
/** The broker's own state is the fact that is waited for, and nobody announces it; asking without a pause would keep it from its work. */
const lookAgainMs = 10

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): Wallet {
  return new Wallet(lab.openDatabase('wallet'), seededSource(lab.run.seed))
}

/** Publishes the payment's event; answers its id. */
export async function publish(lab: Lab, payment: Payment): Promise<string> {
  const event = requestedEvent(payment, lab.run.seed)
  await put(lab, event.id, JSON.stringify(event))
  return event.id
}

async function put(lab: Lab, messageId: string, body: string): Promise<void> {
  const outcome = await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId,
    body,
  })
  if (outcome === 'routed') return
  throw lab.breaks(
    text(
      `the exchange "payments" leads ${key} to no queue`,
      `exchange "payments" không dẫn ${key} tới queue nào`,
    ),
    { file: 'topology.ts', near: ['bindQueue('] },
  )
}

type Frames = Awaited<ReturnType<Lab['frames']>>

function deliveriesOf(frames: Frames, message: string): number {
  return frames.filter((frame) => frame.method === 'basic.deliver' && frame.message === message).length
}

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:deliver|publish|return|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
