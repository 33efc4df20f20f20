/** The scenarios of failure-04: the broker goes away under a producer and a consumer, and comes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { Actor } from '#lab/actors'
import { History, type Operation } from '#lab/history'
import type { Act, Lab, PlacedFault } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Random } from '#lab/subject'
import type { Lane, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

/** What backoff.ts exports, but for its constants: those are the task's. */
interface BackoffModule {
  delayMs(attempt: number, random: Random): number
}

/** What the task sets. */
export const firstMs = 50
export const maxMs = 2000

const producerFile = 'producer.ts'
const consumerFile = 'consumer.ts'
const backoffFile = 'backoff.ts'
export const lineFile = 'line.ts'
const lanes = ['producer', 'consumer'] as const
/** How long a service may take to work again once the broker is back: its longest wait, and a start. */
const backMsMax = 6000
/** How long something may take that may never come. */
const momentMs = 300
/** How long the last bookings and acks may take once everything works again. */
const settledMsMax = 6000
const lookAgainMs = 4
const inspectEveryMs = 15
/** For how long the broker hangs up on everybody who connects. */
const refusingMs = 1000
/** Whoever tries more often than this in that time has no backoff. */
export const attemptsMax = 15
/** So many attempts are hung up on. */
const refusedMax = 60

/** The two services, each in a process of its own. */
interface Services {
  readonly producer: Actor
  readonly consumer: Actor
}

export interface OutageSeen {
  /** What was on its way when the broker was killed: into it, and out of it. */
  readonly unconfirmed: number
  readonly unacked: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly kills: number
  readonly isBack: boolean
  readonly trace: readonly TraceStep[]
}

/** Twenty payments, of which the first are in work; then the broker is killed under both services, and started again. */
export async function killedUnderLoad(lab: Lab): Promise<OutageSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const events = eventsOf(lab, 20)
  const illness = illnessOf(lab)
  illness.begin()
  const { frames: consumerFrames } = await lab.proxy('consumer')
  const history = new History()
  await Promise.all(events.slice(0, 3).map((event) => send(lab, services.producer, history, event)))
  await lab.until(neverConsumed, () => deliveredIn(consumerFrames).length >= 3, {
    at: { file: consumerFile, near: ['.consume('] },
  })
  const { killed, sending } = await killedWhileSending(lab, services, events.slice(3), 12)
  const producerFrames = await lab.frames('producer')
  const seen = {
    unconfirmed: events.length - confirmedIn(producerFrames).size,
    unacked: deliveredIn(consumerFrames).length,
    trace: [...traceOf(producerFrames, 'producer'), ...traceOf(consumerFrames, 'consumer')]
      .sort((a, b) => a.atMs - b.atMs)
      .slice(-14),
  }
  illness.end()
  await lab.restartBroker()
  const isBack = await becomes(lab, () => sending.isOver, backMsMax, services)
  return { ...seen, ended: await endedOf(services), kills: killed, isBack }
}

export interface ProducerSeen {
  readonly operations: readonly Operation[]
  /** How many sends had resolved while the broker was away, without a confirm for them. */
  readonly resolvedUnconfirmed: readonly string[]
  /** Ids of messages under which each event was sent. */
  readonly renamed: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly outstanding: number
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments; the broker is killed when it has confirmed some of them, stays away for a while, and comes back. */
export async function confirmsAway(lab: Lab): Promise<ProducerSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const events = eventsOf(lab, 20)
  const { sending, history, killed } = await killedWhileSending(lab, services, events, 10)
  const { frames } = await lab.proxy('producer')
  // Away for a moment: whoever takes its own buffer for the broker says "sent" now.
  await sleep(momentMs)
  const confirmed = confirmedIn(frames)
  const early = history.operations.flatMap(({ ending, message }) =>
    ending === 'ok' && !confirmed.has(message) ? [message] : [],
  )
  const outstanding = events.length - confirmed.size
  await lab.restartBroker()
  await becomes(lab, () => sending.isOver, backMsMax, services)
  const published = frames.filter(({ method }) => method === 'basic.publish')
  return {
    operations: history.operations,
    resolvedUnconfirmed: early,
    renamed: published.filter(({ message, body }) => idIn(body) !== message).length,
    ended: await endedOf(services),
    outstanding,
    kills: killed,
    trace: traceOf(frames, 'producer').slice(-16),
  }
}

