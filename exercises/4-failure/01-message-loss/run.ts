/** The scenarios of failure-01: payments are accepted, the service is killed at chosen points, and what arrived is counted. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { Actor } from '#lab/actors'
import { History } from '#lab/history'
import type { Act, Lab } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Lane, Text, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

/** What crash-point.ts answers. */
export type CrashPoint =
  | { readonly side: 'before' | 'after'; readonly commit: string }
  | { readonly side: 'before' | 'after'; readonly frame: string; readonly to: 'broker' | 'client' }

interface CrashPointModule {
  lossPoint(): CrashPoint
}

/** What reconcile.ts takes and answers. */
export interface Aftermath {
  readonly answers: readonly { readonly payment_id: string; readonly answer: 'ok' | 'fail' | 'unknown' }[]
  readonly committed: readonly string[]
  readonly arrived: readonly string[]
}
export const lists = ['lost', 'repeated', 'unfounded', 'open'] as const
export type Reckoning = Readonly<Record<(typeof lists)[number], readonly string[]>>

interface ReconcileModule {
  reconcile(aftermath: Aftermath): Reckoning
}

type Fault = Parameters<Lab['place']>[0]

export const naiveFile = 'naive.ts'
export const paymentsFile = 'payments.ts'
const consumerFile = 'consumer.ts'
const pointFile = 'crash-point.ts'
const reconcileFile = 'reconcile.ts'
const key = 'payment.requested'
/** The queue of the refusals takes no more than this. */
const lengthMax = 10
/** How long the service may take to send what waits, restarts and pauses included. */
const sentMsMax = 3000
/** How long it is given where it may be that nothing more comes. */
const momentMs = 1000
/** How often a fact is looked at again. */
const lookAgainMs = 4

/** A subject's process that is started again when it has ended, as whoever runs it would. */
export class Service {
  readonly lab: Lab
  readonly file: string
  readonly lane: Lane
  actor: Actor
  starts = 1

  private constructor(lab: Lab, file: string, lane: Lane, actor: Actor) {
    this.lab = lab
    this.file = file
    this.lane = lane
    this.actor = actor
  }

  static async start(lab: Lab, file: string, lane: Lane = 'producer'): Promise<Service> {
    return new Service(lab, file, lane, await lab.start(file, lane))
  }

  async alive(): Promise<Actor> {
    if (this.actor.state !== 'running') {
      this.actor = await this.lab.start(this.file, this.lane)
      this.starts += 1
    }
    return this.actor
  }

  /** Asks for a payment to be accepted, and notes what came of it. */
  async accept(history: History, payment: Payment): Promise<void> {
    const { actor } = this
    const asked = history.invoke({ by: 'customer', what: 'accept', message: payment.payment_id })
    try {
      await actor.call('accept', payment)
      asked.ok()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (/^TODO\b/.test(reason)) {
        const doing = text(`accept() in ${this.file}`, `accept() trong ${this.file}`)
        throw this.lab.subject.brokenBy(error, { file: this.file, doing })
      }
      if (actor.state === 'running') asked.fail(reason)
      else asked.unknown(reason)
    }
  }
}

