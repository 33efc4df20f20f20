/** The scenarios of failure-02: messages come twice for natural reasons, and what became of the books is looked at. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { Actor } from '#lab/actors'
import type { Act, Lab } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Lane, Text, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { Currency } from '#payments/money'

/** What causes.ts answers. */
export interface Cut {
  readonly side: 'before' | 'after'
  readonly frame: string
  readonly to: 'broker' | 'client'
}

interface CausesModule {
  handedOutAgain(): Cut
  sentAgain(): Cut
}

/** A line in the books. */
export interface Entry {
  readonly message_id: string
  readonly merchant_id: string
  readonly currency: Currency
  readonly amount_minor: bigint
}

/** What doubled.ts takes and answers. */
export interface Aftermath {
  readonly deliveries: readonly { readonly message_id: string; readonly redelivered: boolean }[]
  readonly entries: readonly Entry[]
}
export interface Doubled {
  readonly delivered: readonly string[]
  readonly booked: readonly string[]
  readonly excess: Readonly<Partial<Record<Currency, bigint>>>
}

interface DoubledModule {
  findDoubled(aftermath: Aftermath): Doubled
}

interface InboxModule {
  Inbox: new (
    database: Database,
    consumer: string,
    clock: { now(): number },
  ) => { process(message: { id: string; content: Buffer }, effect: () => void): 'applied' | 'duplicate' }
}

const inboxFile = 'inbox.ts'
const causesFile = 'causes.ts'
const doubledFile = 'doubled.ts'
export const unprotectedFile = 'unprotected.ts'
export const consumerFile = 'consumer.ts'
const key = 'payment.requested'
const consumerLane = 'consumer'
/** How often the lab's producer tries to send one message. */
const attemptsMax = 5
/** How long something may take that may never come. */
const momentMs = 300
/** How long a consumer may take to come to a commit. */
const commitMsMax = 3000
/** How often a fact is looked at again. */
const lookAgainMs = 4
const inspectEveryMs = 15

/** A consumer's process that is started again when it has ended, as whoever runs it would. */
export class Consumer {
  readonly lab: Lab
  readonly file: string
  actor: Actor

  private constructor(lab: Lab, file: string, actor: Actor) {
    this.lab = lab
    this.file = file
    this.actor = actor
  }

  static async start(lab: Lab, file: string): Promise<Consumer> {
    return new Consumer(lab, file, await lab.start(file, consumerLane))
  }

  async alive(): Promise<Actor> {
    if (this.actor.state !== 'running') this.actor = await this.lab.start(this.file, consumerLane)
    return this.actor
  }
}

/** What one cause came to. */
export interface Caused {
  readonly cut: Cut
  readonly message: string
  /** How many copies the broker got, and what reached the consumer. */
  readonly sent: number
  readonly deliveries: readonly { readonly redelivered: boolean }[]
  readonly trace: readonly TraceStep[]
}

export interface CausesSeen {
  readonly handedOutAgain: Caused
  readonly sentAgain: Caused
}

/** Two payments. The consumer's connection is torn at one of them, the producer's at the other; both sides come back. */
export async function twoCauses(lab: Lab): Promise<CausesSeen> {
  await declare(lab)
  const causes = await causesOf(lab)
  const [first, second] = eventsOf(lab, 2) as [Envelope, Envelope]
  const consumer = await Consumer.start(lab, unprotectedFile)
  lab.say('The consumer loses its connection …', 'Consumer mất kết nối …')
  await cutWhile(lab, 'consumer', causes.handedOutAgain, () => send(lab, first), consumer)
  await drained(lab, consumer)
  lab.say('… and so does the producer, which sends again.', '… rồi tới producer, và nó gửi lại.')
  await cutWhile(lab, 'producer', causes.sentAgain, () => send(lab, second), consumer)
  await drained(lab, consumer)
  return {
    handedOutAgain: await caused(lab, causes.handedOutAgain, first.id),
    sentAgain: await caused(lab, causes.sentAgain, second.id),
  }
}

