/**
 * What is proven: one file per task below `.workbook/evidence/`, with the latest proof and the latest failure of each
 * item, under which circumstances they were seen and on which state of the learner's files.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  circumstancesSchema,
  figureSchema,
  itemIdSchema,
  type Text,
  textSchema,
  type Verdict,
} from '#lab/verdict'
import type { EvidenceKind } from '../registry/registry.ts'
import { evidenceTexts } from './texts.ts'
import { codeOf, moveAside, readWhole, withLock, writeWhole } from './whole-file.ts'

/** The format of the files. A file of another version can't be read and is set aside. */
const formatVersion = 1

/** Older entries of an item's history are dropped. */
const historyEntriesMax = 20

export const evidenceKindSchema = z.enum([
  'check',
  'document',
  'measure',
  'question',
  'rubric',
  'computed',
  'claim',
]) satisfies z.ZodType<EvidenceKind>

const momentSchema = z.iso.datetime()

/** File, relative to the repository, to the SHA-256 of its bytes. */
export const subjectsSchema = z.record(z.string().min(1), z.string().regex(/^[0-9a-f]{64}$/))
export type Subjects = Readonly<z.infer<typeof subjectsSchema>>

const seenSchema = {
  when: momentSchema,
  circumstances: circumstancesSchema,
  /** The files that were judged, as they were. */
  subjects: subjectsSchema,
  figures: z.array(figureSchema).default([]),
}

/** The promise was kept. */
export const proofSchema = z.strictObject({
  outcome: z.literal('passed'),
  kind: evidenceKindSchema,
  ...seenSchema,
})
export type Proof = z.infer<typeof proofSchema>

/** The promise was broken; `said` tells how, in one sentence. */
export const failureSchema = z.strictObject({
  outcome: z.literal('failed'),
  kind: evidenceKindSchema,
  ...seenSchema,
  said: textSchema.optional(),
})
export type Failure = z.infer<typeof failureSchema>

/** One line of an item's history. */
export const historyEntrySchema = z.strictObject({
  when: momentSchema,
  kind: evidenceKindSchema,
  outcome: z.enum(['passed', 'failed', 'inconclusive']),
  engine: circumstancesSchema.shape.engine,
  seed: circumstancesSchema.shape.seed,
})
export type HistoryEntry = z.infer<typeof historyEntrySchema>

export const itemEvidenceSchema = z.strictObject({
  /** The latest of each kind: an item of two kinds needs both. */
  proofs: z.partialRecord(evidenceKindSchema, proofSchema).default({}),
  failures: z.partialRecord(evidenceKindSchema, failureSchema).default({}),
  /** Oldest first. */
  history: z.array(historyEntrySchema).max(historyEntriesMax).default([]),
})
export type ItemEvidence = z.infer<typeof itemEvidenceSchema>

export const taskEvidenceSchema = z.strictObject({
  version: z.literal(formatVersion),
  task: z.string().regex(/^[a-z]+(?:-\d{2})?$/),
  /** How many runs a broker took part in, by engine. The history forgets; this does not. */
  runs: z.partialRecord(circumstancesSchema.shape.engine, z.number().int().nonnegative()).default({}),
  items: z.record(itemIdSchema, itemEvidenceSchema).default({}),
})
export type TaskEvidence = z.infer<typeof taskEvidenceSchema>

/** All evidence by task, and what had to be said about files that could not be read. */
export interface Evidence {
  readonly tasks: ReadonlyMap<string, TaskEvidence>
  readonly notices: readonly Text[]
}

/** What a run found out about one item. */
export interface ItemResult {
  readonly item: string
  readonly outcome: Verdict['outcome']
  /** The kinds of evidence that this result speaks for. */
  readonly kinds: readonly EvidenceKind[]
  readonly figures?: z.infer<typeof figureSchema>[]
  /** What broke, in one sentence. */
  readonly said?: Text
  /** The files this result rests on, when they are not those of the run: a quiz has its own. */
  readonly subjects?: Subjects
}

/** One judged run of one task. */
export interface Run {
  readonly task: string
  readonly when: Date
  readonly circumstances: z.infer<typeof circumstancesSchema>
  /** The learner's files as they were when the run began; see `hashFiles`. */
  readonly subjects: Subjects
  readonly results: readonly ItemResult[]
}