export interface TagsSeen {
  readonly events: readonly string[]
  readonly redelivered: number
  /** What the broker closed a channel for. */
  readonly channelErrors: readonly string[]
  /** Acks that came for a delivery of another connection, or twice for one. */
  readonly strayAcks: number
  readonly captures: readonly number[]
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/** Three payments are in work when the connection is lost; they come again on the next one; then all six handlings end. */
export async function oldTags(lab: Lab): Promise<TagsSeen> {
  const services = await started(lab)
  const payments = paymentsOf(lab, 3)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const illness = illnessOf(lab)
  illness.begin()
  const { frames } = await lab.proxy('consumer')
  const history = new History()
  await Promise.all(events.map((event) => send(lab, services.producer, history, event)))
  await lab.until(neverConsumed, () => deliveredIn(frames).length >= events.length, {
    at: { file: consumerFile, near: ['.consume('] },
  })
  lab.say(
    'Three payments are in work. Their connection is lost.',
    'Ba thanh toán đang được xử lý. Kết nối của chúng bị mất.',
  )
  ;(await lab.proxy('consumer')).cut()
  const isBack = await becomes(
    lab,
    () => deliveredIn(frames).length >= 2 * events.length,
    backMsMax,
    services,
  )
  const redelivered = deliveredIn(frames).length - events.length
  lab.say(
    'They came again. Now all the handlers finish, old ones and new ones.',
    'Chúng tới lại. Giờ mọi handler làm xong, cũ lẫn mới.',
  )
  illness.end()
  // Who never came back for them won't settle them either.
  if (isBack) await becomes(lab, async () => (await inQueue(lab)) === 0, settledMsMax, services)
  await sleep(momentMs)
  const ledger = ledgerOf(lab)
  return {
    events: events.map(({ id }) => id),
    redelivered,
    channelErrors: frames
      .filter(
        ({ method, direction }) =>
          /^(?:channel|connection)\.close$/.test(method) && direction === 'to-client',
      )
      .map(({ fields }) => String(fields.replyText)),
    strayAcks: strayAcksIn(frames),
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    ended: await endedOf(services),
    left: await inQueue(lab),
    trace: traceOf(frames, 'consumer').slice(-16),
  }
}

/** What was drawn for one attempt. */
export interface Drawn {
  readonly attempt: number
  readonly delays: readonly number[]
}

export interface BackoffSeen {
  readonly drawn: readonly Drawn[]
  /** For each service: how often it tried to connect while the broker hung up on everybody. */
  readonly attempts: Readonly<Record<(typeof lanes)[number], number>>
  readonly refusingMs: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
}

/** The function by itself, drawn from a hundred times; then a broker that accepts connections and hangs up. */
export async function backedOff(lab: Lab): Promise<BackoffSeen> {
  const { delayMs } = await lab.subject.load<BackoffModule>(backoffFile, ['delayMs'])
  const drawn = [1, 2, 3, 4, 5, 6, 10, 1000].map((attempt) => ({
    attempt,
    delays: Array.from({ length: 100 }, () => delayMs(attempt, lab.random)),
  }))
  const services = await started(lab)
  const refused = new Map<Lane, PlacedFault[]>()
  for (const lane of lanes) {
    const placed: PlacedFault[] = []
    for (let nth = 1; nth <= refusedMax; nth += 1) {
      placed.push(
        await lab.place({
          name: 'hangs up',
          lane,
          text: text('the broker hangs up on whoever connects', 'broker cúp máy với bất kỳ ai kết nối'),
          when: { direction: 'to-broker', method: 'protocol-header', nth },
          what: { kind: 'cut' },
        }),
      )
    }
    refused.set(lane, placed)
  }
  for (const lane of lanes) (await lab.proxy(lane)).cut()
  await sleep(refusingMs)
  const attempts = Object.fromEntries(
    [...refused].map(([lane, placed]) => [lane, placed.filter(({ state }) => state === 'fired').length]),
  ) as BackoffSeen['attempts']
  for (const placed of [...refused.values()].flat()) placed.lift()
  return { drawn, attempts, refusingMs, ended: await endedOf(services) }
}

export interface ResumedSeen {
  /** After each outage: connections that are open in each lane, and whether a payment came through. */
  readonly rounds: readonly {
    readonly outage: 'killed' | 'cut' | 'without its queue'
    readonly connections: Readonly<Record<(typeof lanes)[number], number>>
    readonly isSent: boolean
    /** What send() was rejected with, if it was. */
    readonly why: string | undefined
    readonly captures: number
    readonly deliveries: number
  }[]
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly trace: readonly TraceStep[]
}

/** Three outages in a row: the broker is killed, connections are torn, and at last the consumer's is, with its queue gone. */
export async function resumed(lab: Lab): Promise<ResumedSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const payments = paymentsOf(lab, 3)
  const rounds: ResumedSeen['rounds'][number][] = []
  const ledger = ledgerOf(lab)
  for (const [at, outage] of (['killed', 'cut', 'without its queue'] as const).entries()) {
    let bookedMsMax = backMsMax
    if (outage === 'killed') {
      await lab.killBroker()
      await lab.restartBroker()
    } else if (outage === 'cut') {
      for (const lane of lanes) (await lab.proxy(lane)).cut()
    } else {
      // The producer stays connected: the one who needs the queue has to declare it.
      const proxy = await lab.proxy('consumer')
      await withoutQueue(lab)
      proxy.cut()
      const isThere = await becomes(lab, () => isDeclared(lab), settledMsMax, services)
      if (!isThere) bookedMsMax = momentMs
    }
    const payment = payments[at] as Payment
    const event = requestedEvent(payment, lab.run.seed)
    const history = new History()
    const sending = send(lab, services.producer, history, event)
    await becomes(lab, () => ledger.count(payment.payment_id, 'capture') > 0, bookedMsMax, services)
    // One connection too many comes a little later than the first.
    await sleep(momentMs)
    await Promise.race([sending, sleep(momentMs)])
    rounds.push({
      outage,
      connections: Object.fromEntries(
        await Promise.all(
          lanes.map(async (lane) => [lane, (await lab.proxy(lane)).openConnections] as const),
        ),
      ) as Record<(typeof lanes)[number], number>,
      isSent: history.operations.some(({ ending }) => ending === 'ok'),
      why: rejectionIn(history),
      captures: ledger.count(payment.payment_id, 'capture'),
      deliveries: deliveredIn(await lab.frames('consumer')).filter((id) => id === event.id).length,
    })
    if (rounds.at(-1)?.captures === 0) break
  }
  return {
    rounds,
    ended: await endedOf(services),
    trace: traceOf(await lab.frames('consumer'), 'consumer').slice(-12),
  }
}