export interface DoubledSeen {
  readonly cases: readonly {
    readonly isPlayed: boolean
    readonly aftermath: Aftermath
    readonly expected: Doubled
    readonly answered: Doubled
  }[]
  /** Messages whose duplicates were caused on purpose. */
  readonly caused: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Six payments, pairs of which look alike, for the unprotected consumer; two of them come twice. */
export async function doubledUp(lab: Lab): Promise<DoubledSeen> {
  await declare(lab)
  const causes = await causesOf(lab)
  const { findDoubled } = await lab.subject.load<DoubledModule>(doubledFile, ['findDoubled'])
  const events = eventsOf(lab, 6)
  const [first, second, third, fourth, fifth, sixth] = events as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  const consumer = await Consumer.start(lab, unprotectedFile)
  for (const event of [first, second]) await send(lab, event)
  await drained(lab, consumer)
  await cutWhile(lab, 'consumer', causes.handedOutAgain, () => send(lab, third), consumer)
  await drained(lab, consumer)
  await cutWhile(lab, 'producer', causes.sentAgain, () => send(lab, fourth), consumer)
  for (const event of [fifth, sixth]) await send(lab, event)
  await drained(lab, consumer)
  const frames = await lab.frames(consumerLane)
  const played: Aftermath = {
    deliveries: deliveriesIn(frames).map(({ message, redelivered }) => ({
      message_id: message,
      redelivered,
    })),
    entries: entriesOf(lab),
  }
  return {
    cases: [{ isPlayed: true, aftermath: played }, ...hardCases(played)].map(({ isPlayed, aftermath }) => ({
      isPlayed,
      aftermath,
      expected: doubledIn(aftermath),
      answered: doubledOf(lab, findDoubled(aftermath)),
    })),
    caused: [third.id, fourth.id],
    trace: traceOf(frames).slice(-14),
  }
}

export interface InboxSeen {
  readonly events: readonly string[]
  /** Entries by message. */
  readonly entries: Readonly<Record<string, number>>
  /** Ids in the books that no message has. */
  readonly strangers: readonly string[]
  /** What two services that share a database are told about one message. */
  readonly services: readonly ('applied' | 'duplicate')[]
  /** The same message again, after an effect that threw. */
  readonly afterError: 'applied' | 'duplicate'
  /** Where the consumer was killed while it worked on each. */
  readonly killedAt: Readonly<Record<string, 'before' | 'after' | 'ack'>>
  readonly kills: number
  /** The id under which another payload came, and what became of it. */
  readonly conflict: { readonly id: string; readonly booked: number; readonly isDead: boolean }
  readonly dead: readonly string[]
  /** Whether balances are what the entries come to. */
  readonly isBalanced: boolean
  readonly trace: readonly TraceStep[]
}

/** Three payments; the consumer is killed just before a commit, just after one, and with its ack on the way. Then one id comes with another amount. */
export async function inOneTransaction(lab: Lab): Promise<InboxSeen> {
  await declare(lab)
  const events = eventsOf(lab, 3)
  const consumer = await Consumer.start(lab, consumerFile)
  const points = ['before', 'after', 'ack'] as const
  const killedAt: Record<string, (typeof points)[number]> = {}
  for (const [at, point] of points.entries()) {
    const event = events[at]
    if (event === undefined) continue
    killedAt[event.id] = point
    const subject = await consumer.alive()
    const kill = await lab.place({
      name: 'kill consumer',
      lane: consumerLane,
      text: text('the consumer is killed here (SIGKILL)', 'consumer bị kill tại đây (SIGKILL)'),
      when:
        point === 'ack'
          ? { direction: 'to-broker', method: 'basic.ack' }
          : { point: 'commit', side: point, fields: { database: 'wallet' } },
      what: { kind: 'kill-subject', subject },
    })
    await put(lab, event)
    await lab.fired(kill, point === 'ack' ? neverAcked : neverBooked, {
      file: consumerFile,
      near: [point === 'ack' ? '.ack(' : 'function work'],
    })
    await drained(lab, consumer)
  }
  const other = events[1] as Envelope
  const entries = countsOf(entriesOf(lab).map(({ message_id }) => message_id))
  lab.say('The same id comes with another amount.', 'Cùng một id tới với số tiền khác.')
  const forged = JSON.stringify(withTwiceTheAmount(other))
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: other.id,
    body: forged,
  })
  await drained(lab, consumer)
  const dead = await lab.observer.takeAll(lab.name('payments.dead'))
  const ids = events.map(({ id }) => id)
  const forOther = entriesOf(lab).filter(({ message_id }) => message_id === other.id).length
  return {
    events: ids,
    entries,
    strangers: Object.keys(entries).filter((id) => !ids.includes(id)),
    ...(await twoServices(lab, other)),
    killedAt,
    kills: points.length,
    conflict: {
      id: other.id,
      booked: forOther - (entries[other.id] ?? 0),
      isDead: dead.some(({ body }) => body.toString() === forged),
    },
    dead: dead.flatMap(({ messageId = '', body }) => (body.toString() === forged ? [] : [messageId])),
    isBalanced: isBalanced(lab),
    trace: traceOf(await lab.frames(consumerLane)).slice(-18),
  }
}

