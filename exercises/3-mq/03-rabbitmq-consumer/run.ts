/** The scenarios of mq-03: each puts messages into a queue, lets a listener work on them, and answers what became of them. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Act, Lab } from '#lab/kit'
import { countIn, countsOf, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger, transfer } from '#payments/ledger'

interface Delivery {
  readonly messageId: string | undefined
  readonly redelivered: boolean
}

interface Listener<Message> {
  readonly queue: string
  readonly prefetch: number
  read(content: Buffer): Message
  handle(message: Message, delivery: Delivery): Promise<void>
}

/** What listener.ts exports. */
interface ListenerModule {
  listen<Message>(world: World, listener: Listener<Message>): Promise<Running>
}

/** What consumer.ts exports. */
interface ConsumerModule {
  start(world: World): Promise<Running>
}

const listenerFile = 'listener.ts'
const consumerFile = 'consumer.ts'
const lane = 'consumer'
const key = 'payment.requested'
export const work = 'payments.work'
/** How many turns of the event loop whatever acknowledges without waiting has done so in. */
const turnsUntilTold = 40
/** A failing message may come this often; whoever lets it come more often lets it come for ever. */
export const attemptsMax = 10
/** How long an ack that was sent may be on its way. */
const ackMsMax = 500
/** How long a stop may take while a handler is at work. */
const stopMs = 3000

/** One handling of one message. */
interface Handled {
  readonly id: string
  readonly redelivered: boolean
}

export interface HandledSeen {
  readonly ids: readonly string[]
  readonly handled: readonly Handled[]
  /** Handlings that got something else than what read() had answered. */
  readonly unread: number
  readonly channelErrors: readonly string[]
  readonly left: number
  /** How the connection ended when the broker cancelled the consumer; undefined when it did not. */
  readonly endedByCancel: string | undefined
  readonly trace: readonly TraceStep[]
}

/** Twenty messages for one listener; then the queue is deleted under it, which cancels it. */
export async function handled(lab: Lab): Promise<HandledSeen> {
  await declare(lab)
  const events = await publish(lab, paymentEvents(lab, 20))
  const handled: Handled[] = []
  const readings = new Set<unknown>()
  let unread = 0
  await listening(lab, {
    read: (content) => {
      const reading = { event: openEvent(content) }
      readings.add(reading)
      return reading
    },
    async handle(reading, { messageId, redelivered }) {
      if (!readings.has(reading)) unread += 1
      handled.push({ id: messageId ?? 'a message without an id', redelivered })
      if (handled.length > events.length * attemptsMax) throw new Error('it comes again and again')
    },
  })
  await worked(lab, () => handled.length >= events.length)
  const left = await leftIn(lab)
  const trace = traceOf(await lab.frames(lane))
  const seen = { ids: events.map(({ id }) => id), handled, unread, left, trace }
  const errors = channelErrors(await lab.frames(lane))
  // Nobody is left who could be cancelled.
  if (errors.length > 0) return { ...seen, channelErrors: errors, endedByCancel: undefined }

  lab.say(
    'The queue is deleted: the broker cancels whoever consumes from it.',
    'Queue bị xoá: broker huỷ (cancel) consumer đang nghe nó.',
  )
  const channel = await lab.observer.channel()
  await channel.deleteQueue(lab.name(work))
  await channel.close()
  await lab.until(
    text('the listener was not cancelled with its queue', 'listener không bị huỷ cùng queue'),
    async () => (await lab.frames(lane)).some(({ method }) => method === 'basic.cancel'),
    { whose: 'lab' },
  )
  await turns(turnsUntilTold)
  return { ...seen, channelErrors: errors, endedByCancel: endedBy(await lab.frames(lane)) }
}

