/** The scenarios of mq-04: each lets messages fail, expire or die, moves the broker's clock, and looks where they are. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import type { RabbitMQSnapshot } from '#brokers/engines'
import type { Act, Lab } from '#lab/kit'
import { countIn, peekIds, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Wallet } from '#payments/wallet'

/** What topology.ts exports. */
interface TopologyModule {
  declareTopology(world: World, channel: Channel): Promise<void>
}

/** What consumer.ts and dead-letters.ts export. */
interface ServiceModule {
  start(world: World): Promise<Running>
}

const topologyFile = 'topology.ts'
export const consumerFile = 'consumer.ts'
export const handlerFile = 'dead-letters.ts'
export const lane = 'consumer'
const key = 'payment.requested'
/** What the task sets: see retryDelaysMs in topology.ts. */
export const delaysMs = [1000, 2000, 4000] as const
export const attemptsMax = delaysMs.length + 1
/** Longer than any message waits anywhere on its way. */
const hourMs = 3_600_000

/** A queue as the subject declared it, under the name that the subject gave it. */
interface Declared {
  readonly name: string
  readonly durable: boolean
  readonly ttlMs: number | undefined
  readonly deadLetterExchange: string | undefined
}

export interface DeadLetterExchangeSeen {
  readonly exists: boolean
  readonly durable: boolean
  /** Routing keys that were tried, and those that led to no queue. */
  readonly keys: readonly string[]
  readonly unrouted: readonly string[]
  readonly inDlq: number
}

/** The topology is declared twice; then messages arrive at the DLX under every key that something could die with. */
export async function deadLetterExchange(lab: Lab): Promise<DeadLetterExchangeSeen> {
  await declared(lab)
  await declared(lab)
  const { exchanges } = await lab.inspect()
  const found = exchanges.find(({ name }) => name === lab.name('payments.dlx'))
  if (found === undefined) return { exists: false, durable: false, keys: [], unrouted: [], inDlq: 0 }
  const keys = [key, 'payment.refunded', 'a.key.of.tomorrow', lab.name('payments.work'), '']
  const unrouted: string[] = []
  for (const [index, routingKey] of keys.entries()) {
    const outcome = await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey,
      messageId: `key-${index}`,
      body: 'dead',
    })
    if (outcome === 'unroutable') unrouted.push(lab.shown(routingKey))
  }
  return {
    exists: true,
    durable: found.durable,
    keys,
    unrouted,
    inDlq: (await takeIds(lab, 'payments.dlq')).length,
  }
}

export interface DeadLetterQueueSeen {
  readonly exists: boolean
  readonly durable: boolean
  readonly died: readonly string[]
  readonly kept: readonly string[]
  readonly kills: number
  /** What is left after another hour: a DLQ that forgets is no DLQ. */
  readonly keptLater: number
}

/** Three messages die; the broker is killed and started again; an hour goes by. */
export async function deadLetterQueue(lab: Lab): Promise<DeadLetterQueueSeen> {
  lab.needs('kill')
  await declared(lab)
  const dlq = (await queues(lab)).find(({ name }) => name === 'payments.dlq')
  if (dlq === undefined) return { exists: false, durable: false, died: [], kept: [], kills: 0, keptLater: 0 }
  const died = ['dead-1', 'dead-2', 'dead-3']
  for (const messageId of died) {
    await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey: key,
      messageId,
      body: 'dead',
    })
  }
  lab.say('The broker is killed, and started again.', 'Broker bị kill rồi khởi động lại.')
  await lab.killBroker()
  await lab.restartBroker()
  // A queue that is not durable went with the broker.
  const isThere = (await queues(lab)).some(({ name }) => name === 'payments.dlq')
  const kept = isThere ? await peekIds(lab, 'payments.dlq') : []
  await lab.elapse(hourMs)
  const keptLater = isThere ? (await takeIds(lab, 'payments.dlq')).length : 0
  return { exists: true, durable: dlq.durable, died, kept, kills: 1, keptLater }
}

export interface RejectedSeen {
  readonly exists: boolean
  readonly pointsTo: string | undefined
  readonly rejected: readonly string[]
  readonly arrived: readonly string[]
  readonly intact: number
}

