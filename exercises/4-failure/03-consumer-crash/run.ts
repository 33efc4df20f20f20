/** The scenarios of failure-03: the consumer dies or stands still at chosen points, and queue and books are looked at. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { Actor } from '#lab/actors'
import type { Act, Lab, PlacedFault } from '#lab/kit'
import { countIn, countsOf, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

/** What predictions.ts takes and answers. */
export type CrashPoint = 'delivery on its way' | 'in work' | 'booked' | 'ack on its way' | 'acked'
export interface Prediction {
  readonly isInQueue: boolean
  readonly isRedelivered: boolean
  readonly entries: 0 | 1
}

interface PredictionsModule {
  predict(point: CrashPoint): Prediction
}

type Fault = Parameters<Lab['place']>[0]

export const consumerFile = 'consumer.ts'
const predictionsFile = 'predictions.ts'
const lane = 'consumer'
const key = 'payment.requested'
/** How long something may take that may never come. */
const momentMs = 1500
const lookAgainMs = 4
const inspectEveryMs = 15

/** Where each kill happens. */
const faults: Readonly<Record<CrashPoint, { when: Fault['when']; side?: 'before' | 'after' }>> = {
  'delivery on its way': { when: { direction: 'to-client', method: 'basic.deliver' } },
  // At its end: whatever was said to the broker before the wait has left by then.
  'in work': { when: { point: 'commit', side: 'before', fields: { database: 'clearance' } } },
  booked: { when: { point: 'commit', side: 'after', fields: { database: 'wallet' } } },
  'ack on its way': { when: { direction: 'to-broker', method: 'basic.ack' } },
  acked: { when: { direction: 'to-broker', method: 'basic.ack' }, side: 'after' },
}

/** Why a kill never came, for each point. */
const unless: Readonly<Record<CrashPoint, { en: string; vi: string }>> = {
  'delivery on its way': text('nobody consumes from payments.work', 'không ai nhận message từ payments.work'),
  'in work': text(
    'a payment was delivered, and its screening never came to an end',
    'một thanh toán đã được giao mà việc sàng lọc không bao giờ xong',
  ),
  booked: text(
    'a payment was delivered, and nothing was written to the database "wallet"',
    'một thanh toán đã được giao mà không có gì được ghi vào database "wallet"',
  ),
  'ack on its way': text(
    'a payment was delivered, and never acknowledged',
    'một thanh toán đã được giao mà không bao giờ được ack',
  ),
  acked: text(
    'a payment was delivered, and never acknowledged',
    'một thanh toán đã được giao mà không bao giờ được ack',
  ),
}

/** A consumer's process that is started again when it has ended, as whoever runs it would. */
export class Consumer {
  readonly lab: Lab
  actor: Actor

  private constructor(lab: Lab, actor: Actor) {
    this.lab = lab
    this.actor = actor
  }

  static async start(lab: Lab): Promise<Consumer> {
    return new Consumer(lab, await lab.start(consumerFile, lane))
  }

  async alive(): Promise<Actor> {
    await this.refuseTodo()
    if (this.actor.state !== 'running') this.actor = await this.lab.start(consumerFile, lane)
    return this.actor
  }

  /** A TODO ends the process as well, and nobody should have to wait for what it never does. */
  async refuseTodo(): Promise<void> {
    if (this.actor.state === 'running') return
    const { error } = await this.actor.ended
    if (error === undefined || !/^TODO\b/.test(error.message)) return
    const doing = text(`${consumerFile}`, `${consumerFile}`)
    throw this.lab.subject.brokenBy(error, { file: consumerFile, doing })
  }
}

/** What one crash left behind, before anybody was started again. */
export interface Left {
  readonly point: CrashPoint
  readonly message: string
  readonly isInQueue: boolean
  readonly entries: number
  readonly acks: number
  readonly isAutomatic: boolean
  readonly predicted: Prediction | undefined
}