export interface KilledSeen {
  readonly point: CrashPoint
  readonly payment: Payment
  readonly committed: boolean
  readonly confirmed: boolean
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** One payment; the naive service is killed at the point that the learner names. */
export async function killedAtThePoint(lab: Lab): Promise<KilledSeen> {
  await declare(lab)
  const point = await pointOf(lab)
  const [payment] = paymentsOf(lab, 1) as [Payment]
  const service = await Service.start(lab, naiveFile)
  await killedAt(lab, service, { ...faultAt(point), history: new History(), payment })
  const frames = await lab.frames()
  return {
    point,
    payment,
    committed: committed(lab).includes(payment.payment_id),
    confirmed: confirmedIn(frames).has(payment.payment_id),
    kills: 1,
    trace: traceOf(frames),
  }
}

export interface ReckonedSeen {
  readonly point: CrashPoint
  /** The payment in whose acceptance the service was killed at the learner's point. */
  readonly victim: string
  readonly cases: readonly {
    /** Whether it was played, or is made up to be hard. */
    readonly isPlayed: boolean
    readonly aftermath: Aftermath
    readonly expected: Reckoning
    readonly reckoning: Reckoning
  }[]
  readonly trace: readonly TraceStep[]
}

/** Four payments for the naive service, which is killed twice; then what is left is reckoned up. */
export async function reckonedUp(lab: Lab): Promise<ReckonedSeen> {
  await declare(lab)
  const point = await pointOf(lab)
  const { reconcile } = await lab.subject.load<ReconcileModule>(reconcileFile, ['reconcile'])
  const history = new History()
  const [first, victim, unconfirmed, last] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const service = await Service.start(lab, naiveFile)
  await told(lab, service, history, first)
  lab.say('Killed at your point …', 'Bị kill tại điểm bạn chọn …')
  await killedAt(lab, service, { ...faultAt(point), history, payment: victim })
  lab.say('… and with its confirm on the way.', '… và khi confirm của nó đang trên đường.')
  const lateConfirm = { side: 'before', frame: 'basic.ack', to: 'client' } as const
  await killedAt(lab, service, { ...faultAt(lateConfirm), history, payment: unconfirmed })
  await service.alive()
  await told(lab, service, history, last)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  const played: Aftermath = {
    answers: answersOf(history),
    committed: committed(lab),
    arrived: found.map(({ body }) => openEvent(body).data.payment_id),
  }
  return {
    point,
    victim: victim.payment_id,
    cases: [{ isPlayed: true, aftermath: played }, ...hardCases(lab)].map(({ isPlayed, aftermath }) => ({
      isPlayed,
      aftermath,
      expected: reckon(aftermath),
      reckoning: reckoningOf(lab, reconcile(aftermath)),
    })),
    trace: traceOf(await lab.frames()).slice(-14),
  }
}

export interface OutboxSeen {
  /** The one that nothing was bound for, and the one whose confirm was lost. */
  readonly returned: string
  readonly unconfirmed: string
  /** Payments of which the last thing that was heard from the broker is a refusal. */
  readonly endedWithNack: readonly string[]
  /** Ids of the messages under which each payment was sent, in order. */
  readonly sentUnder: Readonly<Record<string, readonly string[]>>
  /** Messages whose id on the wire is not that of the event in them. */
  readonly renamed: number
  readonly captures: Readonly<Record<string, number>>
  readonly audit: readonly string[]
  readonly dead: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Three payments that can't simply be sent: nothing is bound, the queue is full, a confirm is lost. */
export async function leftThroughTheOutbox(lab: Lab): Promise<OutboxSeen> {
  await declare(lab, { isBound: false, lengthMax })
  const history = new History()
  const payments = paymentsOf(lab, 3) as [Payment, Payment, Payment]
  const [returned, refused, unconfirmed] = payments
  const service = await Service.start(lab, paymentsFile)
  const { frames } = await lab.proxy()
  const settledAs = (method: string) =>
    frames.some((frame) => frame.direction === 'to-client' && frame.method === method)

  lab.say('Nothing is bound to payment.requested yet.', 'Chưa có gì được bind với payment.requested.')
  await answered(lab, service, service.accept(history, returned))
  await sent(lab, service, () => settledAs('basic.return') || settledAs('basic.ack'))
  lab.say('Now there is a binding, and the queue is full.', 'Giờ đã có binding, nhưng queue đầy.')
  // Full before it is bound: what waits in the outbox would take a place.
  for (let each = 0; each < lengthMax; each += 1) {
    await lab.observer.publish({ exchange: '', routingKey: lab.name('payments.work'), body: 'fills it' })
  }
  await bind(lab)
  await service.alive()
  await answered(lab, service, service.accept(history, refused))
  await sent(lab, service, () => settledAs('basic.nack'))
  lab.say('There is room again, and a confirm is lost.', 'Queue có chỗ lại, và một confirm bị mất.')
  await emptyQueue(lab)
  const cut = await lab.place({
    name: 'lost confirm',
    text: text('the confirm is lost and the connection torn', 'confirm bị mất và kết nối bị ngắt'),
    when: { direction: 'to-client', method: 'basic.ack' },
    what: { kind: 'cut' },
  })
  await service.alive()
  await answered(lab, service, service.accept(history, unconfirmed))
  await sent(lab, service, () => cut.state === 'fired')
  await lab.fired(cut, neverConfirmed, { file: paymentsFile, near: ['.publish('] })
  // By itself, or with the next start.
  const since = frames.length
  const allThere = () => payments.every(({ payment_id }) => confirmedIn(frames.slice(since)).has(payment_id))
  if (!(await becomes(lab, allThere, momentMs, service))) {
    await lab.killSubject(service.actor)
    await becomes(lab, allThere, momentMs, service)
  }

  const consumer = await Service.start(lab, consumerFile, 'consumer')
  await drained(lab, consumer)
  const ledger = ledgerOf(lab)
  const published = publishedIn(frames)
  return {
    returned: returned.payment_id,
    unconfirmed: lostIn(frames) ?? unconfirmed.payment_id,
    endedWithNack: endedWithNack(frames),
    sentUnder: Object.fromEntries(
      payments.map(({ payment_id }) => [
        payment_id,
        published.flatMap(({ payment, messageId }) => (payment === payment_id ? [messageId] : [])),
      ]),
    ),
    renamed: published.filter(({ event, messageId }) => event !== messageId).length,
    captures: Object.fromEntries(
      payments.map(({ payment_id }) => [payment_id, ledger.count(payment_id, 'capture')]),
    ),
    audit: ledger.audit(),
    dead: await deadLetters(lab),
    trace: traceOf(frames).slice(-18),
  }
}

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

/** A way to lose what the broker has confirmed. */
export interface Pit {
  readonly name: string
  readonly confirmed: number
  readonly kept: number
}

/** Five ways of losing a message that was confirmed. Nobody's code is judged here: it is what the broker does. */
export async function confirmedAndGone(lab: Lab, howMany = 1): Promise<readonly Pit[]> {
  lab.needs('kill', 'inspect')
  await declare(lab)
  const channel = await lab.observer.channel()
  const names = ['last', 'transient', 'left', 'right', 'rejects'].map((name) => lab.name(`pit.${name}`))
  const [last, transient, left, right, rejects] = names as [string, string, string, string, string]
  await channel.assertQueue(last, { durable: true, maxLength: 1 })
  await channel.assertQueue(transient, { durable: true })
  await channel.assertQueue(left, { durable: true, messageTtl: 1000, ...deadLettersTo(right) })
  await channel.assertQueue(right, { durable: true, messageTtl: 1000, ...deadLettersTo(left) })
  await channel.assertQueue(rejects, { durable: true, deadLetterExchange: lab.name('nowhere') })
  const put = async (routingKey: string, exchange = '', persistent = true): Promise<number> => {
    // publish() resolves with the confirm, and rejects with a nack.
    for (let each = 0; each < howMany; each += 1)
      await lab.observer.publish({ exchange, routingKey, body: 'a payment', persistent })
    return howMany
  }
  const kept = async (...queues: readonly string[]): Promise<number> => {
    const { queues: found } = await lab.inspect()
    return found.reduce((sum, { name, ready }) => sum + (queues.includes(name) ? ready : 0), 0)
  }

  lab.say('A key that nothing is bound to: confirmed.', 'Một key không có binding nào: vẫn được confirm.')
  const unroutable = {
    name: 'unroutable',
    confirmed: await put('payment.refunded', lab.name('payments')),
    kept: 0,
  }
  unroutable.kept = await kept(lab.name('payments.work'))
  lab.say('A queue of length 1 drops its head.', 'Queue dài tối đa 1 vứt message ở đầu.')
  const dropHead = { name: 'drop-head', confirmed: await put(last), kept: 0 }
  await put(last)
  dropHead.kept = Math.max(0, (await kept(last)) - 1)
  lab.say(
    'Two queues expire into each other, nobody rejects.',
    'Hai queue hết hạn vào nhau, không ai reject.',
  )
  const cycle = { name: 'expiry-cycle', confirmed: await put(left), kept: 0 }
  for (let round = 0; round < 3; round += 1) await lab.elapse(1001)
  await becomes(lab, async () => (await kept(left, right)) === 0, momentMs)
  cycle.kept = await kept(left, right)
  lab.say('Rejected into an exchange that is not there.', 'Bị reject vào một exchange không tồn tại.')
  const missingDlx = { name: 'missing-dlx', confirmed: await put(rejects), kept: 0 }
  for (let got = await channel.get(rejects); got !== false; got = await channel.get(rejects))
    channel.reject(got, false)
  await channel.close()
  missingDlx.kept = await kept(rejects)
  lab.say(
    'A transient message in a durable queue; the broker is killed and started again.',
    'Message transient trong queue durable; broker bị kill rồi khởi động lại.',
  )
  const lostWithBroker = { name: 'transient', confirmed: await put(transient, '', false), kept: 0 }
  await lab.killBroker()
  await lab.restartBroker()
  lostWithBroker.kept = await kept(transient)
  const pits = [unroutable, dropHead, cycle, missingDlx, lostWithBroker]
  for (const { name, confirmed, kept: left } of pits)
    lab.say(`${name}: ${confirmed} confirmed, ${left} left`, `${name}: confirm ${confirmed}, còn lại ${left}`)
  return pits
}

/** Played by `npm run exercise failure-01 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'The service as it runs today is killed at your point.',
      'Service đang chạy hôm nay bị kill tại điểm bạn chọn.',
    ),
    scenario: killedAtThePoint,
  },
  {
    title: text('The same kills for your service.', 'Vẫn những lần kill đó, với service của bạn.'),
    scenario: sameKills,
  },
  {
    title: text('Five losses that no confirm covers.', 'Năm kiểu mất mà confirm nào cũng không đỡ được.'),
    scenario: (lab) => confirmedAndGone(lab),
  },
]

const neverConfirmed = text(
  'the queue had room again, and no accepted payment was ever confirmed',
  'queue đã có chỗ lại mà không thanh toán đã nhận nào được confirm',
)
const neverBooked = text(
  'payments lie in payments.work, and the consumer never began to book one',
  'payments.work có thanh toán mà consumer chưa hề bắt đầu ghi sổ cái nào',
)

/** The topology belongs to the lab here. What payments.work refuses goes to payments.dead. */
export async function declare(
  lab: Lab,
  options: { readonly isBound?: boolean; readonly lengthMax?: number } = {},
): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name('payments.work'), {
    durable: true,
    ...deadLettersTo(lab.name('payments.dead')),
    ...(options.lengthMax === undefined ? {} : refusesBeyond(options.lengthMax)),
  })
  await channel.close()
  if (options.isBound !== false) await bind(lab)
}

