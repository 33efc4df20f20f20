/**
 * What a run says while it goes on, and what it can be told: one JSON object a line, both ways.
 * `exercise live`, `check` and `explore` speak it; the workbook renders it, the dashboard streams it.
 */
import { z } from 'zod'
import { pictureSchema } from './picture.ts'
import {
  circumstancesSchema,
  figureSchema,
  itemIdSchema,
  laneSchema,
  textSchema,
  traceStepSchema,
  verdictSchema,
} from './verdict.ts'

/** Milliseconds since the run began, on a monotonic clock. */
const at = { atMs: z.number().nonnegative() }

export const runEventSchema = z.discriminatedUnion('kind', [
  /** The run begins. `subject` is the folder whose code is judged, relative to the repository. */
  z.strictObject({
    kind: z.literal('run'),
    ...at,
    task: z.string(),
    subject: z.string(),
    circumstances: circumstancesSchema,
  }),
  /** Narration: the scenario tells what it is about to do, or what to look at. */
  z.strictObject({ kind: z.literal('say'), ...at, text: textSchema }),
  /** One frame or request seen by the proxy, with the fields a reader needs. */
  z.strictObject({
    kind: z.literal('wire'),
    ...at,
    protocol: z.enum(['amqp', 'kafka']),
    from: laneSchema,
    to: laneSchema,
    /** The connection's number in this run, from 1. */
    connection: z.number().int().positive(),
    channel: z.number().int().nonnegative().optional(),
    /** The method as the specification names it: `basic.publish`, `Produce`. */
    method: z.string(),
    /** Wire names and values; bodies are left out, ids and sizes stay. */
    fields: z.record(z.string(), z.unknown()),
    /** The whole id of the message concerned, if the frame carries or refers to one. */
    message: z.string().optional(),
    /** One remark on what this frame means here. */
    note: textSchema.optional(),
  }),
  /** A connection to RabbitMQ or to a node of Kafka comes or goes. Its frames name it by the same number. */
  z.strictObject({
    kind: z.literal('connection'),
    ...at,
    lane: laneSchema,
    connection: z.number().int().positive(),
    /** `closed`: one of the sides ended it; `cut`: the lab tore it. */
    state: z.enum(['opened', 'closed', 'cut']),
  }),
  /** A point that is announced rather than seen on the wire: a commit, a call at the card gateway. */
  z.strictObject({
    kind: z.literal('point'),
    ...at,
    lane: laneSchema,
    /** `commit`, `card-gateway`, … */
    point: z.string(),
    side: z.enum(['before', 'after']),
    fields: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    kind: z.literal('fault'),
    ...at,
    state: z.enum(['placed', 'fired', 'impossible']),
    fault: z.string(),
    text: textSchema,
  }),
  z.strictObject({
    kind: z.literal('broker'),
    ...at,
    server: z.string(),
    state: z.enum(['ready', 'stopped', 'killed', 'frozen', 'resumed']),
    /** For `ready`: how long the start took. */
    tookMs: z.number().nonnegative().optional(),
  }),
  z.strictObject({
    kind: z.literal('subject'),
    ...at,
    name: z.string(),
    lane: laneSchema,
    state: z.enum(['started', 'exited', 'killed', 'frozen', 'resumed']),
    pid: z.number().int().optional(),
  }),
  /** A picture of the broker at a moment. Told only where `MQ_PICTURES` asks for it. */
  z.strictObject({ kind: z.literal('snapshot'), ...at, server: z.string(), snapshot: pictureSchema }),
  z.strictObject({
    kind: z.literal('promise'),
    ...at,
    item: itemIdSchema,
    text: textSchema,
    state: z.enum(['waiting', 'held', 'broken']),
  }),
  z.strictObject({ kind: z.literal('figure'), ...at, figure: figureSchema }),
  /** What an experiment of a lesson came to: the option of its question that turned out true, or none of them. */
  z.strictObject({
    kind: z.literal('outcome'),
    ...at,
    experiment: z.string(),
    option: z.string().optional(),
    text: textSchema,
  }),
  /** One schedule of an exploration: first that it is planned, in the order of the run, then how it ended. */
  z.strictObject({
    kind: z.literal('schedule'),
    ...at,
    /** Its place in the plan, from 0. */
    index: z.number().int().nonnegative(),
    of: z.number().int().positive(),
    /** The moments of its crashes, as `at=` takes them. */
    moments: z.string(),
    state: z.enum(['planned', 'held', 'broken', 'unreached', 'inconclusive']),
    /** What happened in it, for a drawing in lanes; left out while it is planned. */
    trace: z.array(traceStepSchema).optional(),
  }),
  /** What an exploration came to: how many schedules were played, and how each of them ended. */
  z.strictObject({
    kind: z.literal('explored'),
    ...at,
    crash: z.enum(['subject', 'broker', 'connection']),
    /** The kinds of crash that the promise covers. */
    covered: z.array(z.enum(['subject', 'broker', 'connection'])),
    /** How many messages the scenario sent. */
    messages: z.number().int().positive(),
    /** How many moments the fault-free run offers for a single crash of this kind. */
    moments: z.number().int().nonnegative(),
    schedules: z.number().int().nonnegative(),
    held: z.number().int().nonnegative(),
    broken: z.number().int().nonnegative(),
    unreached: z.number().int().nonnegative(),
    inconclusive: z.number().int().nonnegative(),
    /** How long the schedules took, the fault-free run and the shrinking apart. */
    ms: z.number().nonnegative(),
    /** The words that play the counter-example again: `crash=subject messages=1 at=before:…`. */
    replay: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('verdict'), ...at, verdict: verdictSchema }),
  /** The run is over. After this nothing follows. */
  z.strictObject({
    kind: z.literal('end'),
    ...at,
    outcome: z.enum(['passed', 'failed', 'inconclusive', 'played', 'stopped']),
  }),
])
export type RunEvent = z.infer<typeof runEventSchema>
export type RunEventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>

export const runCommandSchema = z.discriminatedUnion('command', [
  /** Hold every frame at the proxy until `resume` or `step`. */
  z.strictObject({ command: z.literal('pause') }),
  z.strictObject({ command: z.literal('resume') }),
  /** Let exactly one frame through while paused. */
  z.strictObject({ command: z.literal('step') }),
  /** Fire a fault by name now. `hold` keeps every frame back as `pause` does, until `release`. */
  z.strictObject({
    command: z.literal('fault'),
    fault: z.enum(['cut', 'hold', 'release', 'kill-broker', 'restart-broker', 'kill-subject']),
  }),
  /** Do this to one process of the run; `subject` events tell its pid. Freezing is SIGSTOP, which Windows lacks. */
  z.strictObject({
    command: z.literal('subject'),
    pid: z.number().int().positive(),
    action: z.enum(['kill', 'freeze', 'thaw']),
  }),
  /** Tear one connection, by its number. Both sides live on. */
  z.strictObject({ command: z.literal('cut'), connection: z.number().int().positive() }),
  /** Move the engine's virtual clock. */
  z.strictObject({ command: z.literal('elapse'), ms: z.number().int().positive() }),
  /** End the run as soon as it can end cleanly. */
  z.strictObject({ command: z.literal('stop') }),
])
export type RunCommand = z.infer<typeof runCommandSchema>