export interface AtWorkSeen {
  readonly left: Left
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** One payment; the consumer is killed while it is being screened. */
export async function killedAtWork(lab: Lab): Promise<AtWorkSeen> {
  await declare(lab)
  const [event] = eventsOf(lab, 1) as [Envelope]
  const consumer = await Consumer.start(lab)
  const left = await crashAt(lab, consumer, 'in work', event)
  return { left, kills: 1, trace: traceOf(await lab.frames(lane)) }
}

export interface QueueSeen {
  readonly left: readonly Left[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Three payments, three kills: in work, booked, and acked. What is in the queue each time is taken away. */
export async function leftInTheQueue(lab: Lab): Promise<QueueSeen> {
  await declare(lab)
  const predict = await predictionsOf(lab)
  const points = ['in work', 'booked', 'acked'] as const
  const events = eventsOf(lab, points.length)
  const consumer = await Consumer.start(lab)
  const left: Left[] = []
  for (const [at, point] of points.entries()) {
    left.push({ ...(await crashAt(lab, consumer, point, events[at] as Envelope)), predicted: predict(point) })
    await lab.observer.takeAll(lab.name('payments.work'))
  }
  return { left, kills: points.length, trace: traceOf(await lab.frames(lane)) }
}

export interface RedeliveredSeen {
  readonly came: readonly (Left & {
    /** How it reached the next consumer; undefined when it did not. */
    readonly again: { readonly isRedelivered: boolean } | undefined
  })[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Three payments, three kills: the delivery, the work, the ack. Each time another process takes over. */
export async function comesAgain(lab: Lab): Promise<RedeliveredSeen> {
  await declare(lab)
  const predict = await predictionsOf(lab)
  const points = ['delivery on its way', 'in work', 'ack on its way'] as const
  const events = eventsOf(lab, points.length)
  const consumer = await Consumer.start(lab)
  const { frames } = await lab.proxy(lane)
  const came: RedeliveredSeen['came'][number][] = []
  for (const [at, point] of points.entries()) {
    const event = events[at] as Envelope
    const left = await crashAt(lab, consumer, point, event)
    const since = frames.length
    lab.remark('basic.deliver', 'again, and marked as redelivered', 'lại tới, có cờ redelivered')
    await consumer.alive()
    await drained(lab, consumer)
    const again = frames
      .slice(since)
      .find(({ method, message }) => method === 'basic.deliver' && message === event.id)
    came.push({
      ...left,
      predicted: predict(point),
      again: again === undefined ? undefined : { isRedelivered: again.fields.redelivered === true },
    })
  }
  return { came, kills: points.length, trace: traceOf(frames).slice(-14) }
}

export interface RecoveredSeen {
  readonly events: readonly string[]
  readonly entries: Readonly<Record<string, number>>
  /** The one that the sleeper had in hand, and the one at which a process was killed. */
  readonly sleeper: string
  readonly killed: string
  readonly freezes: number
  readonly kills: number
  readonly dead: readonly string[]
  readonly isBalanced: boolean
  readonly trace: readonly TraceStep[]
}

/**
 * Four payments. The first process is stopped between screening and booking, the broker gives its connection up, a second one
 * does the work; then the first one wakes up. Another one is killed when it has booked.
 */
export async function recovered(lab: Lab): Promise<RecoveredSeen> {
  await declare(lab)
  const events = eventsOf(lab, 4)
  const sleeper = await Consumer.start(lab)
  const freeze = await lab.place({
    name: 'freeze consumer',
    lane,
    text: text(
      'the consumer is stopped here (SIGSTOP): screened, not booked',
      'consumer bị dừng tại đây (SIGSTOP): đã sàng lọc, chưa ghi sổ',
    ),
    when: { point: 'commit', side: 'after', fields: { database: 'clearance' } },
    what: { kind: 'freeze-subject', subject: sleeper.actor },
  })
  for (const event of events.slice(0, 3)) await put(lab, event)
  await firedAt(lab, sleeper, freeze, unless['in work'])
  lab.say(
    'It does not answer any more; the broker gives its connection up. A second process starts.',
    'Nó không trả lời nữa; broker bỏ kết nối của nó. Một process thứ hai khởi động.',
  )
  ;(await lab.proxy(lane)).cut()
  const second = await Consumer.start(lab)
  await drained(lab, second)
  lab.say(
    'Now the first one wakes up, and goes on where it was.',
    'Giờ process đầu thức dậy và làm tiếp chỗ đang dở.',
  )
  freeze.release()
  // It ends on its dead connection, or does something first, or lives on: each of them is a moment away.
  await becomes(lab, () => sleeper.actor.state !== 'running', momentMs)
  const last = events[3] as Envelope
  await crashAt(lab, second, 'booked', last)
  await second.alive()
  await drained(lab, second)
  return {
    events: events.map(({ id }) => id),
    entries: timesOf(entriesOf(lab)),
    sleeper: events[0]?.id ?? '',
    killed: last.id,
    freezes: 1,
    kills: 1,
    dead: await takeIds(lab, 'payments.dead'),
    isBalanced: isBalanced(lab),
    trace: traceOf(await lab.frames(lane)).slice(-18),
  }
}

/** Played by `npm run exercise failure-03 live`. */
export const live: readonly Act[] = [
  { title: text('Killed at work.', 'Bị kill khi đang làm.'), scenario: killedAtWork },
  {
    title: text(
      'Killed three times, and each time somebody takes over.',
      'Bị kill ba lần, lần nào cũng có ai đó làm tiếp.',
    ),
    scenario: comesAgain,
  },
  { title: text('The process that wakes up.', 'Process thức dậy.'), scenario: recovered },
]

/** The topology belongs to the lab here. What payments.work refuses goes to payments.dead. */
export async function declare(
  lab: Lab,
  queueArguments: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name('payments.work'), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: lab.name('payments.dead'),
    arguments: queueArguments,
  })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

export async function put(lab: Lab, event: Envelope): Promise<void> {
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: event.id,
    body: JSON.stringify(event),
  })
}

async function predictionsOf(lab: Lab): Promise<(point: CrashPoint) => Prediction> {
  const { predict } = await lab.subject.load<PredictionsModule>(predictionsFile, ['predict'])
  return (point) => {
    // Validated, since a learner's code made it.
    const predicted: unknown = predict(point)
    const { isInQueue, isRedelivered, entries } = (predicted ?? {}) as Record<string, unknown>
    if (
      typeof isInQueue === 'boolean' &&
      typeof isRedelivered === 'boolean' &&
      (entries === 0 || entries === 1)
    )
      return { isInQueue, isRedelivered, entries }
    throw lab.breaks(
      text(
        `predict("${point}") answers no { isInQueue, isRedelivered, entries }`,
        `predict("${point}") không trả về { isInQueue, isRedelivered, entries }`,
      ),
      { file: predictionsFile, near: ['return'] },
    )
  }
}

/** Hands the consumer a payment, kills it at a point, and looks at what is left. */
async function crashAt(lab: Lab, consumer: Consumer, point: CrashPoint, event: Envelope): Promise<Left> {
  const subject = await consumer.alive()
  const { when, side } = faults[point]
  const kill = await lab.place({
    name: `kill: ${point}`,
    lane,
    text: text(
      `the consumer is killed here (SIGKILL): ${point}`,
      `consumer bị kill tại đây (SIGKILL): ${point}`,
    ),
    when,
    what: { kind: 'kill-subject', subject, ...(side === undefined ? {} : { side }) },
  })
  const { frames } = await lab.proxy(lane)
  const since = frames.length
  await put(lab, event)
  await firedAt(lab, consumer, kill, unless[point])
  const isThere = async () => (await countsOf(lab, 'payments.work')).ready > 0
  // The broker learns of a dead process by its socket, a moment later.
  await becomes(lab, async () => (await isThere()) || point === 'acked', momentMs)
  const acks = frames
    .slice(since)
    .filter(
      ({ method, direction, forwarded }) =>
        /^basic\.(?:ack|reject|nack)$/.test(method) && direction === 'to-broker' && forwarded,
    )
  return {
    point,
    message: event.id,
    isInQueue: await isThere(),
    entries: timesOf(entriesOf(lab))[event.id] ?? 0,
    acks: acks.length,
    isAutomatic: frames.some(({ method, fields }) => method === 'basic.consume' && fields.noAck === true),
    predicted: undefined,
  }
}

async function firedAt(
  lab: Lab,
  consumer: Consumer,
  placed: PlacedFault,
  never: { en: string; vi: string },
): Promise<void> {
  const at = { file: consumerFile, near: ['function work', '.consume('] }
  await lab.until(
    never,
    async () => {
      if (placed.state === 'fired') return true
      await consumer.refuseTodo()
      return false
    },
    { at },
  )
  await lab.fired(placed, never, at)
}

/** Waits until payments.work is empty and nothing of it is out; a consumer that ended is started again. */
export async function drained(lab: Lab, consumer: Consumer): Promise<void> {
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      await consumer.alive()
      return (await countIn(lab, 'payments.work')) === 0
    },
    { at: { file: consumerFile, near: ['.ack(', '.consume('] }, everyMs: inspectEveryMs },
  )
}

/** Gives something that may never come a while to happen; answers whether it did. */
async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    if (lab.run.now() > deadline) return false
    await sleep(lookAgainMs)
  }
  return true
}

const opened = new WeakMap<Lab, Database>()

function walletOf(lab: Lab): Database {
  const database = opened.get(lab) ?? lab.openDatabase('wallet')
  opened.set(lab, database)
  return database
}

/** The message behind each entry in the books. */
export function entriesOf(lab: Lab): readonly string[] {
  const rows = walletOf(lab).prepare('SELECT message_id FROM entry ORDER BY position').all()
  return (rows as { message_id: string }[]).map(({ message_id }) => message_id)
}

/** Whether each balance is the sum of its entries. */
function isBalanced(lab: Lab): boolean {
  const off = walletOf(lab)
    .prepare(
      `SELECT 1 FROM (SELECT merchant_id, currency, sum(amount_minor) AS total FROM entry GROUP BY 1, 2)
       FULL JOIN balance USING (merchant_id, currency) WHERE coalesce(total, 0) <> coalesce(amount_minor, 0)`,
    )
    .all()
  return off.length === 0
}

function timesOf(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

type Frames = Awaited<ReturnType<Lab['frames']>>

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:deliver|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
