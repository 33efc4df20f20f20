/**
 * A moment of a run, named so that it can be found again in another run: just before or just after the nth message of
 * a kind between two lanes. `before:producer-broker:basic.publish:2`, `after:consumer-database:commit:1`.
 */
import type { FaultMatch, Side } from '../faults/fault.ts'
import { answers } from '../faults/reply.ts'
import type { SeenPoint } from '../kit/lab-faults.ts'
import { type Lane, laneSchema } from '../verdict/verdict.ts'
import type { CrashKind } from './exploration.ts'
import { type LaneTraffic, passagesIn } from './traffic.ts'

export interface Moment {
  readonly side: Side
  readonly from: Lane
  readonly to: Lane
  /** A method as the specification names it, or a point: `basic.publish`, `Produce`, `commit`. */
  readonly what: string
  /** From 1. */
  readonly nth: number
}

/** A message as a run exchanged it. */
export type Exchanged = Omit<Moment, 'side'>

/** The messages of a fault-free run in the order in which they passed. */
export function exchangedIn(lanes: readonly LaneTraffic[], points: readonly SeenPoint[]): Exchanged[] {
  const passed = lanes.flatMap((traffic) =>
    passagesIn(traffic).flatMap(({ atMs, method, direction, forwarded }) => {
      if (!forwarded) return []
      const { lane } = traffic
      const [from, to]: [Lane, Lane] = direction === 'to-broker' ? [lane, 'broker'] : ['broker', lane]
      return [{ atMs, from, to, what: method }]
    }),
  )
  const reached = points.flatMap(({ atMs, lane, name, side }) =>
    side === 'before' ? [{ atMs, from: lane, to: receiverOf(name, lane), what: name }] : [],
  )
  const counts = new Map<string, number>()
  return [...passed, ...reached]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ from, to, what }) => {
      const kind = `${from}-${to}:${what}`
      const nth = (counts.get(kind) ?? 0) + 1
      counts.set(kind, nth)
      return { from, to, what, nth }
    })
}

/** Who is at the other end of a point. */
function receiverOf(point: string, lane: Lane): Lane {
  return point === 'commit' ? 'database' : lane
}

/**
 * The moments around these messages at which this kind of crash makes a difference. Just after a message has reached a
 * subject that dies of it is left out: nobody has seen it handle the message, so it is just before what it does next. Just before
 * an answer is left out where nothing has passed since its question: it is just after that. A broker may yet have something to write then.
 * @param alike methods of which only the first message is crashed
 */
export function momentsAround(exchanged: readonly Exchanged[], crash: CrashKind, alike?: RegExp): Moment[] {
  return exchanged.flatMap((message, at): Moment[] => {
    if (message.nth > 1 && alike?.test(message.what)) return []
    const isSeen = crash !== 'subject' || message.from !== 'broker'
    const isNew = crash === 'broker' || !isAnswer(message, exchanged[at - 1])
    return [
      ...(isNew ? [{ side: 'before', ...message } as const] : []),
      ...(isSeen ? [{ side: 'after', ...message } as const] : []),
    ]
  })
}

/** Whether a message answers this one. A response of Kafka's has the name of its request. */
function isAnswer(message: Exchanged, asked: Exchanged | undefined): boolean {
  if (asked === undefined || message.from !== 'broker' || message.to !== asked.from) return false
  return message.what === asked.what || answers(message.what, asked.what)
}

/** What a fault has to wait for, and in which lane. */
export function matchOf({ side, from, to, what, nth }: Moment): {
  readonly lane: Lane
  readonly when: FaultMatch
} {
  // By its lane: points of one name are counted for each lane, as messages are.
  if (from !== 'broker' && to !== 'broker')
    return { lane: from, when: { point: what, side, nth, fields: { lane: from } } }
  const lane = from === 'broker' ? to : from
  const direction = from === 'broker' ? 'to-client' : 'to-broker'
  return { lane, when: { direction, method: what, nth, ...fetched(what) } }
}

/** A consumer asks all the time; only what brings records is a message of the run. */
function fetched(what: string): { fields?: Readonly<Record<string, unknown>> } {
  return what === 'Fetch' ? { fields: { hasRecords: true } } : {}
}

export function showMoment({ side, from, to, what, nth }: Moment): string {
  return `${side}:${from}-${to}:${what}:${nth}`
}

/** Nothing for a word that names no moment. */
export function readMoment(word: string): Moment | undefined {
  const { side, from, to, what, nth } =
    /^(?<side>before|after):(?<from>[a-z]+)-(?<to>[a-z]+):(?<what>[A-Za-z][A-Za-z.-]*):(?<nth>[1-9]\d{0,5})$/.exec(
      word,
    )?.groups ?? {}
  const ends = [from, to].map((lane) => laneSchema.safeParse(lane).data)
  if (side === undefined || what === undefined || ends[0] === undefined || ends[1] === undefined)
    return undefined
  return { side: side as Side, from: ends[0], to: ends[1], what, nth: Number(nth) }
}