/** Two messages are rejected from payments.work: one that came through the exchange, and one that came past it. */
export async function rejected(lab: Lab): Promise<RejectedSeen> {
  await declared(lab)
  const work = (await queues(lab)).find(({ name }) => name === 'payments.work')
  if (work === undefined) return { exists: false, pointsTo: undefined, rejected: [], arrived: [], intact: 0 }
  const rejected = ['through the exchange "payments"', 'straight to the queue']
  await put(lab, rejected[0] ?? '', 'first body')
  await lab.observer.publish({
    exchange: '',
    routingKey: lab.name('payments.work'),
    messageId: rejected[1] ?? '',
    body: 'second body',
  })
  const channel = await lab.observer.channel()
  for (const _ of rejected) {
    const message = await channel.get(lab.name('payments.work'))
    if (message !== false) channel.reject(message, false)
  }
  await channel.close()
  await becomes(lab, async () => (await countIn(lab, 'payments.dlq')) === rejected.length)
  const found = await lab.observer.takeAll(lab.name('payments.dlq'))
  return {
    exists: true,
    pointsTo: work.deadLetterExchange,
    rejected,
    arrived: found.map(({ messageId = '' }) => messageId),
    intact: found.filter(({ body }) => /^(?:first|second) body$/.test(body.toString())).length,
  }
}

export interface WaitingSeen {
  /** The waits that were found: what expires in them leads to payments.work. */
  readonly waits: readonly { readonly name: string; readonly ttlMs: number; readonly durable: boolean }[]
  readonly wanted: readonly number[]
  readonly workTtlMs: number | undefined
  readonly put: readonly string[]
  /** Where they were when all delays were over, and a day later, with nobody there. */
  readonly inWork: readonly string[]
  readonly later: readonly string[]
}

/** A message in each wait queue, and no consumer anywhere: the delays go by, then a day. */
export async function waiting(lab: Lab): Promise<WaitingSeen> {
  await declared(lab)
  const all = await queues(lab)
  const work = all.find(({ name }) => name === 'payments.work')
  const waits = all.flatMap(({ name, ttlMs, durable }) =>
    ttlMs === undefined || /^payments\.(?:work|dlq)$/.test(name) ? [] : [{ name, ttlMs, durable }],
  )
  const put: string[] = []
  for (const { name } of waits) {
    const messageId = `in ${name}`
    await lab.observer.publish({ exchange: '', routingKey: lab.name(name), messageId, body: 'waits' })
    put.push(messageId)
  }
  lab.say('Nobody consumes. The delays go by …', 'Không có consumer nào. Các khoảng chờ trôi qua …')
  for (const delay of delaysMs) await lab.elapse(delay + 1)
  await becomes(lab, async () => (await countIn(lab, 'payments.work')) === put.length)
  const inWork = await peekIds(lab, 'payments.work')
  lab.say('… and a day.', '… rồi một ngày.')
  await lab.elapse(24 * hourMs)
  const later = (await Promise.all(all.map(({ name }) => peekIds(lab, name)))).flat()
  return { waits, wanted: delaysMs, workTtlMs: work?.ttlMs, put, inWork, later }
}

export interface AttemptsSeen {
  /** Of the message: so it is called in the trace. */
  readonly id: string
  readonly attempts: number
  readonly restarts: number
  /** Attempts that came before their delay was over. */
  readonly early: number
  /** Whether a first retry came while another payment was in a longer wait. */
  readonly overtakes: boolean
  readonly dead: number
  readonly trace: readonly TraceStep[]
}