/** The evidence could not be kept: the checkout is read-only, or the disk is full. Costs exit code 3. */
export class EvidenceNotKept extends Error {
  readonly text: Text

  constructor(cause: unknown) {
    const text = evidenceTexts.notKept(codeOf(cause) ?? String(cause))
    super(text.en, { cause })
    this.text = text
  }
}

/** The result that a verdict amounts to. */
export function resultOf(verdict: Verdict, kinds: readonly EvidenceKind[]): ItemResult {
  const { item, outcome } = verdict
  if (outcome === 'passed') return { item, outcome, kinds, figures: verdict.figures }
  if (outcome === 'failed') return { item, outcome, kinds, said: verdict.breach.said }
  return { item, outcome, kinds, said: verdict.cause }
}

/**
 * Merges a run into the evidence of its task. Answers what had to be said about a file that was set aside.
 * Throws `EvidenceNotKept`.
 */
export function recordRun(root: string, run: Run): Text[] {
  const path = evidencePath(root, run.task)
  const notices: Text[] = []
  try {
    withLock(path, () => {
      const before = readTask(path, run.task, notices) ?? emptyEvidence(run.task)
      const after = taskEvidenceSchema.parse(mergeRun(before, run))
      writeWhole(path, `${JSON.stringify(after, undefined, 2)}\n`)
    })
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    throw new EvidenceNotKept(error)
  }
  return notices
}

/** Reads what is proven. A file that can't be read is set aside and named in `notices`; the others count. */
export function readEvidence(root: string): Evidence {
  const tasks = new Map<string, TaskEvidence>()
  const notices: Text[] = []
  for (const name of listFiles(evidenceFolder(root))) {
    const task = name.slice(0, -'.json'.length)
    const evidence = readTask(evidencePath(root, task), task, notices)
    if (evidence !== undefined) tasks.set(task, evidence)
  }
  return { tasks, notices }
}

/** Puts a run on top of what was known: pure. */
export function mergeRun(before: TaskEvidence, run: Run): TaskEvidence {
  const { engine, servers } = run.circumstances
  const count = (before.runs[engine] ?? 0) + (servers.length > 0 ? 1 : 0)
  const items = { ...before.items }
  for (const result of run.results)
    items[result.item] = mergeResult(items[result.item] ?? emptyItem(), run, result)
  return { ...before, runs: { ...before.runs, [engine]: count }, items }
}

function mergeResult(before: ItemEvidence, run: Run, result: ItemResult): ItemEvidence {
  const when = run.when.toISOString()
  const { engine, seed } = run.circumstances
  const proofs = { ...before.proofs }
  const failures = { ...before.failures }
  const history = [...before.history]
  for (const kind of result.kinds) {
    history.push({ when, kind, outcome: result.outcome, engine, seed })
    const seen = {
      kind,
      when,
      circumstances: run.circumstances,
      subjects: { ...(result.subjects ?? run.subjects) },
      figures: [...(result.figures ?? [])],
    }
    if (result.outcome === 'passed') proofs[kind] = { outcome: 'passed', ...seen }
    else if (result.outcome === 'failed') {
      failures[kind] = {
        outcome: 'failed',
        ...seen,
        ...(result.said === undefined ? {} : { said: result.said }),
      }
    }
  }
  return { proofs, failures, history: history.slice(-historyEntriesMax) }
}

function readTask(path: string, task: string, notices: Text[]): TaskEvidence | undefined {
  let cause: string
  try {
    const bytes = readWhole(path)
    if (bytes === undefined) return undefined
    const parsed = taskEvidenceSchema.safeParse(JSON.parse(bytes.toString('utf8')))
    if (parsed.success && parsed.data.task === task) return parsed.data
    cause = 'format'
  } catch (error) {
    cause = codeOf(error) ?? 'JSON'
  }
  notices.push(evidenceTexts.setAside(task, cause, moveAside(path, new Date())))
  return undefined
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {
    return []
  }
}

function emptyEvidence(task: string): TaskEvidence {
  return { version: formatVersion, task, runs: {}, items: {} }
}

function emptyItem(): ItemEvidence {
  return { proofs: {}, failures: {}, history: [] }
}

/** Where the evidence stands. */
export function evidenceFolder(root: string): string {
  return join(root, '.workbook', 'evidence')
}

function evidencePath(root: string, task: string): string {
  return join(evidenceFolder(root), `${task}.json`)
}