export interface AcksSeen {
  readonly published: number
  /** Whether the consumer asked for automatic acknowledgement. */
  readonly automatic: boolean
  readonly inWork: number
  /** As the broker counts them while the handlers are at work. */
  readonly unacked: number
  readonly acksWhileInWork: number
  readonly acks: number
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/** Three messages whose handlers take their time. */
export async function manualAcks(lab: Lab): Promise<AcksSeen> {
  lab.needs('inspect')
  await declare(lab)
  const events = await publish(lab, paymentEvents(lab, 3))
  const gate = new Gate()
  let inWork = 0
  let done = 0
  await listening(lab, {
    async handle() {
      inWork += 1
      await gate.opened
      done += 1
    },
  })
  await startedWork(lab, () => inWork > 0)
  await turns(turnsUntilTold)
  const { unacked } = await countsOf(lab, work)
  const atWork = inWork
  const acksWhileInWork = acksIn(await lab.frames(lane))
  lab.say('Now the handlers finish.', 'Bây giờ các handler làm xong.')
  gate.open()
  await worked(lab, () => done >= events.length)
  const left = await leftIn(lab)
  const frames = await lab.frames(lane)
  return {
    published: events.length,
    automatic: frames.some(({ method, fields }) => method === 'basic.consume' && fields.noAck === true),
    inWork: atWork,
    unacked,
    acksWhileInWork,
    acks: acksIn(frames),
    left,
    trace: traceOf(frames),
  }
}

export interface BookedSeen {
  readonly payments: readonly Payment[]
  /** How often each payment stands in the ledger, in the order of `payments`. */
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  /** Accounts whose balance is not what the payments come to. */
  readonly wrongBalances: readonly string[]
  readonly transactions: number
  /** Commits of the database "wallet" while the messages were worked on. */
  readonly commits: number
  /** The messages that are no payments, by what is wrong with them. */
  readonly invalid: readonly string[]
  readonly refused: readonly string[]
}

/** Six payments, and between them four messages that are none. */
export async function booked(lab: Lab): Promise<BookedSeen> {
  await declare(lab)
  const made = somePayments(6 + 4, seededSource(lab.run.seed))
  const payments = made.slice(0, 6)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const invalid = invalidMessages(made.slice(6).map((payment) => requestedEvent(payment, lab.run.seed)))
  const mixed = events.flatMap((event, at) => {
    const wrong = invalid[at]
    const right = { id: event.id, body: JSON.stringify(event) }
    return wrong === undefined ? [right] : [wrong, right]
  })
  const { start } = await lab.subject.load<ConsumerModule>(consumerFile, ['start'])
  const running = lab.subject.guard<Running>(
    await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), { file: consumerFile }),
    ['stop'],
    consumerFile,
  )
  lab.defer(() => running.stop())
  const commitsBefore = commitsIn(lab)
  for (const { id, body } of mixed) await put(lab, id, body)
  await drained(lab, consumerFile)
  const { ledger, transactions } = walletOf(lab)
  return {
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    wrongBalances: wrongBalances(ledger, payments),
    transactions: transactions(),
    commits: commitsIn(lab) - commitsBefore,
    invalid: invalid.map(({ id }) => id),
    refused: await deadLetters(lab),
  }
}

function commitsIn(lab: Lab): number {
  return lab.points.filter(
    ({ name, side, fields }) => name === 'commit' && side === 'after' && fields.database === 'wallet',
  ).length
}

export interface AckSeen {
  readonly id: string
  readonly amount: Payment['amount']
  /** Whether the ledger had the payment when its ack came by; undefined when none came. */
  readonly bookedWhenAcked: boolean | undefined
  readonly automatic: boolean
  readonly trace: readonly TraceStep[]
}

/** One payment, whose booking takes a while; its ack is caught on the wire. */
export async function caughtAck(lab: Lab): Promise<AckSeen> {
  await declare(lab)
  const [payment] = somePayments(1, seededSource(lab.run.seed)) as readonly [Payment]
  const [event] = await publish(lab, [requestedEvent(payment, lab.run.seed)])
  const gate = new Gate()
  const { ledger } = walletOf(lab)
  let isInWork = false
  let bookedWhenAcked: boolean | undefined
  const ack = await lab.place({
    name: 'ack on its way',
    lane,
    text: text('the ack is on its way', 'ack đang trên đường'),
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: {
      kind: 'do',
      action: async () => {
        bookedWhenAcked = ledger.count(payment.payment_id, 'capture') === 1
      },
    },
  })
  await listening(lab, {
    async handle() {
      isInWork = true
      await gate.opened
      ledger.post(captureOf(payment))
    },
  })
  await startedWork(lab, () => isInWork)
  await turns(turnsUntilTold)
  gate.open()
  const automatic = (await lab.frames(lane)).some(
    ({ method, fields }) => method === 'basic.consume' && fields.noAck === true,
  )
  if (!automatic) {
    await lab.fired(
      ack,
      text(
        'the payment was booked, and no ack was ever sent: the broker keeps it, and hands it out again at the next start',
        'thanh toán đã được ghi sổ mà không có ack nào được gửi: broker vẫn giữ nó và sẽ giao lại ở lần khởi động sau',
      ),
      { file: listenerFile, near: ['.ack('] },
    )
  }
  return {
    id: event?.id ?? '',
    amount: payment.amount,
    bookedWhenAcked,
    automatic,
    trace: traceOf(await lab.frames(lane)),
  }
}

