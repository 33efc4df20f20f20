/** The scenarios of mq-02: each drives the producer, lets something happen to it, and answers what the broker has. */
import type { Act, FoundMessage, Lab, PlacedFault } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { sealEvent } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'

/** What start() in producer.ts answers. */
interface Producer {
  sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void>
  stop(): Promise<void>
}

interface ProducerModule {
  start(world: World): Promise<Producer>
}

const file = 'producer.ts'
const key = 'payment.requested'
/** How long a send may take while nothing is wrong. */
export const sendMs = 3000
/** How long a stop may take where nobody asks how it went. */
const lastWordMs = 1000
/** How long a producer may take to work again after a loss: several attempts at reconnecting. */
const comeBackMs = 2000
/** How many messages of a burst may be unconfirmed at a time. */
export const inFlightMax = 100

/** How one send ended, as its caller sees it. */
export interface Sent {
  readonly id: string
  readonly state: 'resolved' | 'rejected' | 'pending'
  readonly message: string
}

export interface ServiceSeen {
  readonly sent: readonly Sent[]
  readonly connections: number
  readonly channels: number
  readonly confirming: boolean
  /** What became of the message whose confirm was still out when stop() was called. */
  readonly outstanding: Sent | undefined
  readonly stopped: 'resolved' | 'rejected' | 'pending'
  readonly closedCleanly: boolean
  readonly openConnections: number
  readonly trace: readonly TraceStep[]
}

/** Thirty messages one after another and together, then stop() while one confirm is still out. */
export async function stoppedInTime(lab: Lab): Promise<ServiceSeen> {
  await declare(lab)
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const events = paymentEvents(lab, 31)
  const [last, ...others] = events
  const sent: Sent[] = []
  for (const event of others.slice(0, 5)) sent.push(await send(lab, producer, event))
  sent.push(...(await Promise.all(others.slice(5).map((event) => send(lab, producer, event)))))

  lab.say(
    'Its last confirm is held back, and stop() is called.',
    'Confirm cuối cùng bị giữ lại, rồi gọi stop().',
  )
  const held = await lab.place({
    name: 'late confirm',
    text: text('the confirm is held back', 'confirm bị giữ lại'),
    when: { direction: 'to-client', method: 'basic.ack' },
    what: { kind: 'hold' },
  })
  const outstanding = last === undefined ? undefined : send(lab, producer, last)
  await confirmCame(lab, held, outstanding)
  const stopping = lab.outcomeOf(producer.stop(), sendMs)
  await turns(20)
  held.release()
  const outcome = await stopping
  const { frames } = proxy
  await lab.settles(() => proxy.openConnections === 0)
  return {
    sent,
    connections: count(frames, 'connection.open'),
    channels: count(frames, 'channel.open'),
    confirming: count(frames, 'confirm.select') > 0,
    outstanding: await outstanding,
    stopped: outcome.state,
    closedCleanly: frames.some(
      ({ method, direction }) => method === 'connection.close' && direction === 'to-broker',
    ),
    openConnections: proxy.openConnections,
    trace: trace(frames.slice(-12), proxy.lane),
  }
}

export interface EndingsSeen {
  readonly routed: Sent
  readonly unroutable: Sent
  readonly refused: Sent
  readonly noExchange: Sent
  readonly afterwards: Sent
  readonly inQueue: number
  readonly trace: readonly TraceStep[]
}