/** What the first send() that was rejected was rejected with. */
function rejectionIn({ operations }: History): string | undefined {
  return operations.find(({ ending }) => ending === 'fail' || ending === 'unknown')?.reason
}

export interface SurvivedSeen {
  readonly sent: readonly string[]
  /** What the first send() that was rejected was rejected with. */
  readonly why: string | undefined
  readonly confirmedBefore: readonly string[]
  readonly captures: Readonly<Record<string, number>>
  readonly audit: readonly string[]
  readonly dead: readonly string[]
  readonly kills: number
  readonly copies: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly left: number
}

/** Sixty payments in a stream; the broker is killed in the middle of it, and started again. */
export async function survived(lab: Lab): Promise<SurvivedSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const payments = paymentsOf(lab, 60)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const { frames } = await lab.proxy('producer')
  const earlier = new History()
  const first = events.slice(0, 20)
  await Promise.all(first.map((event) => send(lab, services.producer, earlier, event)))
  const { sending, history, killed } = await killedWhileSending(lab, services, events.slice(20), 10)
  const confirmedBefore = [...confirmedIn(frames)]
  await lab.restartBroker()
  await becomes(lab, () => sending.isOver, backMsMax, services)
  const ledger = ledgerOf(lab)
  const count = ({ payment_id }: Payment) => ledger.count(payment_id, 'capture')
  await becomes(
    lab,
    async () => (await inQueue(lab)) === 0 && payments.every((each) => count(each) > 0),
    settledMsMax,
    services,
  )
  return {
    sent: [...earlier.operations, ...history.operations].flatMap(({ ending, message }) =>
      ending === 'ok' ? [message] : [],
    ),
    why: rejectionIn(history),
    confirmedBefore,
    captures: Object.fromEntries(payments.map((payment, at) => [events[at]?.id ?? '', count(payment)])),
    audit: ledger.audit(),
    dead: await takeIds(lab, 'payments.dead'),
    kills: killed,
    copies: frames.filter(({ method }) => method === 'basic.publish').length - events.length,
    ended: await endedOf(services),
    left: await inQueue(lab),
  }
}