const deadLettersTo = (queue: string) => ({ deadLetterExchange: '', deadLetterRoutingKey: queue })

const refusesBeyond = (maxLength: number) => ({ maxLength, arguments: { 'x-overflow': 'reject-publish' } })

async function bind(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

async function emptyQueue(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.purgeQueue(lab.name('payments.work'))
  await channel.close()
}

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

/** Validated, since a learner wrote it. */
async function pointOf(lab: Lab): Promise<CrashPoint> {
  const { lossPoint } = await lab.subject.load<CrashPointModule>(pointFile, ['lossPoint'])
  const point: unknown = lossPoint()
  if (isCrashPoint(point)) return point
  throw lab.breaks(
    text(
      `lossPoint() answers ${JSON.stringify(point)}, which is no point: { side, commit } or { side, frame, to }`,
      `lossPoint() trả về ${JSON.stringify(point)}, không phải một điểm: { side, commit } hoặc { side, frame, to }`,
    ),
    { file: pointFile, near: ['return'] },
  )
}

function isCrashPoint(value: unknown): value is CrashPoint {
  if (typeof value !== 'object' || value === null) return false
  const { side, commit, frame, to } = value as Record<string, unknown>
  if (side !== 'before' && side !== 'after') return false
  return typeof commit === 'string' || (typeof frame === 'string' && (to === 'broker' || to === 'client'))
}

/** The point as a learner reads it: `after the commit of "payments"`. */
export function shown(point: CrashPoint): Text {
  const side = point.side === 'before' ? text('before', 'trước') : text('after', 'sau')
  return 'commit' in point
    ? text(`${side.en} the commit of "${point.commit}"`, `${side.vi} commit của "${point.commit}"`)
    : text(`${side.en} ${point.frame} to the ${point.to}`, `${side.vi} ${point.frame} gửi tới ${point.to}`)
}

/** When the fault of a crash point fires, and on which side of it. */
export function faultAt(point: CrashPoint): { when: Fault['when']; side?: 'before' | 'after' } {
  if ('commit' in point)
    return { when: { point: 'commit', side: point.side, fields: { database: point.commit } } }
  return { when: { direction: `to-${point.to}`, method: point.frame }, side: point.side }
}

/** Asks the service to accept a payment, and kills it where it is said. */
async function killedAt(
  lab: Lab,
  service: Service,
  {
    when,
    side,
    history,
    payment,
  }: { when: Fault['when']; side?: 'before' | 'after'; history: History; payment: Payment },
): Promise<void> {
  const subject = await service.alive()
  const kill = await lab.place({
    name: 'kill the service',
    text: text('the service is killed here (SIGKILL)', 'service bị kill tại đây (SIGKILL)'),
    when,
    what: { kind: 'kill-subject', subject, ...(side === undefined ? {} : { side }) },
  })
  const asking = service.accept(history, payment)
  // A TODO is told at once.
  await Promise.race([kill.fired, asking])
  const where =
    'point' in when ? `${when.side} commit` : `${side} ${'method' in when ? when.method : 'bytes'}`
  await lab.fired(
    kill,
    text(
      `a payment was accepted, and the service never came to the point of the kill: ${where}`,
      `một thanh toán được nhận mà service không hề tới điểm kill: ${where}`,
    ),
    { file: service.file, near: ['accept('] },
  )
  await asking
}

/** A payment that nothing happens to: accepted, and confirmed by the broker. */
async function told(lab: Lab, service: Service, history: History, payment: Payment): Promise<void> {
  await answered(lab, service, service.accept(history, payment))
  const { frames } = await lab.proxy()
  await lab.until(
    text(
      'a payment was accepted, nothing was wrong, and its message was never confirmed',
      'một thanh toán đã được nhận, không có sự cố gì, mà message của nó không được confirm',
    ),
    () => confirmedIn(frames).has(payment.payment_id),
    { at: { file: service.file, near: ['.publish('] } },
  )
}

/** Waits for an answer to `accept`. */
async function answered(lab: Lab, service: Service, asking: Promise<void>): Promise<void> {
  await lab.finished(asking, text('accept()', 'accept()'), { file: service.file, near: ['accept('] })
}

/** Waits until the broker has answered for a message; a service that ended is started again. */
async function sent(lab: Lab, service: Service, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'a payment was accepted, and its message never came to the broker, or never again after it had come back',
      'một thanh toán đã được nhận mà message của nó không tới broker, hoặc bị trả về rồi thì không được gửi lại',
    ),
    async () => {
      await service.alive()
      return fact()
    },
    { at: { file: paymentsFile, near: ['.publish('] }, withinMs: sentMsMax },
  )
}