/** One message that is routed, one that nobody is bound to, one that a full queue refuses, one to an exchange that is not there. */
export async function fourEndings(lab: Lab): Promise<EndingsSeen> {
  await declare(lab)
  await declareFullQueue(lab)
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const [one, two, three, four, five] = paymentEvents(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  lab.say('The first is routed to payments.work.', 'Message đầu được định tuyến vào payments.work.')
  const routed = await send(lab, producer, one)
  lab.say('Nothing is bound to payment.refunded.', 'Không có gì được bind với payment.refunded.')
  lab.remark('basic.return', 'it comes back first …', 'nó quay về trước …')
  lab.remark(
    'basic.ack',
    '… and is confirmed all the same: confirmed is not the same as routed',
    '… rồi vẫn được confirm: confirm không có nghĩa là đã vào queue',
  )
  const unroutable = await send(lab, producer, two, { routingKey: 'payment.refunded' })
  lab.say(
    'payments.full takes nothing more (max-length, reject-publish).',
    'payments.full không nhận thêm nữa (max-length, reject-publish).',
  )
  const refused = await send(lab, producer, three, { routingKey: 'payment.full' })
  const seen = trace(proxy.frames, proxy.lane)
  lab.say(
    'There is no exchange of this name: the broker closes the channel.',
    'Không có exchange tên này: broker đóng channel.',
  )
  const noExchange = await send(lab, producer, four, { exchange: lab.name('nowhere') })
  const afterwards = await sendUntilResolved(lab, producer, five)
  await finish(lab, producer)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  return { routed, unroutable, refused, noExchange, afterwards, inQueue: found.length, trace: seen }
}

export interface KilledSeen {
  readonly sent: readonly Sent[]
  readonly kept: readonly string[]
  /** Sent, and in the queue as another event: the payment is there, its id is not. */
  readonly renamed: readonly string[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** A stream of messages into a quorum queue; the broker is killed in the middle of it and started again. */
export async function killedMidStream(lab: Lab): Promise<KilledSeen> {
  lab.needs('kill')
  await declare(lab, 'quorum')
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const events = paymentEvents(lab, 150)
  const sent: Sent[] = await Promise.all(events.slice(0, 20).map((event) => send(lab, producer, event)))

  lab.say(
    'A burst of 130; the broker is killed when the 60th of them passes.',
    'Một loạt 130 message; broker bị kill khi message thứ 60 đi qua.',
  )
  const kill = await lab.place({
    name: 'kill broker',
    text: text('the broker is killed here (SIGKILL)', 'broker bị kill tại đây (SIGKILL)'),
    when: { direction: 'to-broker', method: 'basic.publish', nth: 60 },
    what: { kind: 'do', action: () => lab.killBroker() },
  })
  const burst = events.slice(20).map((event) => send(lab, producer, event))
  await lab.fired(
    kill,
    text(
      'fewer than 60 of 130 messages were ever published',
      'trong 130 message chưa tới 60 message được publish',
    ),
    {
      file,
      near: ['.publish('],
    },
  )
  await lab.restartBroker()
  sent.push(...(await Promise.all(burst)))
  await finish(lab, producer)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  const kept = idsOf(found)
  const payments = new Set(found.map((message) => eventOf(message)?.subject))
  const renamed = events.filter(({ id, subject }) => !kept.includes(id) && payments.has(subject))
  return {
    sent,
    kept,
    renamed: renamed.map(({ id }) => id),
    kills: 1,
    trace: trace(proxy.frames.slice(-14), proxy.lane),
  }
}

export interface RestartSeen {
  readonly sent: readonly Sent[]
  readonly kept: readonly string[]
  /** Of the messages that reached the wire. */
  readonly deliveryModes: readonly (number | undefined)[]
  readonly kills: number
}

/** Twenty confirmed messages in a durable classic queue; then the broker is killed and started again. */
export async function killedAfterwards(lab: Lab): Promise<RestartSeen> {
  lab.needs('kill')
  await declare(lab)
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const sent = await Promise.all(paymentEvents(lab, 20).map((event) => send(lab, producer, event)))
  const deliveryModes = proxy.frames
    .filter(({ method }) => method === 'basic.publish')
    .map(({ properties }) => properties?.deliveryMode as number | undefined)
  await finish(lab, producer)
  lab.say(
    'All are confirmed. Now the broker is killed, and started again.',
    'Tất cả đã confirm. Bây giờ broker bị kill, rồi khởi động lại.',
  )
  await lab.killBroker()
  await lab.restartBroker()
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  return { sent, kept: idsOf(found), deliveryModes, kills: 1 }
}

export interface LabelsSeen {
  readonly events: readonly Envelope[]
  readonly sent: readonly Sent[]
  readonly found: readonly FoundMessage[]
  readonly nowSeconds: number
}

/** Three messages, taken from the queue and looked at. */
export async function labelled(lab: Lab): Promise<LabelsSeen> {
  await declare(lab)
  const producer = await started(lab)
  const events = paymentEvents(lab, 3)
  const sent: Sent[] = []
  for (const event of events) sent.push(await send(lab, producer, event))
  await finish(lab, producer)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  return { events, sent, found, nowSeconds: Math.floor(Date.now() / 1000) }
}

export interface LostConfirmSeen {
  readonly id: string
  /** How the first send ended: resolved when the producer tried again by itself, rejected or pending when not. */
  readonly first: Sent
  /** What the caller's own second try came to, when the first did not resolve. */
  readonly second: Sent | undefined
  /** Whatever the queue holds of this payment. */
  readonly copies: readonly { readonly messageId: string | undefined; readonly eventId: string }[]
  /** A later message: is the producer still alive? */
  readonly afterwards: Sent
  readonly trace: readonly TraceStep[]
}

/** The broker stores the message, and its confirm is lost with the connection. */
export async function lostConfirm(lab: Lab): Promise<LostConfirmSeen> {
  await declare(lab)
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const [event, later] = paymentEvents(lab, 2) as [Envelope, Envelope]
  lab.remark('basic.ack', 'never arrives', 'không bao giờ tới nơi')
  const lost = await lab.place({
    name: 'lost confirm',
    text: text('the confirm is lost and the connection torn', 'confirm bị mất và kết nối bị ngắt'),
    when: { direction: 'to-client', method: 'basic.ack' },
    what: { kind: 'cut' },
  })
  const sending = send(lab, producer, event)
  await confirmCame(lab, lost, sending)
  const first = await sending
  const second = first.state === 'resolved' ? undefined : await sendUntilResolved(lab, producer, event)
  const seen = trace(proxy.frames, proxy.lane)
  // A producer that could not deliver this one in time will not deliver the next.
  const afterwards =
    second?.state === 'pending' || second?.state === 'rejected'
      ? second
      : await sendUntilResolved(lab, producer, later)
  await finish(lab, producer)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  // By the payment: a copy under another id is one all the same.
  const copies = found.flatMap((message) => {
    const copy = eventOf(message)
    return copy?.subject === event.subject ? [{ messageId: message.messageId, eventId: copy.id }] : []
  })
  return { id: event.id, first, second, copies, afterwards, trace: seen }
}

export interface BurstSeen {
  readonly sent: readonly Sent[]
  readonly ids: readonly string[]
  readonly arrived: readonly string[]
  readonly wholeBodies: number
  readonly inFlightPeak: number
}

/** Four hundred messages at once, with the first confirm held back for a while. */
export async function burst(lab: Lab): Promise<BurstSeen> {
  await declare(lab)
  const proxy = await lab.proxy()
  const producer = await started(lab)
  const events = paymentEvents(lab, 400)
  const held = await lab.place({
    name: 'slow broker',
    text: text('the first confirm is held back', 'confirm đầu tiên bị giữ lại'),
    when: { direction: 'to-client', method: 'basic.ack' },
    what: { kind: 'hold' },
  })
  const sending = events.map((event) => send(lab, producer, event))
  await confirmCame(lab, held, Promise.all(sending))
  // Whoever sends without a bound has sent everything after a few turns of the event loop; whoever keeps one waits.
  for (let turn = 0; turn < 40 && count(proxy.frames, 'basic.publish') <= inFlightMax; turn += 1)
    await turns(1)
  held.release()
  const sent = await Promise.all(sending)
  await finish(lab, producer)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  const bodies = new Map(events.map((event) => [event.id, JSON.stringify(event)]))
  return {
    sent,
    ids: events.map(({ id }) => id),
    arrived: idsOf(found),
    wholeBodies: found.filter((message) => isWhole(message, bodies)).length,
    inFlightPeak: inFlightPeak(proxy.frames),
  }
}

/** Played by `npm run exercise mq-02 live`. */
export const live: readonly Act[] = [
  { title: text('Four messages, four endings.', 'Bốn message, bốn kết cục.'), scenario: fourEndings },
  {
    title: text(
      'A confirm is lost: the broker has the message, the producer cannot know.',
      'Một confirm bị mất: broker đã có message, còn producer không thể biết.',
    ),
    scenario: lostConfirm,
  },
  {
    title: text('The broker is killed in the middle of a burst.', 'Broker bị kill giữa một loạt message.'),
    scenario: killedMidStream,
  },
]

/** The topology belongs to the lab here: what is judged is the producer. */
export async function declare(lab: Lab, type: 'classic' | 'quorum' = 'classic'): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  // A quorum queue keeps every message: only where persistence is the question is the queue a classic one.
  await channel.assertQueue(lab.name('payments.work'), { durable: true, arguments: { 'x-queue-type': type } })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

/** A classic one, whatever the broker takes by default: a quorum queue may take some more before it refuses. */
async function declareFullQueue(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertQueue(lab.name('payments.full'), {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-max-length': 1, 'x-overflow': 'reject-publish' },
  })
  await channel.bindQueue(lab.name('payments.full'), lab.name('payments'), 'payment.full')
  await channel.close()
  await lab.observer.publish({
    exchange: '',
    routingKey: lab.name('payments.full'),
    body: 'fills it',
    messageId: 'filler',
  })
}

export async function started(lab: Lab): Promise<Producer> {
  const { start } = await lab.subject.load<ProducerModule>(file, ['start'])
  const answered = await lab.finished(start(await lab.world()), text('start()', 'start()'), {
    file,
    near: ['function start'],
  })
  const producer = lab.subject.guard<Producer>(answered, ['sendMessage', 'stop'], file)
  lab.defer(() => producer.stop())
  return producer
}

async function send(
  lab: Lab,
  producer: Producer,
  event: Envelope,
  to: { exchange?: string; routingKey?: string } = {},
): Promise<Sent> {
  const call = producer.sendMessage(to.exchange ?? lab.name('payments'), to.routingKey ?? key, event)
  const outcome = await lab.outcomeOf(call, sendMs)
  return { id: event.id, state: outcome.state, message: outcome.state === 'rejected' ? outcome.message : '' }
}

/** Sends the same message until it resolves, as a caller would; gives up after a while. */
async function sendUntilResolved(lab: Lab, producer: Producer, event: Envelope): Promise<Sent> {
  const deadline = lab.run.now() + lab.allowed(comeBackMs)
  let sent = await send(lab, producer, event)
  while (sent.state !== 'resolved' && lab.run.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    sent = await send(lab, producer, event)
  }
  return sent
}

/** Waits until a confirm reached the fault that waits for one. A send that settles without one never asked for it. */
async function confirmCame(
  lab: Lab,
  placed: PlacedFault,
  sending: Promise<unknown> | undefined,
): Promise<void> {
  await Promise.race([placed.fired, sending])
  if (await lab.settles(() => placed.state === 'fired')) return placed.fired
  throw lab.breaks(
    text(
      'sendMessage settled, and the broker had confirmed nothing: nothing was published, or the channel is not a confirm channel',
      'sendMessage đã kết thúc mà broker chưa confirm gì: chưa publish gì cả, hoặc channel không phải confirm channel',
    ),
    { file, near: ['createChannel(', '.publish('] },
  )
}

/** Stops the producer where stopping is not the question: what is in the queues counts, not how it left. */
async function finish(lab: Lab, producer: Producer): Promise<void> {
  await lab.outcomeOf(producer.stop(), lastWordMs).catch(() => {})
}

export function paymentEvents(lab: Lab, howMany: number): Envelope[] {
  const source = seededSource(lab.run.seed)
  return somePayments(howMany, source).map((payment) => {
    const event = sealEvent('PaymentRequested', payment, source, {
      correlationid: `order-${payment.payment_id.slice(-6)}`,
    })
    return JSON.parse(JSON.stringify(event)) as Envelope
  })
}

/** The event in a message's body; what the properties say about it is a question of its own. */
export function eventOf(message: FoundMessage): Envelope | undefined {
  try {
    return JSON.parse(message.body.toString('utf8')) as Envelope
  } catch {
    return undefined
  }
}

function isWhole(message: FoundMessage, bodies: ReadonlyMap<string, string>): boolean {
  const event = eventOf(message)
  return event !== undefined && bodies.get(event.id) === JSON.stringify(event)
}

const idsOf = (found: readonly FoundMessage[]): string[] =>
  found.map((message) => eventOf(message)?.id ?? message.messageId ?? '')

type Frames = Awaited<ReturnType<Lab['frames']>>

const count = (frames: Frames, method: string): number =>
  frames.filter((frame) => frame.method === method).length

/** The most messages that were published and not yet confirmed, by the order of frames on the wire. */
function inFlightPeak(frames: Frames): number {
  const open = new Set<string>()
  let peak = 0
  for (const frame of frames) {
    if (frame.method === 'basic.publish' && frame.message !== undefined) open.add(frame.message)
    if ((frame.method === 'basic.ack' || frame.method === 'basic.nack') && frame.direction === 'to-client') {
      for (const id of frame.messages ?? (frame.message === undefined ? [] : [frame.message])) open.delete(id)
    }
    peak = Math.max(peak, open.size)
  }
  return peak
}

function trace(frames: Frames, lane: 'producer' | 'broker' | 'consumer' | 'database' | 'lab'): TraceStep[] {
  return frames
    .filter(({ method }) => method.startsWith('basic.') || method.endsWith('.close'))
    .map((frame) => traceStep(frame, lane))
}

async function turns(howMany: number): Promise<void> {
  for (let turn = 0; turn < howMany; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