/** Played by `npm run exercise failure-04 live`. */
export const live: readonly Act[] = [
  { title: text('The broker is killed under load.', 'Broker bị kill khi đang tải.'), scenario: survived },
  {
    title: text('Three payments in work, and two channels.', 'Ba thanh toán đang làm dở, và hai channel.'),
    scenario: oldTags,
  },
  { title: text('Three outages in a row.', 'Ba sự cố liên tiếp.'), scenario: resumed },
]

const neverConsumed = text(
  'payments were sent, and nobody consumed them from payments.work',
  'thanh toán đã được gửi mà không ai nhận chúng từ payments.work',
)

/** Both services run, and stand on a connection each. */
export async function started(lab: Lab): Promise<Services> {
  const consumer = await lab.start(consumerFile, 'consumer')
  const producer = await lab.start(producerFile, 'producer')
  return { producer, consumer }
}

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return paymentsOf(lab, howMany).map((payment) => requestedEvent(payment, lab.run.seed))
}

/** Asks the producer to send an event, and notes what came of it. */
export async function send(lab: Lab, producer: Actor, history: History, event: Envelope): Promise<void> {
  const asked = history.invoke({ by: 'caller', what: 'send', message: event.id })
  try {
    await producer.call('send', event)
    asked.ok()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (/^TODO\b/.test(reason))
      throw lab.subject.brokenBy(error, { file: producerFile, doing: text('send()', 'send()') })
    if (producer.state === 'running') asked.fail(reason)
    else asked.unknown(reason)
  }
}

/** Sends everything at once, and kills the broker at the nth publish; it stays away. */
async function killedWhileSending(
  lab: Lab,
  { producer }: Services,
  events: readonly Envelope[],
  nth: number,
) {
  const kill = await lab.place({
    name: 'kill broker',
    text: text('the broker is killed here (SIGKILL)', 'broker bị kill tại đây (SIGKILL)'),
    when: { direction: 'to-broker', method: 'basic.publish', nth },
    what: { kind: 'kill-broker' },
  })
  const history = new History()
  const sending = { isOver: false }
  const all = Promise.all(events.map((event) => send(lab, producer, history, event)))
  const done = all.then(() => {
    sending.isOver = true
  })
  // A TODO is told at once.
  await Promise.race([kill.fired, done])
  await lab.fired(
    kill,
    text(
      `${events.length} payments were to be sent, and fewer than ${nth} were ever published`,
      `có ${events.length} thanh toán cần gửi mà chưa tới ${nth} cái được publish`,
    ),
    { file: producerFile, near: ['.publish(', 'send('] },
  )
  return { history, sending, killed: 1 }
}

/** Services that are not there any more, and their last words. */
async function endedOf(services: Services): Promise<{ file: string; why: string }[]> {
  const ended = [services.producer, services.consumer].filter(({ state }) => state !== 'running')
  return Promise.all(
    ended.map(async (actor) => {
      const { error, code, signal } = await actor.ended
      return { file: `${actor.name}.ts`, why: error?.message ?? `exit code ${code ?? signal}` }
    }),
  )
}