/** Gives something that may never come a while to happen, keeping the services alive; answers whether it did. */
export async function becomes(
  lab: Lab,
  fact: () => boolean | Promise<boolean>,
  withinMs: number,
  ...services: readonly Service[]
): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    if (lab.run.now() > deadline) return false
    for (const service of services) await service.alive()
    await sleep(lookAgainMs)
  }
  return true
}

/** Waits until payments.work is empty and nothing of it is out. */
export async function drained(lab: Lab, consumer: Service, withinMs?: number): Promise<void> {
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      await consumer.alive()
      return (await countIn(lab, 'payments.work')) === 0
    },
    {
      at: { file: consumerFile, near: ['.ack(', '.consume('] },
      everyMs: 15,
      ...(withinMs === undefined ? {} : { withinMs }),
    },
  )
}

export const deadLetters = (lab: Lab): Promise<string[]> => takeIds(lab, 'payments.dead')

/** The payments that the service has saved, by id. */
export function committed(lab: Lab): string[] {
  const database = databaseOf(lab, 'payments')
  const isThere = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'payment'")
    .get()
  if (isThere === undefined) {
    throw lab.breaks(
      text('the database "payments" has no table payment', 'database "payments" không có bảng payment'),
      { file: paymentsFile, near: ['CREATE TABLE', 'openDatabase('] },
    )
  }
  const rows = database.prepare('SELECT payment_id FROM payment ORDER BY payment_id').all()
  return (rows as { payment_id: string }[]).map(({ payment_id }) => payment_id)
}