/** A payment that fails each time; the consumer is killed after the second attempt, and started again. */
export async function attempted(lab: Lab): Promise<AttemptsSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment, second] = frozenPayments(lab, wallet, 2) as [Payment, Payment]
  const actor = await lab.start(consumerFile, lane)
  const { id } = await publish(lab, payment)
  let early = 0
  await tried(lab, wallet, payment, 1)
  await parked(lab)
  lab.say('Its first wait is over.', 'Lần chờ đầu tiên đã hết.')
  await lab.elapse(delaysMs[0])
  await tried(lab, wallet, payment, 2)
  await parked(lab)
  const parkedAt = lab.run.now()
  lab.say(
    'The consumer is killed, and started again: what does it remember?',
    'Consumer bị kill rồi khởi động lại: nó còn nhớ gì?',
  )
  await lab.killSubject(actor)
  await lab.start(consumerFile, lane)

  // The first payment is in its second wait: what is in its first has to come out before it.
  await publish(lab, second)
  await tried(lab, wallet, second, 1)
  await parked(lab, 2)
  await lab.elapse(delaysMs[0])
  const overtakes = await becomes(lab, () => wallet.attempts(second.payment_id) === 2)
  // The broker's clock also runs by itself: on a slow computer the second wait may truly be over.
  if (lab.run.now() - parkedAt + delaysMs[0] < delaysMs[1]) early += wallet.attempts(payment.payment_id) - 2
  await lab.elapse(delaysMs[1] - delaysMs[0])
  await tried(lab, wallet, payment, 3)
  await parked(lab, 2)
  await lab.elapse(delaysMs[2])
  await tried(lab, wallet, payment, 4)
  // Whoever counts wrong tries on: give it what it waits for.
  const isDead = async () => (await countIn(lab, 'payments.dlq')) > 0
  for (let round = 0; round < attemptsMax && !(await becomes(lab, isDead)); round += 1)
    await lab.elapse(delaysMs[2])
  return {
    id,
    attempts: wallet.attempts(payment.payment_id),
    restarts: 1,
    early,
    overtakes,
    dead: (await peekIds(lab, 'payments.dlq')).length,
    trace: traceOf(await lab.frames(lane)).slice(-16),
  }
}

export interface StoredSeen {
  readonly died: readonly string[]
  readonly stored: readonly string[]
  /** The one whose row the database refused at first. */
  readonly unstorable: string
  readonly kills: number
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/**
 * Three dead messages; their handler is killed as the first of them reaches it, and again with its first ack on the way. Then a fourth
 * dies while the disk is full.
 */
export async function handlerKilled(lab: Lab): Promise<StoredSeen> {
  await declared(lab)
  const died = somePayments(3, seededSource(lab.run.seed)).map(
    (payment) => requestedEvent(payment, lab.run.seed).id,
  )
  for (const messageId of died) {
    await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey: key,
      messageId,
      body: 'dead',
    })
  }
  await killedAt(lab, { direction: 'to-client', method: 'basic.deliver' }, 'before it has the first message')
  await killedAt(lab, { direction: 'to-broker', method: 'basic.ack' }, 'with its first ack on the way')
  const handler = await lab.start(handlerFile, lane)
  await emptied(lab, handlerFile)
  // Says so when there is no table.
  records(lab)
  const unstorable = await diesWhileTheDiskIsFull(lab)
  await again(lab, handler)
  await emptied(lab, handlerFile)
  return {
    died: [...died, unstorable],
    unstorable,
    stored: records(lab).map(({ message_id }) => message_id),
    kills: 2,
    left: await countIn(lab, 'payments.dlq'),
    trace: traceOf(await lab.frames(lane)).slice(-16),
  }
}