/** Gives something that may never come a while to happen, as long as both services live; answers whether it did. */
async function becomes(
  lab: Lab,
  fact: () => boolean | Promise<boolean>,
  withinMs: number,
  services: Services,
): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    const isOver = lab.run.now() > deadline
    if (isOver || [services.producer, services.consumer].some(({ state }) => state !== 'running'))
      return false
    await sleep(lookAgainMs)
  }
  return true
}

/** The illness of the screening service: while it lasts, whatever is in work stays in work. */
function illnessOf(lab: Lab): { begin(): void; end(): void } {
  const database = databaseOf(lab, 'screening')
  return {
    begin: () => void database.prepare('INSERT INTO illness VALUES (0)').run(),
    end: () => void database.prepare('DELETE FROM illness').run(),
  }
}

export function ledgerOf(lab: Lab): Ledger {
  return new Ledger(databaseOf(lab, 'wallet'), seededSource(lab.run.seed))
}

const opened = new WeakMap<Lab, Map<string, Database>>()

function databaseOf(lab: Lab, name: string): Database {
  const databases = opened.get(lab) ?? new Map<string, Database>()
  opened.set(lab, databases)
  const database = databases.get(name) ?? lab.openDatabase(name)
  databases.set(name, database)
  return database
}

async function withoutQueue(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.deleteQueue(lab.name('payments.work'))
  await channel.close()
}

async function isDeclared(lab: Lab): Promise<boolean> {
  await sleep(inspectEveryMs)
  const { queues, bindings } = await lab.inspect()
  const work = lab.name('payments.work')
  // Both: what is published to an exchange before its queue is bound is gone, and nobody's fault here.
  return queues.some(({ name }) => name === work) && bindings.some(({ destination }) => destination === work)
}

/** Asked for over and over: not more often than the broker has time for. */
async function inQueue(lab: Lab): Promise<number> {
  await sleep(inspectEveryMs)
  return await countIn(lab, 'payments.work')
}

type Frames = Awaited<ReturnType<Lab['frames']>>

/** Events of which the producer has heard that the broker has them. */
function confirmedIn(frames: Frames): Set<string> {
  const found = new Set<string>()
  for (const { method, direction, forwarded, message, messages } of frames) {
    if (method !== 'basic.ack' || direction !== 'to-client' || !forwarded) continue
    for (const id of messages ?? (message === undefined ? [] : [message])) found.add(id)
  }
  return found
}

/** What reached the consumer, copies included. */
function deliveredIn(frames: Frames): string[] {
  return frames.flatMap(({ method, forwarded, message = '' }) =>
    method === 'basic.deliver' && forwarded ? [message] : [],
  )
}

/** Acks whose delivery tag stands for nothing on their connection, or for something that was settled before. */
function strayAcksIn(frames: Frames): number {
  const open = new Set<string>()
  let stray = 0
  for (const { method, direction, connection, channel, fields } of frames) {
    const tag = `${connection} ${channel} ${String(fields.deliveryTag)}`
    if (method === 'basic.deliver') open.add(tag)
    else if (
      /^basic\.(?:ack|nack|reject)$/.test(method) &&
      direction === 'to-broker' &&
      fields.multiple !== true
    ) {
      if (!open.delete(tag)) stray += 1
    }
  }
  return stray
}

/** The id of the event in a message's body; undefined where there is none. */
export function idIn(body: Buffer | undefined): string | undefined {
  try {
    return (JSON.parse(body?.toString('utf8') ?? '') as { id?: string }).id
  } catch {
    return undefined
  }
}

function traceOf(frames: Frames, lane: Lane): TraceStep[] {
  return frames
    .filter(
      ({ method }) =>
        /^basic\.(?:publish|deliver|ack|nack|reject)$/.test(method) || method.endsWith('.close'),
    )
    .map((frame) => traceStep(frame, lane))
}