export interface FailingSeen {
  /** The message whose handler always throws, and the one that read() refuses. */
  readonly failing: string
  readonly unreadable: string
  /** Messages that nothing is wrong with. */
  readonly innocent: readonly string[]
  readonly attempts: number
  readonly unreadableHandled: boolean
  /** What became of the innocent: how often each was done. */
  readonly done: Readonly<Record<string, number>>
  readonly refused: readonly string[]
  readonly left: number
  readonly channelErrors: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** A message that can't be done and one that can't be read, while others are in work. */
export async function failing(lab: Lab): Promise<FailingSeen> {
  await declare(lab)
  const [slow, bad, quick, next, torn] = paymentEvents(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  const unreadable = torn.id
  const innocent = [slow.id, quick.id, next.id]
  const gate = new Gate()
  const done: Record<string, number> = {}
  let attempts = 0
  let unreadableHandled = false
  await listening(lab, {
    read(content) {
      return openEvent(content)
    },
    async handle(_event, { messageId = '' }) {
      if (messageId === unreadable) unreadableHandled = true
      if (messageId === bad.id) {
        attempts += 1
        throw new Error('the ledger is closed for this merchant')
      }
      if (messageId === slow.id) await gate.opened
      done[messageId] = (done[messageId] ?? 0) + 1
    },
  })
  lab.say(
    'One message is in work. Another one fails, each time it is tried.',
    'Một message đang được xử lý. Một message khác lần nào thử cũng hỏng.',
  )
  await publish(lab, [slow, bad])
  await put(lab, unreadable, JSON.stringify(torn).slice(0, -1))
  await publish(lab, [quick])
  // Whoever works on one at a time has not come to it yet, and never does while the first one is in work.
  await lab.settles(() => attempts > 0)
  await turns(turnsUntilTold)
  gate.open()
  await publish(lab, [next])
  await worked(lab, () => attempts > attemptsMax || (attempts > 0 && done[next.id] !== undefined))
  const errors = channelErrors(await lab.frames(lane))
  if (errors.length === 0) await drained(lab, listenerFile, () => attempts > attemptsMax)
  const isOver = errors.length === 0 && attempts <= attemptsMax
  return {
    failing: bad.id,
    unreadable,
    innocent,
    attempts,
    unreadableHandled,
    done,
    refused: await deadLetters(lab),
    left: isOver ? await leftIn(lab) : 1,
    channelErrors: errors,
    trace: traceOf(await lab.frames(lane)).slice(-14),
  }
}

export interface PrefetchSeen {
  readonly prefetch: number
  readonly published: number
  /** Unacknowledged messages while one listener is at work, and while two are. */
  readonly heldByOne: number
  readonly heldByTwo: number
  readonly done: number
}

/** Twelve messages; one listener with a prefetch of four is at work, then a second one joins. */
export async function prefetched(lab: Lab): Promise<PrefetchSeen> {
  lab.needs('inspect')
  const prefetch = 4
  await declare(lab)
  const events = await publish(lab, paymentEvents(lab, 12))
  const gate = new Gate()
  const done = new Set<string>()
  const inWork = [0, 0]
  const handle =
    (which: number) =>
    async (_event: unknown, { messageId = '' }: Delivery) => {
      inWork[which] = (inWork[which] ?? 0) + 1
      await gate.opened
      done.add(messageId)
    }
  await listening(lab, { prefetch, handle: handle(0) })
  await startedWork(lab, () => (inWork[0] ?? 0) > 0)
  await turns(turnsUntilTold)
  const heldByOne = (await countsOf(lab, work)).unacked
  lab.say('A second listener joins.', 'Listener thứ hai tham gia.')
  await listening(lab, { prefetch, handle: handle(1) })
  // It may get nothing, which is what is looked for: so this is a moment to arrive, and no fact to wait for.
  await lab.settles(() => (inWork[1] ?? 0) > 0)
  await turns(turnsUntilTold)
  const heldByTwo = (await countsOf(lab, work)).unacked
  gate.open()
  await worked(lab, () => done.size >= events.length)
  return { prefetch, published: events.length, heldByOne, heldByTwo, done: done.size }
}

export interface StoppedSeen {
  readonly ids: readonly string[]
  readonly handled: Readonly<Record<string, number>>
  /** The message that the stopped listener had in work. */
  readonly inWork: string
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly stopped: 'resolved' | 'rejected' | 'pending'
  readonly why: string
  /** Whether the connection was closed while the ack of that message was still in a buffer of the client's. */
  readonly ackOvertaken: boolean
  readonly refused: readonly string[]
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/** Forty payments for two listeners; one is stopped while it has one of them in work. */
export async function stoppedHalfway(lab: Lab): Promise<StoppedSeen> {
  await declare(lab)
  const payments = somePayments(40, seededSource(lab.run.seed))
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const { ledger } = walletOf(lab)
  const gate = new Gate()
  const handled: Record<string, number> = {}
  let inWork = ''
  const book = async (payment: Payment, id: string) => {
    await turn()
    handled[id] = (handled[id] ?? 0) + 1
    ledger.post(captureOf(payment))
  }
  const read = (content: Buffer) => openEvent(content).data
  const first = await listening<Payment>(lab, {
    prefetch: 5,
    read,
    async handle(payment, { messageId = '' }) {
      if (inWork === '') {
        inWork = messageId
        await gate.opened
      }
      await book(payment, messageId)
    },
  })
  await publish(lab, events.slice(0, 10))
  await startedWork(lab, () => inWork !== '')
  await listening<Payment>(lab, {
    prefetch: 5,
    read,
    handle: (payment, { messageId = '' }) => book(payment, messageId),
  })
  lab.say(
    'One of the two is stopped. It has a payment in work.',
    'Một trong hai bị dừng. Nó đang xử lý dở một thanh toán.',
  )
  const stopping = lab.outcomeOf(first.stop(), stopMs)
  await turns(turnsUntilTold)
  await publish(lab, events.slice(10))
  gate.open()
  const stopped = await stopping
  await drained(lab, listenerFile)
  await turns(turnsUntilTold)
  return {
    ids: events.map(({ id }) => id),
    handled,
    inWork,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    stopped: stopped.state,
    why: stopped.state === 'rejected' ? stopped.message : '',
    ackOvertaken: isOvertaken(await lab.frames(lane), inWork),
    refused: await deadLetters(lab),
    left: await leftIn(lab),
    trace: traceOf(await lab.frames(lane)).slice(-14),
  }
}

export interface KilledSeen {
  readonly payments: readonly Payment[]
  readonly kills: number
  /** Messages that came again, marked as redelivered. */
  readonly redelivered: readonly string[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly refused: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed when it has booked a payment and its ack has not reached the broker; then it is started again. */
export async function killedBeforeTheAck(lab: Lab): Promise<KilledSeen> {
  await declare(lab)
  const payments = somePayments(3, seededSource(lab.run.seed))
  const actor = await lab.start(consumerFile, lane)
  const kill = await lab.place({
    name: 'kill consumer',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): its ack never arrives',
      'consumer bị kill tại đây (SIGKILL): ack của nó không bao giờ tới nơi',
    ),
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'do', action: () => lab.killSubject(actor) },
  })
  await publish(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  await lab.fired(
    kill,
    text('the consumer never acknowledged a payment', 'consumer chưa hề ack thanh toán nào'),
    { file: listenerFile, near: ['.ack('] },
  )
  lab.remark('basic.deliver', 'again, and marked as redelivered', 'lại tới, có cờ redelivered')
  await lab.start(consumerFile, lane)
  await drained(lab, consumerFile)
  const { ledger } = walletOf(lab)
  const frames = await lab.frames(lane)
  return {
    payments,
    kills: 1,
    redelivered: frames
      .filter(({ method, fields }) => method === 'basic.deliver' && fields.redelivered === true)
      .map(({ message = '' }) => message),
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    refused: await deadLetters(lab),
    trace: traceOf(frames),
  }
}

/** Played by `npm run exercise mq-03 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'Killed between booking and ack: the payment comes again.',
      'Bị kill giữa lúc ghi sổ và lúc ack: thanh toán lại tới.',
    ),
    scenario: killedBeforeTheAck,
  },
  {
    title: text(
      'One message fails, one can not be read, others are in work.',
      'Một message hỏng, một message không đọc được, những message khác đang được xử lý.',
    ),
    scenario: failing,
  },
  {
    title: text('Two listeners, and one stops.', 'Hai listener, một cái dừng.'),
    scenario: stoppedHalfway,
  },
]

/** Something that handlers wait for. */
class Gate {
  readonly opened: Promise<void>
  readonly open: () => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.opened = promise
    this.open = resolve
  }
}

/** The topology belongs to the lab here. A classic queue: a quorum queue of RabbitMQ 4 would end an endless loop by itself. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name(work), {
    durable: true,
    arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('payments.dead') },
  })
  await channel.bindQueue(lab.name(work), lab.name('payments'), key)
  await channel.close()
}

export async function listening<Message = unknown>(
  lab: Lab,
  listener: Partial<Listener<Message>> & Pick<Listener<Message>, 'handle'>,
): Promise<Running> {
  const { listen } = await lab.subject.load<ListenerModule>(listenerFile, ['listen'])
  const answered = await lab.finished(
    listen<Message>(await lab.world(lane), {
      queue: lab.name(work),
      prefetch: 10,
      read: (content) => openEvent(content) as Message,
      ...listener,
    }),
    text('listen()', 'listen()'),
    { file: listenerFile, near: ['function listen'] },
  )
  const running = lab.subject.guard<Running>(answered, ['stop'], listenerFile)
  lab.defer(() => running.stop())
  return running
}

/** Waits until a handler was called at all. */
async function startedWork(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'there are messages in payments.work, and handle() was never called',
      'payments.work có message mà handle() chưa được gọi lần nào',
    ),
    fact,
    { at: { file: listenerFile, near: ['.consume(', 'function listen'] } },
  )
}