/** The wallet's ledger, as the lab reads it. */
export function ledgerOf(lab: Lab): Ledger {
  return new Ledger(databaseOf(lab, 'wallet'), seededSource(lab.run.seed))
}

const opened = new WeakMap<Lab, Map<string, Database>>()

/** Opened once for each lab: it is looked at over and over. */
function databaseOf(lab: Lab, name: string): Database {
  const databases = opened.get(lab) ?? new Map<string, Database>()
  opened.set(lab, databases)
  const database = databases.get(name) ?? lab.openDatabase(name)
  databases.set(name, database)
  return database
}

export function answersOf({ operations }: History): Aftermath['answers'] {
  return operations.map(({ message, ending }) => ({
    payment_id: message,
    answer: ending === 'pending' ? 'unknown' : ending,
  }))
}

/** What a reckoning should come to. */
export function reckon({ answers, committed: saved, arrived }: Aftermath): Reckoning {
  const promised = new Set([
    ...answers.flatMap(({ payment_id, answer }) => (answer === 'ok' ? [payment_id] : [])),
    ...saved,
  ])
  const there = new Set(arrived)
  const asked = [...new Set(answers.map(({ payment_id }) => payment_id))]
  const isUnknown = (id: string) =>
    answers.some(({ payment_id, answer }) => payment_id === id && answer === 'unknown')
  return {
    lost: [...promised].filter((id) => !there.has(id)),
    repeated: [...there].filter((id) => arrived.filter((other) => other === id).length > 1),
    unfounded: [...there].filter((id) => !promised.has(id)),
    open: asked.filter((id) => isUnknown(id) && !promised.has(id) && !there.has(id)),
  }
}