/** Two services with one database get one message; then one of them gets another, of which the effect fails once. */
async function twoServices(lab: Lab, event: Envelope): Promise<Pick<InboxSeen, 'services' | 'afterError'>> {
  const { Inbox } = await lab.subject.loadData<InboxModule>(inboxFile, ['Inbox'])
  const database = lab.openDatabase('shared')
  const [wallet, mail] = ['wallet', 'mail'].map(
    (name) => new Inbox(database, name, { now: () => Date.now() }),
  )
  if (wallet === undefined || mail === undefined) throw new Error('there are two services')
  const received = { id: event.id, content: Buffer.from(JSON.stringify(event)) }
  const services = [wallet, mail].map((inbox) => inbox.process(received, () => {}))
  const next = { ...received, id: `${event.id}-2` }
  try {
    wallet.process(next, () => {
      throw new Error('the effect failed')
    })
  } catch {
    // As it should: whether it is remembered is the question.
  }
  return { services, afterError: wallet.process(next, () => {}) }
}

export interface DuplicatesSeen {
  readonly events: readonly string[]
  readonly entries: Readonly<Record<string, number>>
  /** The message that was repeated: at once, after a restart, to two consumers at the same time. */
  readonly atOnce: string
  readonly afterRestart: string
  readonly together: string
  /** How many consumers had a copy of the last one. */
  readonly consumersWithCopy: number
  readonly duplicates: number
  readonly lookAlikes: readonly string[]
  readonly isBalanced: boolean
  readonly dead: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Six payments, pairs of which look alike; three of them come twice: at once, after a restart, and to two consumers together. */
export async function duplicatesChangeNothing(lab: Lab): Promise<DuplicatesSeen> {
  await declare(lab)
  const events = eventsOf(lab, 6)
  const [atOnce, afterRestart, together] = [events[0], events[2], events[4]] as [Envelope, Envelope, Envelope]
  const first = await Consumer.start(lab, consumerFile)
  for (const event of [atOnce, atOnce, events[1] as Envelope, afterRestart, events[3] as Envelope])
    await put(lab, event)
  await drained(lab, first)
  lab.say('The consumer is killed, and started again.', 'Consumer bị kill rồi khởi động lại.')
  await lab.killSubject(first.actor)
  await first.alive()
  await put(lab, afterRestart)
  await put(lab, events[5] as Envelope)
  await drained(lab, first)
  lab.say('A second consumer joins; each gets a copy.', 'Consumer thứ hai tham gia; mỗi bên nhận một bản.')
  const second = await Consumer.start(lab, consumerFile)
  const before = commitsBegun(lab)
  const held = await lab.place({
    name: 'slow commit',
    text: text('its commit takes a while', 'commit của nó hơi lâu'),
    when: { point: 'commit', side: 'before', fields: { database: 'wallet' } },
    what: { kind: 'hold' },
  })
  await put(lab, together)
  await put(lab, together)
  await becomes(lab, () => held.state === 'fired', commitMsMax)
  // Whoever looks before it writes is at its own commit by now. Whoever takes the lock first waits, and there is nothing to see.
  await becomes(lab, () => commitsBegun(lab) - before > 1, momentMs)
  held.release()
  await drained(lab, first, second)
  const frames = await lab.frames(consumerLane)
  const withCopy = frames.filter(
    ({ method, message }) => method === 'basic.deliver' && message === together.id,
  )
  return {
    events: events.map(({ id }) => id),
    entries: countsOf(entriesOf(lab).map(({ message_id }) => message_id)),
    atOnce: atOnce.id,
    afterRestart: afterRestart.id,
    together: together.id,
    consumersWithCopy: new Set(withCopy.map(({ connection }) => connection)).size,
    duplicates: 3,
    lookAlikes: events.flatMap(({ id }, at) => (at % 2 === 1 ? [id] : [])),
    isBalanced: isBalanced(lab),
    dead: await takeIds(lab, 'payments.dead'),
    trace: traceOf(frames).slice(-18),
  }
}

/** Played by `npm run exercise failure-02 live`. */
export const live: readonly Act[] = [
  {
    title: text('Two reasons why one message comes twice.', 'Hai lý do khiến một message tới hai lần.'),
    scenario: twoCauses,
  },
  {
    title: text(
      'Your consumer is killed at every step, and one id comes with two payloads.',
      'Consumer của bạn bị kill ở từng bước, và một id tới với hai payload.',
    ),
    scenario: inOneTransaction,
  },
  {
    title: text(
      'Copies after a restart, and to two at once.',
      'Bản sao sau khi khởi động lại, và tới hai bên cùng lúc.',
    ),
    scenario: duplicatesChangeNothing,
  },
]

const neverBooked = text(
  'a payment was delivered, and nothing was written to the database "wallet"',
  'một thanh toán đã được giao mà không có gì được ghi vào database "wallet"',
)
const neverAcked = text(
  'a payment was delivered, and never acknowledged',
  'một thanh toán đã được giao mà không bao giờ được ack',
)

/** The topology belongs to the lab here. What payments.work refuses goes to payments.dead. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name('payments.work'), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: lab.name('payments.dead'),
  })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

/** Events in pairs: two of one merchant and amount, which only their ids tell apart. */
export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed), { lookAlikes: true }).map((payment: Payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

async function causesOf(lab: Lab): Promise<{ handedOutAgain: Cut; sentAgain: Cut }> {
  const module = await lab.subject.load<CausesModule>(causesFile, ['handedOutAgain', 'sentAgain'])
  return {
    handedOutAgain: validCut(lab, 'handedOutAgain', module.handedOutAgain()),
    sentAgain: validCut(lab, 'sentAgain', module.sentAgain()),
  }
}

/** Validated, since a learner wrote it. */
function validCut(lab: Lab, name: string, cut: unknown): Cut {
  const { side, frame, to } = (typeof cut === 'object' && cut !== null ? cut : {}) as Record<string, unknown>
  const isCut =
    (side === 'before' || side === 'after') &&
    typeof frame === 'string' &&
    (to === 'broker' || to === 'client')
  if (isCut) return { side, frame, to }
  throw lab.breaks(
    text(
      `${name}() answers ${JSON.stringify(cut)}, which is no cut: { side, frame, to }`,
      `${name}() trả về ${JSON.stringify(cut)}, không phải một cut: { side, frame, to }`,
    ),
    { file: causesFile, near: ['return'] },
  )
}

/** The cut as a learner reads it. */
export function shown({ side, frame, to }: Cut): Text {
  return text(
    `${side} ${frame} to the ${to}`,
    `${side === 'before' ? 'trước' : 'sau'} ${frame} gửi tới ${to}`,
  )
}

/** Tears the connection of a lane at the learner's frame while something is done. */
async function cutWhile(
  lab: Lab,
  lane: Lane,
  cut: Cut,
  act: () => Promise<void>,
  consumer: Consumer,
): Promise<void> {
  await consumer.alive()
  // A frame of the handshake would be one as well: the producer connects before anything is placed.
  if (lane === 'producer') await producerOf(lab)
  const placed = await lab.place({
    name: 'torn connection',
    lane,
    text: text('the connection is torn here', 'kết nối bị ngắt tại đây'),
    when: { direction: `to-${cut.to}`, method: cut.frame },
    what: { kind: cut.side === 'before' ? 'cut' : 'cut-after' },
  })
  await act()
  await lab.fired(
    placed,
    text(
      `a payment was sent and booked, and no ${cut.frame} went to the ${cut.to} on the ${lane}'s connection`,
      `một thanh toán đã gửi và ghi sổ mà không có ${cut.frame} nào đi tới ${cut.to} trên kết nối của ${lane}`,
    ),
    { file: causesFile, near: ['frame:', 'return'] },
  )
}

type Confirming = Awaited<ReturnType<Awaited<ReturnType<Lab['client']>>['createConfirmChannel']>>

const producers = new WeakMap<Lab, Promise<Confirming>>()

/** The channel of the lab's producer, through the proxy of its lane. */
function producerOf(lab: Lab): Promise<Confirming> {
  const known = producers.get(lab)
  if (known !== undefined) return known
  const opening = lab.client('producer').then(async (connection) => {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    channel.on('close', () => producers.delete(lab))
    return channel
  })
  producers.set(lab, opening)
  return opening
}

/** A producer as mq-02 leaves it: it sends a message, under its id, until it has a confirm. */
export async function send(lab: Lab, event: Envelope): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const channel = await producerOf(lab)
    const isConfirmed = await new Promise<boolean>((resolve) => {
      channel.publish(
        lab.name('payments'),
        key,
        Buffer.from(JSON.stringify(event)),
        { messageId: event.id, persistent: true },
        (error: unknown) => resolve(error === null),
      )
    })
    if (isConfirmed) return
    producers.delete(lab)
  }
  throw new Error(`${event.id} was not confirmed in ${attemptsMax} attempts`)
}