/** Waits until the handlers have seen what they should, or the broker has closed the channel under them. */
async function worked(lab: Lab, fact: () => boolean): Promise<void> {
  const { frames } = await lab.proxy(lane)
  await lab.until(
    text(
      'handle() was not called for every message in payments.work',
      'handle() không được gọi cho mọi message trong payments.work',
    ),
    () => fact() || channelErrors(frames).length > 0,
    { at: { file: listenerFile, near: ['.consume(', 'function listen'] } },
  )
}

/** Waits until payments.work is empty and nothing of it is out, or it is clear that this will never be. */
async function drained(lab: Lab, file: string, isHopeless: () => boolean = () => false): Promise<void> {
  lab.needs('inspect')
  const { frames } = await lab.proxy(lane)
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      const [error] = channelErrors(frames)
      if (error !== undefined) throw closedBy(lab, error)
      return isHopeless() || (await countIn(lab, work)) === 0
    },
    { at: { file, near: ['.ack(', '.consume(', 'listen('] } },
  )
}

function closedBy(lab: Lab, error: string): Error {
  return lab.breaks(
    text(
      `the broker closed the channel ("${error}"), and nobody works on payments.work any more`,
      `broker đóng channel ("${error}"), và không còn ai xử lý payments.work nữa`,
    ),
    { file: listenerFile, near: ['.ack('] },
  )
}

