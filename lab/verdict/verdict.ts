/**
 * What a run concludes: one verdict per checklist item, said in domain words and in two languages.
 * The workbook renders it, `verify` compares it, the evidence store keeps it; nobody else decides it.
 */
import { z } from 'zod'

/** One text in both languages. Terms of the field stay English in the Vietnamese one. */
export const textSchema = z.strictObject({ en: z.string().min(1), vi: z.string().min(1) })
export type Text = z.infer<typeof textSchema>
export type Language = keyof Text

/** A checklist item's id, such as `mq-03.4` or `final.7`. */
export const itemIdSchema = z
  .string()
  .regex(/^(?:(?:study|design|mq|failure|consistency|review)-\d{2}|final)\.\d{1,2}$/)

/** A place in a file of the subject: what to open, and where in it. `file` is relative to the repository. */
export const placeSchema = z.strictObject({
  file: z.string().min(1),
  line: z.number().int().positive().optional(),
})
export type Place = z.infer<typeof placeSchema>

/** Who acts in a trace. A lane diagram has one column for each that occurs. */
export const laneSchema = z.enum(['producer', 'broker', 'consumer', 'database', 'lab'])
export type Lane = z.infer<typeof laneSchema>

/** One step of the shortest trace that shows the breach. `to` absent means the step happens inside one lane. */
export const traceStepSchema = z.strictObject({
  atMs: z.number().nonnegative(),
  from: laneSchema,
  to: laneSchema.optional(),
  /** What travels or happens, in wire words: `basic.publish`, `killed`, `commit`. Not translated. */
  what: z.string().min(1),
  /** The short id of the message concerned, such as `…a3f`. */
  message: z.string().optional(),
  /** A remark for the reader. */
  note: textSchema.optional(),
})
export type TraceStep = z.infer<typeof traceStepSchema>

/** A promise that did not hold: what was seen, in one sentence, and how it came to be. */
export const breachSchema = z.strictObject({
  said: textSchema,
  trace: z.array(traceStepSchema).default([]),
  places: z.array(placeSchema).default([]),
  /** Ids of the messages concerned, whole. */
  messages: z.array(z.string()).default([]),
})
export type Breach = z.infer<typeof breachSchema>

/** A measured value with its unit, so that a verdict can say what it rests on. */
export const figureSchema = z.strictObject({
  name: z.string().min(1),
  value: z.number(),
  unit: z.string(),
  said: textSchema.optional(),
})
export type Figure = z.infer<typeof figureSchema>

/** What every verdict has. */
const judged = {
  item: itemIdSchema,
  promise: textSchema,
  /** Time the judgement took. */
  ms: z.number().nonnegative(),
}

/** The subject kept the promise. `figures` say what it survived: a pass that saw nothing is a defect of the check. */
export const passedSchema = z.strictObject({
  outcome: z.literal('passed'),
  ...judged,
  figures: z.array(figureSchema).default([]),
})

/** The subject broke the promise. */
export const failedSchema = z.strictObject({
  outcome: z.literal('failed'),
  ...judged,
  breach: breachSchema,
})

/** The run could not tell. The cause lies in the lab, the engine or the set-up, never in the subject. */
export const inconclusiveSchema = z.strictObject({
  outcome: z.literal('inconclusive'),
  ...judged,
  cause: textSchema,
  /** Engines that could tell, when the cause is a missing capability. */
  enginesThatCan: z.array(z.string()).default([]),
})

export const verdictSchema = z.discriminatedUnion('outcome', [passedSchema, failedSchema, inconclusiveSchema])
export type Verdict = z.infer<typeof verdictSchema>
export type Passed = z.infer<typeof passedSchema>
export type Failed = z.infer<typeof failedSchema>
export type Inconclusive = z.infer<typeof inconclusiveSchema>
export type Outcome = Verdict['outcome']

/** Under which circumstances a run was judged; it stands beside every verdict and every figure. */
export const circumstancesSchema = z.strictObject({
  engine: z.enum(['embedded', 'local', 'docker', 'url']),
  /** Product and version as the server itself says, such as `RabbitMQ 4.2.0`. Empty when no broker took part. */
  servers: z.array(z.string()),
  seed: z.number().int().nonnegative(),
  node: z.string(),
})
export type Circumstances = z.infer<typeof circumstancesSchema>