/** A message dies, and its row is refused; resolves, with its id, when the handler has met that, and the disk has room again. */
async function diesWhileTheDiskIsFull(lab: Lab): Promise<string> {
  const [, , , payment] = somePayments(4, seededSource(lab.run.seed)) as [Payment, Payment, Payment, Payment]
  const { id } = requestedEvent(payment, lab.run.seed)
  const database = lab.openDatabase('dead-letters')
  database.exec(`CREATE TRIGGER disk_full BEFORE INSERT ON dead_letter WHEN NEW.message_id = '${id}'
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
  lab.say('The disk is full, and another message dies.', 'Đĩa đầy, và thêm một message chết.')
  const before = (await answers(lab)).length
  await lab.observer.publish({
    exchange: lab.name('payments.dlx'),
    routingKey: key,
    messageId: id,
    body: 'dead',
  })
  // Whoever neither answers nor ends has kept the message: that is right, too.
  await becomes(lab, async () => (await answers(lab)).length > before)
  database.exec('DROP TRIGGER disk_full')
  return id
}

/** What the handler has answered to the broker so far; the end of its connection is an answer. */
async function answers(lab: Lab) {
  const ways = ['basic.ack', 'basic.nack', 'basic.reject', 'connection.close', 'channel.close']
  return (await lab.frames(lane)).filter(
    ({ direction, method }) => direction === 'to-broker' && ways.includes(method),
  )
}

/** Ends a handler, if it still runs, and starts another one. */
async function again(lab: Lab, handler: Awaited<ReturnType<Lab['start']>>): Promise<void> {
  if (handler.state === 'running') await lab.killSubject(handler)
  await lab.start(handlerFile, lane)
}

export interface ExhaustedSeen {
  /** Of the message: so it is called in the trace. */
  readonly id: string
  readonly kills: number
  /** How often the consumer handed it on, the time it was killed included. */
  readonly handedOn: number
  readonly inDlq: number
  /** Everywhere else. */
  readonly elsewhere: readonly string[]
  readonly booked: number
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed as it hands a failed payment on for the first time; started again, it goes on to the end. */
export async function exhausted(lab: Lab): Promise<ExhaustedSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment] = frozenPayments(lab, wallet, 1) as [Payment]
  const actor = await lab.start(consumerFile, lane)
  const kill = await lab.place({
    name: 'kill consumer',
    lane,
    text: text(
      'the consumer is killed as it hands the message on (SIGKILL)',
      'consumer bị kill khi đang chuyển message đi (SIGKILL)',
    ),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'do', action: () => lab.killSubject(actor) },
  })
  const { id } = await publish(lab, payment)
  await lab.fired(
    kill,
    text(
      'a payment failed, and was not published to any wait queue',
      'một thanh toán xử lý hỏng mà không được publish vào wait queue nào',
    ),
    { file: consumerFile, near: ['.publish(', '.sendToQueue(', 'TODO'] },
  )
  await lab.start(consumerFile, lane)
  await untilDead(lab)
  await becomes(lab, async () => (await countIn(lab, 'payments.work')) === 0)
  // Whoever does it twice does it at once.
  for (let each = 0; each < 40; each += 1) await turn()
  const all = await queues(lab)
  const others = all.filter(({ name }) => name !== 'payments.dlq')
  const elsewhere = (
    await Promise.all(others.map(async ({ name }) => ((await countIn(lab, name)) > 0 ? [name] : [])))
  ).flat()
  const frames = await lab.frames(lane)
  return {
    id,
    kills: 1,
    handedOn: frames.filter(
      ({ method, direction }) => method === 'basic.publish' && direction === 'to-broker',
    ).length,
    inDlq: await countIn(lab, 'payments.dlq'),
    elsewhere,
    booked: wallet.ledger.count(payment.payment_id, 'capture'),
    trace: traceOf(frames).slice(-20),
  }
}

/** A row of the table dead_letter. */
export interface DeadLetter {
  readonly message_id: string
  readonly reason: string | null
  readonly attempts: number | null
  readonly exchange: string | null
  readonly routing_key: string | null
  readonly body: Uint8Array | string | null
}

export interface RecordsSeen {
  readonly failing: string
  readonly unreadable: string
  readonly rejected: string
  readonly bodies: Readonly<Record<string, string>>
  readonly records: readonly DeadLetter[]
  readonly left: number
}

/** A payment that fails to the end, one that can't be read, and one that somebody else rejected: all three are put on record. */
export async function recorded(lab: Lab): Promise<RecordsSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment, torn, other] = frozenPayments(lab, wallet, 3) as [Payment, Payment, Payment]
  const third = requestedEvent(other, lab.run.seed)
  await put(lab, third.id, JSON.stringify(third))
  const channel = await lab.observer.channel()
  const message = await channel.get(lab.name('payments.work'))
  if (message !== false) channel.reject(message, false)
  await channel.close()

  await started(lab, consumerFile)
  const unreadable = requestedEvent(torn, lab.run.seed)
  const bodies = {
    [unreadable.id]: JSON.stringify(unreadable).slice(0, -1),
    [third.id]: JSON.stringify(third),
  }
  const failing = await publish(lab, payment)
  bodies[failing.id] = JSON.stringify(failing)
  await put(lab, unreadable.id, bodies[unreadable.id] ?? '')
  await untilDead(lab, 3)
  await started(lab, handlerFile)
  await emptied(lab, handlerFile)
  return {
    failing: failing.id,
    unreadable: unreadable.id,
    rejected: third.id,
    bodies,
    records: records(lab),
    left: await countIn(lab, 'payments.dlq'),
  }
}

/** Played by `npm run exercise mq-04 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A payment fails four times; the consumer is killed after the second.',
      'Một thanh toán hỏng bốn lần; consumer bị kill sau lần thứ hai.',
    ),
    scenario: attempted,
  },
  {
    title: text('Nobody is there, and everything expires.', 'Không có ai, và mọi thứ đều hết hạn.'),
    scenario: waiting,
  },
  {
    title: text('The dead are put on record.', 'Message chết được ghi lại.'),
    scenario: recorded,
  },
]