/** Past the proxies. Called twice for one event it is what a producer does that has missed a confirm. */
export async function put(lab: Lab, event: Envelope): Promise<void> {
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: event.id,
    body: JSON.stringify(event),
  })
}

function withTwiceTheAmount(event: Envelope): Envelope {
  const data = event.data as { amount: { minor: number | string } }
  return { ...event, data: { ...data, amount: { ...data.amount, minor: Number(data.amount.minor) * 2 } } }
}

/** Waits until payments.work is empty and nothing of it is out; consumers that ended are started again. */
export async function drained(lab: Lab, ...consumers: readonly Consumer[]): Promise<void> {
  const [first] = consumers
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      for (const consumer of consumers) await consumer.alive()
      return (await countIn(lab, 'payments.work')) === 0
    },
    { at: { file: first?.file ?? consumerFile, near: ['.ack(', '.consume('] }, everyMs: inspectEveryMs },
  )
}

/** Gives something that may never come a while to happen; answers whether it did. */
async function becomes(lab: Lab, fact: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!fact()) {
    if (lab.run.now() > deadline) return false
    await sleep(lookAgainMs)
  }
  return true
}

function commitsBegun(lab: Lab): number {
  return lab.points.filter(({ name, side }) => name === 'commit' && side === 'before').length
}

