/** A listener under handlers of the lab: each message to its handler, acknowledged when it is done, no more at a time than prefetch says. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { Gate } from '#lab/kit/coming'
import { countsOf } from '#lab/kit/queues'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { openEvent } from '#payments/events'
import {
  acksIn,
  channelErrors,
  deadLetters,
  declare,
  drained,
  endedBy,
  lane,
  leftIn,
  listenerFile,
  paymentEvents,
  publish,
  put,
  traceOf,
  work,
} from './queue.ts'

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

/** How many turns of the event loop whatever acknowledges without waiting has done so in. */
export const turnsUntilTold = 40

/** A failing message may come this often; whoever lets it come more often lets it come for ever. */
export const attemptsMax = 10

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
export async function startedWork(lab: Lab, fact: () => boolean): Promise<void> {
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

export async function turns(howMany: number): Promise<void> {
  for (let each = 0; each < howMany; each += 1) await turn()
}