async function declared(lab: Lab): Promise<void> {
  const { declareTopology } = await lab.subject.load<TopologyModule>(topologyFile, ['declareTopology'])
  const connection = await lab.client(lane)
  const channel = await connection.createChannel()
  const errors: Error[] = []
  channel.on('error', (error: Error) => errors.push(error))
  await lab.finished(
    declareTopology(await lab.world(lane), channel),
    text('declareTopology()', 'declareTopology()'),
    { file: topologyFile, near: ['function declareTopology'] },
  )
  if (errors.length === 0) await channel.close()
}

async function started(lab: Lab, file: string): Promise<Running> {
  const { start } = await lab.subject.load<ServiceModule>(file, ['start'])
  const answered = await lab.finished(
    start(await lab.world(lane)),
    text(`start() in ${file}`, `start() trong ${file}`),
    {
      file,
      near: ['start'],
    },
  )
  const running = lab.subject.guard<Running>(answered, ['stop'], file)
  lab.defer(() => running.stop())
  return running
}

/** The queues in this vhost, under the names that the subject gave them. */
async function queues(lab: Lab): Promise<Declared[]> {
  const { queues: found }: RabbitMQSnapshot = await lab.inspect()
  return found.map((queue) => {
    const ttl = queue.arguments['x-message-ttl']
    const exchange = queue.arguments['x-dead-letter-exchange']
    return {
      name: lab.shown(queue.name),
      durable: queue.durable,
      ttlMs: ttl === undefined ? undefined : Number(ttl),
      deadLetterExchange: exchange === undefined ? undefined : lab.shown(String(exchange)),
    }
  })
}

/** All messages in all queues. */
export async function total(lab: Lab): Promise<number> {
  const { queues: found } = await lab.inspect()
  return found.reduce((sum, { ready, unacked }) => sum + ready + unacked, 0)
}

/** Waits until a payment was tried this often. */
async function tried(lab: Lab, wallet: Wallet, payment: Payment, times: number): Promise<void> {
  await lab.until(
    text(
      `a failing payment was tried ${times - 1} times, and never a ${ordinal(times)} time: 3 retries are ${attemptsMax} attempts`,
      `một thanh toán lỗi được thử ${times - 1} lần và không có lần thứ ${times}: 3 lần retry là ${attemptsMax} lần xử lý`,
    ),
    () => wallet.attempts(payment.payment_id) >= times,
    { at: { file: consumerFile, near: ['.publish(', '.sendToQueue(', '.consume('] } },
  )
}

/** Waits until the consumer has let go of everything, and so many messages rest elsewhere: then the clock may be moved. */
async function parked(lab: Lab, howMany = 1): Promise<void> {
  await becomes(lab, async () => {
    if ((await countIn(lab, 'payments.work')) > 0) return false
    const { queues: found } = await lab.inspect()
    return found.reduce((sum, { ready }) => sum + ready, 0) >= howMany
  })
}

/** Moves the clock on until so many messages are dead, or none is left anywhere, or it takes too long. */
async function untilDead(lab: Lab, howMany = 1): Promise<void> {
  let deadline = lab.run.now() + lab.allowed(deadMsMax)
  const last = lab.run.now() + waitedMsMax
  while (lab.run.now() < Math.min(deadline, last)) {
    if ((await countIn(lab, 'payments.dlq')) >= howMany) return
    const before = lab.run.now()
    await lab.elapse(delaysMs[2])
    // Where time passes only by waiting for it, that is no time of the subject's.
    deadline += lab.run.now() - before
    for (let each = 0; each < 10; each += 1) await turn()
    // Not sooner: the numbers of a real broker are some time behind what was just published.
    if ((await total(lab)) === 0) return
  }
}
const deadMsMax = 6000
/** All in all, where time can't be moved: the delays together take seven seconds. */
const waitedMsMax = 30_000

