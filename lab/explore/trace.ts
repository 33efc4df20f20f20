/** The story of a counter-example as steps between lanes: what the messages concerned went through, and the crash. */
import { isDeepStrictEqual } from 'node:util'
import { formatMoney, fromWire } from '#payments/money'
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import type { SeenRequest } from '../faults/kafka-proxy.ts'
import type { Operation } from '../history/history.ts'
import { idsOf, requestStep } from '../kit/kafka-event.ts'
import type { SeenPoint } from '../kit/lab-faults.ts'
import { amountIn, traceStep } from '../kit/wire-event.ts'
import { shortId, text } from '../verdict/language.ts'
import type { Lane, Text, TraceStep } from '../verdict/verdict.ts'
import type { CrashKind } from './exploration.ts'
import type { Moment } from './moment.ts'
import type { LifeEvent } from './supervisor.ts'
import { isCounted, type LaneTraffic } from './traffic.ts'

export interface Story {
  readonly lanes: readonly LaneTraffic[]
  /** Turns names back into what the learner wrote. */
  readonly shown: (text: string) => string
  readonly points: readonly SeenPoint[]
  readonly crashes: readonly { readonly atMs: number; readonly moment: Moment; readonly crash: CrashKind }[]
  readonly life: readonly LifeEvent[]
  readonly operations: readonly Operation[]
  /** Ids of the messages that the breach is about; none: all are told. */
  readonly messages: readonly string[]
}

/** A step, and the messages that it is about. */
interface Told {
  readonly step: TraceStep
  readonly about: readonly string[]
}

/** Methods that carry or settle messages; the rest is housekeeping. */
const telling = /^basic\.(?:publish|deliver|return|ack|nack|reject|get-ok)$/

export function traceOf(story: Story): TraceStep[] {
  const told = [
    ...story.lanes.flatMap(({ lane, frames }) =>
      frames.filter(({ method }) => telling.test(method)).map((frame) => toldFrame(frame, lane)),
    ),
    ...story.lanes.flatMap(({ lane, requests }) =>
      requests.filter(isToldOf).map((seen) => toldRequest(seen, lane, story.shown)),
    ),
    ...story.points.flatMap((point) =>
      point.side === 'after' ? [{ step: pointStep(point), about: [] }] : [],
    ),
    ...story.operations.flatMap(toldOperation),
  ]
  const wanted = new Set(story.messages)
  const chosen =
    wanted.size === 0
      ? told
      : told.filter(({ about }) => about.length === 0 || about.some((id) => wanted.has(id)))
  const steps = [
    ...chosen.map(({ step }) => step),
    ...story.crashes.map(crashStep),
    ...story.life.flatMap(lifeStep),
  ]
  return counted(steps.sort((a, b) => a.atMs - b.atMs))
}

/** Who tries again and again does so in one line: the story has to fit on a screen. */
function counted(steps: readonly TraceStep[]): TraceStep[] {
  const runs: { readonly step: TraceStep; times: number }[] = []
  for (const step of steps) {
    const last = runs.at(-1)
    if (last !== undefined && isDeepStrictEqual({ ...last.step, atMs: 0 }, { ...step, atMs: 0 }))
      last.times += 1
    else runs.push({ step, times: 1 })
  }
  return runs.map(({ step, times }) => (times === 1 ? step : { ...step, note: repeated(step.note, times) }))
}

function repeated(note: Text | undefined, times: number): Text {
  const [en, vi] = [`${times} times`, `${times} lần`]
  return note === undefined ? text(en, vi) : text(`${note.en}, ${en}`, `${note.vi}, ${vi}`)
}

function toldFrame(frame: SeenFrame, lane: Lane): Told {
  const about = [...(frame.messages ?? []), ...(frame.message === undefined ? [] : [frame.message])]
  return { step: traceStep(frame, lane, frame.forwarded ? amountOf(frame) : undefined), about }
}

/** What a client asks, and what records it gets; that a commit was taken is told by nothing going wrong. */
function isToldOf(seen: SeenRequest): boolean {
  return isCounted(seen) && (seen.direction === 'to-broker' || seen.method === 'Fetch' || !seen.forwarded)
}

function toldRequest(seen: SeenRequest, lane: Lane, shown: (text: string) => string): Told {
  return { step: requestStep(seen, lane, shown), about: idsOf(seen) }
}

/** What the message is worth, where it passes. */
function amountOf({ method, body }: SeenFrame): Text | undefined {
  const amount = /publish|deliver/.test(method) ? amountIn(body) : undefined
  if (amount === undefined) return undefined
  const money = fromWire(amount)
  return text(formatMoney(money, 'en'), formatMoney(money, 'vi'))
}

function pointStep({ atMs, lane, name }: SeenPoint): TraceStep {
  return { atMs, from: lane, to: name === 'commit' ? 'database' : 'lab', what: name }
}

const endings: Partial<Record<Operation['ending'], Text>> = {
  ok: text('reported as done', 'báo là xong'),
  fail: text('reported as failed', 'báo là lỗi'),
  unknown: text('nobody knows: it died before it answered', 'không ai biết: nó chết trước khi trả lời'),
}

/** How an operation ended is told where it was heard of: in the lab, which asked for it. */
function toldOperation({ what, ending, endedMs, message, reason }: Operation): Told[] {
  const said = endings[ending]
  if (said === undefined || endedMs === undefined) return []
  const why = ending === 'fail' && reason !== undefined ? `: ${shortened(reason)}` : ''
  const note = text(`${said.en}${why}`, `${said.vi}${why}`)
  return [
    {
      step: { atMs: endedMs, from: 'lab', what: `${what} ${ending}`, message: shortId(message), note },
      about: [message],
    },
  ]
}

/** An error's own words, up to what a line has room for. */
function shortened(reason: string): string {
  const [line = ''] = reason.split('\n')
  return line.length > reasonMax ? `${line.slice(0, reasonMax - 1)}…` : line
}
const reasonMax = 60

const crashWords: Record<Moment['side'], Text> = {
  before: text('just before this', 'ngay trước khi'),
  after: text('just after this', 'ngay sau khi'),
}

function crashStep({ atMs, moment, crash }: Story['crashes'][number]): TraceStep {
  const { from, to, what, side } = moment
  const method = what.replace(/^basic\./, '')
  const said = crashWords[side]
  return {
    atMs,
    from: crash === 'broker' ? 'broker' : from === 'broker' ? to : from,
    what: crash === 'connection' ? 'cut' : 'killed',
    note: text(`${said.en}: ${method} to the ${to}`, `${said.vi} ${method} tới ${to}`),
  }
}

/** The kill itself is told by the crash. */
function lifeStep({ atMs, lane, what }: LifeEvent): TraceStep[] {
  if (what === 'killed') return []
  return [
    what === 'ended'
      ? { atMs, from: lane, what: 'crashed', note: text('it ended by itself', 'nó tự chết') }
      : { atMs, from: lane, what: 'started', note: text('a new process', 'process mới') },
  ]
}