/** Aftermaths that a run would hardly come to: counts that cancel out, a payment that nobody saved. */
function hardCases(lab: Lab): { isPlayed: false; aftermath: Aftermath }[] {
  const [a, b, c, d] = somePayments(4, seededSource(lab.run.seed + 1)).map(
    ({ payment_id }) => payment_id,
  ) as [string, string, string, string]
  const all = (answer: 'ok' | 'fail' | 'unknown', ...ids: string[]) =>
    ids.map((payment_id) => ({ payment_id, answer }))
  return [
    // Three promised, three arrived, and one of them is lost.
    { isPlayed: false, aftermath: { answers: all('ok', a, b, c), committed: [a, b, c], arrived: [a, b, b] } },
    // Died before it had saved anything: nothing has happened.
    { isPlayed: false, aftermath: { answers: all('unknown', c), committed: [], arrived: [] } },
    // Told first, saved never: the wallet has heard of a payment that does not exist.
    { isPlayed: false, aftermath: { answers: all('unknown', d), committed: [], arrived: [d] } },
    // Refused, then asked for once more and accepted.
    {
      isPlayed: false,
      aftermath: { answers: [...all('fail', a), ...all('ok', a, b)], committed: [a, b], arrived: [a] },
    },
  ]
}

/** Validated, since a learner's code made it. */
function reckoningOf(lab: Lab, answered: unknown): Reckoning {
  const given = (answered ?? {}) as Record<string, unknown>
  const wrong = lists.find((list) => {
    const ids = given[list]
    return !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))
  })
  if (wrong === undefined) return given as Reckoning
  throw lab.breaks(
    text(
      `reconcile() answers no list of ids as ${wrong}`,
      `reconcile() không trả về danh sách id ở ${wrong}`,
    ),
    { file: reconcileFile, near: ['return'] },
  )
}