/**
 * Gives something that may never come a moment to happen; answers whether it did. The broker is asked between two looks, and
 * a number of looks is granted too: on a busy computer that is a longer moment.
 */
async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>): Promise<boolean> {
  const began = lab.run.now()
  for (let looks = 1; !(await fact()); looks += 1) {
    const ms = lab.run.now() - began
    if (ms > momentMs && (looks >= looksMin || ms > momentMsMax)) return false
    await lab.inspect()
  }
  return true
}
const looksMin = 100
const momentMs = 400
/** Where a look itself takes long, as it does at a real broker. */
const momentMsMax = 2000

/** Waits until payments.dlq is empty and nothing of it is out. */
async function emptied(lab: Lab, file: string): Promise<void> {
  await lab.until(
    text(
      'payments.dlq was never emptied: a message stayed in it, or unacknowledged',
      'payments.dlq mãi không trống: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => (await countIn(lab, 'payments.dlq')) === 0,
    { at: { file, near: ['.ack(', '.consume('] } },
  )
}

async function killedAt(
  lab: Lab,
  when: { direction: 'to-broker' | 'to-client'; method: string },
  moment: string,
): Promise<void> {
  const vi =
    when.direction === 'to-client' ? 'trước khi nhận message đầu tiên' : 'khi ack đầu tiên đang trên đường'
  // Placed before it starts: what is in the queue is delivered with the first breath.
  let kill: () => Promise<void> = async () => {}
  const isUp = Promise.withResolvers<void>()
  const fault = await lab.place({
    name: 'kill handler',
    lane,
    text: text(`the handler is killed here (SIGKILL), ${moment}`, `handler bị kill tại đây (SIGKILL), ${vi}`),
    when,
    what: {
      kind: 'do',
      action: async () => {
        await isUp.promise
        await kill()
      },
    },
  })
  const actor = await lab.start(handlerFile, lane)
  kill = () => lab.killSubject(actor)
  isUp.resolve()
  const isAutomatic = (await lab.frames(lane)).some(
    ({ method, fields }) => method === 'basic.consume' && fields.noAck === true,
  )
  // There will be no ack to wait for.
  if (isAutomatic && when.method === 'basic.ack') return lab.killSubject(actor)
  await lab.fired(
    fault,
    when.direction === 'to-client'
      ? text('nobody consumes from payments.dlq', 'không ai nhận message từ payments.dlq')
      : text(
          'a dead message was delivered, and never acknowledged',
          'một message chết đã được giao mà không bao giờ được ack',
        ),
    { file: handlerFile, near: ['.ack(', '.consume('] },
  )
}

/** What is on record, by whoever wrote it. */
export function records(lab: Lab): DeadLetter[] {
  const database = lab.openDatabase('dead-letters')
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dead_letter'")
    .get()
  if (table === undefined) {
    throw lab.breaks(
      text(
        'the database "dead-letters" has no table dead_letter',
        'database "dead-letters" không có bảng dead_letter',
      ),
      { file: handlerFile, near: ['CREATE TABLE', 'openDatabase('] },
    )
  }
  return database.prepare('SELECT * FROM dead_letter ORDER BY message_id').all() as DeadLetter[]
}

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): Wallet {
  return new Wallet(lab.openDatabase('wallet'), seededSource(lab.run.seed))
}

/** Payments of merchants whose accounts are frozen: each attempt to book one fails. */
export function frozenPayments(lab: Lab, wallet: Wallet, howMany: number): readonly Payment[] {
  const payments = somePayments(howMany, seededSource(lab.run.seed))
  for (const { merchant_id } of payments) wallet.freeze(merchant_id)
  return payments
}

export async function publish(lab: Lab, payment: Payment): Promise<Envelope> {
  const event = requestedEvent(payment, lab.run.seed)
  await put(lab, event.id, JSON.stringify(event))
  return event
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
    { file: topologyFile, near: ['bindQueue('] },
  )
}

type Frames = Awaited<ReturnType<Lab['frames']>>

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:deliver|publish|return|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}

const ordinal = (count: number): string => ['', 'first', 'second', 'third', 'fourth'][count] ?? `${count}th`