const opened = new WeakMap<Lab, Database>()

function walletOf(lab: Lab): Database {
  const database = opened.get(lab) ?? lab.openDatabase('wallet')
  opened.set(lab, database)
  return database
}

export function entriesOf(lab: Lab): readonly Entry[] {
  const rows = walletOf(lab)
    .prepare('SELECT message_id, merchant_id, currency, amount_minor FROM entry ORDER BY position')
    .safeIntegers()
    .all()
  return rows as Entry[]
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

export function countsOf(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

/** What findDoubled should answer. */
function doubledIn({ deliveries, entries }: Aftermath): Doubled {
  const repeated = (ids: readonly string[]) =>
    Object.entries(countsOf(ids)).flatMap(([id, count]) => (count > 1 ? [id] : []))
  const excess: Partial<Record<Currency, bigint>> = {}
  const seen = new Set<string>()
  for (const { message_id, currency, amount_minor } of entries) {
    if (seen.has(message_id)) excess[currency] = (excess[currency] ?? 0n) + amount_minor
    seen.add(message_id)
  }
  return {
    delivered: repeated(deliveries.map(({ message_id }) => message_id)),
    booked: repeated(entries.map(({ message_id }) => message_id)),
    excess,
  }
}

/** Aftermaths that a run would hardly come to. */
function hardCases({ deliveries, entries }: Aftermath): { isPlayed: false; aftermath: Aftermath }[] {
  const [delivery] = deliveries
  const [entry] = entries
  if (delivery === undefined || entry === undefined) return []
  const redelivered = { ...delivery, redelivered: true }
  return [
    // Marked as redelivered and never seen before: the first delivery went to somebody who died.
    { isPlayed: false, aftermath: { deliveries: [redelivered], entries: [entry] } },
    // Three times.
    {
      isPlayed: false,
      aftermath: { deliveries: [delivery, redelivered, delivery], entries: [entry, entry, entry] },
    },
  ]
}

/** Validated, since a learner's code made it. */
function doubledOf(lab: Lab, answered: unknown): Doubled {
  const { delivered, booked, excess } = (answered ?? {}) as Record<string, unknown>
  const areIds = (ids: unknown) => Array.isArray(ids) && ids.every((id) => typeof id === 'string')
  const isExcess =
    typeof excess === 'object' &&
    excess !== null &&
    Object.values(excess).every((sum) => typeof sum === 'bigint')
  if (areIds(delivered) && areIds(booked) && isExcess) return answered as Doubled
  throw lab.breaks(
    text(
      'findDoubled() does not answer { delivered, booked, excess }: two lists of ids and a bigint for each currency',
      'findDoubled() không trả về { delivered, booked, excess }: hai danh sách id và một bigint cho mỗi loại tiền',
    ),
    { file: doubledFile, near: ['return'] },
  )
}

type Frames = Awaited<ReturnType<Lab['frames']>>

/** What reached the consumer. */
export function deliveriesIn(frames: Frames): { message: string; redelivered: boolean }[] {
  return frames.flatMap(({ method, forwarded, message = '', fields }) =>
    method === 'basic.deliver' && forwarded ? [{ message, redelivered: fields.redelivered === true }] : [],
  )
}

async function caused(lab: Lab, cut: Cut, message: string): Promise<Caused> {
  const published = await lab.frames('producer')
  const consumed = await lab.frames(consumerLane)
  const about = (frames: Frames) =>
    frames.filter((frame) => frame.message === message || frame.messages?.includes(message) === true)
  return {
    cut,
    message,
    sent: about(published).filter(({ method, forwarded }) => method === 'basic.publish' && forwarded).length,
    deliveries: deliveriesIn(about(consumed)),
    trace: [...traceOf(about(published), 'producer'), ...traceOf(about(consumed))].sort(
      (a, b) => a.atMs - b.atMs,
    ),
  }
}

function traceOf(frames: Frames, lane: Lane = consumerLane): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:publish|deliver|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