type Frames = Awaited<ReturnType<Lab['frames']>>

interface Published {
  readonly payment: string
  readonly event: string
  readonly messageId: string
}

/** What the service has published, also what never arrived. */
function publishedIn(frames: Frames): Published[] {
  return frames.flatMap(({ method, direction, body, message }) => {
    if (method !== 'basic.publish' || direction !== 'to-broker' || body === undefined) return []
    const { envelope, data } = openEvent(body)
    return [{ payment: data.payment_id, event: envelope.id, messageId: message ?? '' }]
  })
}

/** The payments of which the service has heard that the broker has taken them, those that came back left out. */
function confirmedIn(frames: Frames): Set<string> {
  return paymentsBehind(frames, ({ forwarded }) => forwarded)
}

/** The payment whose confirm was lost. */
function lostIn(frames: Frames): string | undefined {
  return [...paymentsBehind(frames, ({ forwarded }) => !forwarded)][0]
}

function paymentsBehind(frames: Frames, isWanted: (frame: Frames[number]) => boolean): Set<string> {
  const found = new Set<string>()
  const paymentOf = new Map<string, string>()
  const back = new Set<string>()
  for (const frame of frames) {
    if (frame.method === 'basic.publish') {
      const [published] = publishedIn([frame])
      if (published !== undefined) paymentOf.set(published.messageId, published.payment)
    }
    if (frame.method === 'basic.return' && frame.message !== undefined) back.add(frame.message)
    if (frame.method !== 'basic.ack' || frame.direction !== 'to-client') continue
    for (const id of frame.messages ?? (frame.message === undefined ? [] : [frame.message])) {
      const payment = paymentOf.get(id)
      const cameBack = back.delete(id)
      if (payment !== undefined && !cameBack && isWanted(frame)) found.add(payment)
    }
  }
  return found
}

function endedWithNack(frames: Frames): string[] {
  const paymentOf = new Map(publishedIn(frames).map(({ messageId, payment }) => [messageId, payment]))
  const last = new Map<string, string>()
  for (const { method, direction, message = '', messages = [message] } of frames) {
    if (direction !== 'to-client' || !/^basic\.(?:ack|nack)$/.test(method)) continue
    for (const id of messages) last.set(paymentOf.get(id) ?? id, method)
  }
  return [...last].flatMap(([payment, method]) => (method === 'basic.nack' ? [payment] : []))
}

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:publish|return|ack|nack)$/.test(method))
    .map((frame) => traceStep(frame, 'producer'))
}