/** What is in payments.work once the last acks have had a moment to arrive. */
async function leftIn(lab: Lab): Promise<number> {
  const deadline = lab.run.now() + ackMsMax
  for (;;) {
    const left = await countIn(lab, work)
    if (left === 0 || lab.run.now() > deadline) return left
  }
}

/** What was refused; it is taken out. */
export function deadLetters(lab: Lab): Promise<string[]> {
  return takeIds(lab, 'payments.dead')
}

async function publish(lab: Lab, events: readonly Envelope[]): Promise<readonly Envelope[]> {
  for (const event of events) await put(lab, event.id, JSON.stringify(event))
  return events
}

export async function put(lab: Lab, messageId: string, body: string): Promise<void> {
  await lab.observer.publish({ exchange: lab.name('payments'), routingKey: key, messageId, body })
}

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): { ledger: Ledger; transactions: () => number } {
  const database = lab.openDatabase('wallet')
  const ledger = new Ledger(database, seededSource(lab.run.seed))
  const count = database.prepare('SELECT count(*) AS count FROM txn')
  return { ledger, transactions: () => (count.get() as { count: number }).count }
}

function captureOf({ payment_id, merchant_id, amount }: Payment) {
  return {
    payment_id,
    kind: 'capture',
    legs: transfer('customers', `merchant:${merchant_id}`, amount),
  } as const
}

function wrongBalances(ledger: Ledger, payments: readonly Payment[]): string[] {
  const expected = new Map<string, bigint>()
  for (const { merchant_id, amount } of payments) {
    const account = `merchant:${merchant_id} ${amount.currency}`
    expected.set(account, (expected.get(account) ?? 0n) + amount.minor)
  }
  return [...expected].flatMap(([name, minor]) => {
    const [account, currency] = name.split(' ') as [string, Payment['amount']['currency']]
    return ledger.balance(account, currency).amount.minor === minor ? [] : [name]
  })
}

export function paymentEvents(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

/** Four ways of being no payment, each made of an event of its own. */
function invalidMessages(events: readonly Envelope[]): { id: string; body: string }[] {
  const changes: readonly [string, (event: Envelope) => string][] = [
    ['no JSON', (event) => JSON.stringify(event).slice(0, -1)],
    ['a negative amount', (event) => withAmount(event, { minor: -500, currency: 'VND' })],
    ['half a cent', (event) => withAmount(event, { minor: 0.5, currency: 'USD' })],
    [
      'a type that nobody knows',
      (event) => JSON.stringify({ ...event, type: 'workbook.payments.payment-guessed.v1' }),
    ],
  ]
  return events.flatMap((event, at) => {
    const [id, change] = changes[at] ?? []
    return id === undefined || change === undefined ? [] : [{ id, body: change(event) }]
  })
}

function withAmount(event: Envelope, amount: object): string {
  return JSON.stringify({ ...event, data: { ...(event.data as object), amount } })
}

type Frames = Awaited<ReturnType<Lab['frames']>>

function acksIn(frames: Frames): number {
  return frames.filter(({ method, direction }) => method === 'basic.ack' && direction === 'to-broker').length
}

/** What the broker closed a channel or the connection for. */
function channelErrors(frames: Frames): string[] {
  return frames
    .filter(
      ({ method, direction }) => /^(?:channel|connection)\.close$/.test(method) && direction === 'to-client',
    )
    .map(({ fields }) => String(fields.replyText))
}

/** Why the client itself closed the connection, unless it said that all is well. */
function endedBy(frames: Frames): string | undefined {
  const close = frames.find(
    ({ method, direction }) => method === 'connection.close' && direction === 'to-broker',
  )
  return close === undefined || close.fields.replyCode === 200 ? undefined : String(close.fields.replyText)
}

/** Whether the client said goodbye on a connection before it acknowledged this message on it. */
function isOvertaken(frames: Frames, message: string): boolean {
  const sent = frames.filter(({ direction }) => direction === 'to-broker')
  const goodbye = sent.findIndex(({ method }) => method === 'connection.close')
  const connection = sent[goodbye]?.connection
  return sent.some(
    (frame, at) =>
      at > goodbye &&
      frame.connection === connection &&
      frame.method === 'basic.ack' &&
      frame.message === message,
  )
}

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(
      ({ method }) => /^basic\.(?:deliver|ack|nack|reject|cancel)$/.test(method) || method.endsWith('.close'),
    )
    .map((frame) => traceStep(frame, lane))
}

async function turns(howMany: number): Promise<void> {
  for (let each = 0; each < howMany; each += 1) await turn()
}
