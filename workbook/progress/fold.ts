/** Folds evidence, the learner's files and the learner's ticks into one state per item. Pure: the same in, the same out. */
import type { Text } from '#lab/verdict'
import type { ItemOutline, TaskOutline } from '../registry/lookup.ts'
import { type Evidence, evidenceKindSchema, type Failure, type ItemEvidence, type Proof } from './evidence.ts'
import type { FileStates } from './files.ts'

/**
 * Where an item stands.
 * - `verified`: proven, on the files as they are now
 * - `claimed`: the learner's word alone
 * - `stale`: was proven, on files that have changed since
 * - `open`: none of these
 */
export type ItemState = 'verified' | 'claimed' | 'stale' | 'open'

export const itemStates = ['verified', 'claimed', 'stale', 'open'] as const satisfies readonly ItemState[]

/** A file that changed after the proof; `when` is absent when it is gone. */
export interface ChangedFile {
  readonly file: string
  readonly when?: string
}

export interface ItemProgress {
  readonly item: ItemOutline
  readonly task: string
  readonly state: ItemState
  /** Ticked by the learner's hand, whatever the state. */
  readonly isTicked: boolean
  /** The proof the state rests on: of a verified item, of a stale one, and of a rating that was recorded. */
  readonly proof?: Proof
  /** The failure that keeps an item open. */
  readonly failure?: Failure
  /** Why a stale item is stale. */
  readonly changed?: ChangedFile
  /** Of a computed item: how many of its inputs count, and when the last of them was proven. */
  readonly inputs?: Inputs
  /** What was looked up for it. */
  readonly lookedUp?: LookedUp
}

export interface Inputs {
  readonly done: number
  readonly of: number
  readonly when?: string
  /** Ids of those that do not count yet, in the order of the checklist. */
  readonly missing: readonly string[]
}

/** A fact that the workbook looks up beside the evidence, such as what git says. */
export interface LookedUp {
  readonly isSo: boolean
  /** What was seen, or what is missing. */
  readonly said: Text
  /** The command to go on with, when it is not so. */
  readonly command?: string
}

export type Sums = Readonly<Record<ItemState | 'total', number>>

export interface TaskProgress {
  readonly task: TaskOutline
  readonly items: readonly ItemProgress[]
  readonly sums: Sums
}

export interface PartProgress {
  readonly part: string
  readonly tasks: readonly TaskProgress[]
  readonly sums: Sums
}

type Engine = Proof['circumstances']['engine']

/** The whole week, folded. */
export interface Fold {
  readonly tasks: readonly TaskProgress[]
  readonly parts: readonly PartProgress[]
  readonly sums: Sums
  readonly items: ReadonlyMap<string, ItemProgress>
  /** Judged runs by engine. */
  readonly runs: Readonly<Record<Engine, number>>
}

export interface FoldInput {
  readonly tasks: readonly TaskOutline[]
  readonly evidence: Pick<Evidence, 'tasks'>
  readonly files: FileStates
  /** Ids of the items ticked by hand. */
  readonly ticks: ReadonlySet<string>
  /** By item: what was looked up for it. A computed item needs it beside its inputs. */
  readonly lookedUp?: ReadonlyMap<string, LookedUp> | undefined
}

/** All items of a part or of a task, or some. */
export type ComputedFrom =
  | { readonly part: string }
  | { readonly task: string }
  | { readonly items: readonly string[] }

/**
 * What a computed item is folded from. One that is missing here rests on what is looked up for it alone; one that has neither
 * stays open.
 */
export const computedFrom: Readonly<Record<string, ComputedFrom>> = {
  'review-01.1': { part: 'study' },
  'review-01.2': { part: 'design' },
  'review-01.3': { part: 'mq' },
  'review-01.4': { part: 'failure' },
  'review-01.5': { part: 'consistency' },
  'review-03.1': { part: 'mq' },
  'review-03.2': { items: ['mq-02.3', 'mq-03.5', 'mq-07.5'] },
  'review-03.3': { items: ['failure-07.1', 'failure-07.2', 'failure-07.3', 'failure-07.4'] },
  'review-03.4': { items: ['mq-03.8', 'mq-07.9', 'failure-02.3', 'failure-02.4'] },
  'review-03.5': { items: ['mq-03.2', 'mq-03.4', 'mq-07.3', 'mq-07.4', 'failure-03.4'] },
  'review-03.6': {
    items: ['mq-10.1', 'mq-10.2', 'mq-10.3', 'mq-10.4', 'mq-10.5', 'mq-10.6', 'mq-10.7', 'mq-10.8'],
  },
  'review-04.1': { part: 'failure' },
  'review-04.2': {
    items: [
      'failure-01.4',
      'failure-02.4',
      'failure-03.4',
      'failure-04.3',
      'failure-05.3',
      'failure-06.3',
      'failure-08.3',
    ],
  },
  'final.1': { part: 'study' },
  'final.2': { part: 'design' },
  'final.3': { part: 'mq' },
  'final.4': { part: 'failure' },
  'final.5': { part: 'consistency' },
  'final.6': { part: 'review' },
  'final.7': { task: 'review-07' },
  'final.9': { items: ['design-01.1', 'design-01.2', 'design-01.3', 'design-01.4', 'design-01.5'] },
  'final.11': {
    items: [
      ...['final.1', 'final.2', 'final.3', 'final.4', 'final.5'],
      ...['final.6', 'final.7', 'final.8', 'final.9', 'final.10', 'review-07.4'],
    ],
  },
}

/** Folds everything that is known into the state of every item, and sums. */
export function foldProgress(input: FoldInput): Fold {
  const items = foldItems(input)
  const tasks = input.tasks.map((task): TaskProgress => {
    const own = task.items.flatMap(({ id }) => items.get(id) ?? [])
    return { task, items: own, sums: sumUp(own) }
  })
  const parts = [...Map.groupBy(tasks, ({ task }) => task.part)].map(([part, own]): PartProgress => {
    return { part, tasks: own, sums: sumUp(own.flatMap((each) => each.items)) }
  })
  return { tasks, parts, sums: sumUp([...items.values()]), items, runs: countRuns(input) }
}

/** Whether a computed item may rest on this one. A claim can't get more than claimed, so that is enough for it. */
export function counts({ item, state }: ItemProgress): boolean {
  return state === 'verified' || (state === 'claimed' && item.evidence.includes('claim'))
}

/** Each item is folded once; a computed one asks for its inputs first. The order is that of the checklist. */
function foldItems(input: FoldInput): Map<string, ItemProgress> {
  const all = input.tasks.flatMap((task) => task.items.map((item) => ({ task, item })))
  const memo = new Map<string, ItemProgress>()
  const resolve = ({ task, item }: { task: TaskOutline; item: ItemOutline }): ItemProgress => {
    const known = memo.get(item.id)
    if (known !== undefined) return known
    // Stands in while its inputs are folded, so that a circle in the table ends as "open" and not as an endless loop.
    memo.set(item.id, { item, task: task.id, state: 'open', isTicked: input.ticks.has(item.id) })
    const inputs = item.evidence.includes('computed')
      ? all.filter((each) => isInput(each, item.id)).map(resolve)
      : []
    const folded = foldItem({ task, item, inputs, input })
    memo.set(item.id, folded)
    return folded
  }
  return new Map(all.map((each) => [each.item.id, resolve(each)]))
}

function isInput({ task, item }: { task: TaskOutline; item: ItemOutline }, computed: string): boolean {
  const from = computedFrom[computed]
  if (from === undefined) return false
  if ('items' in from) return from.items.includes(item.id)
  return 'part' in from ? task.part === from.part : task.id === from.task
}

interface Foldable {
  readonly task: TaskOutline
  readonly item: ItemOutline
  readonly inputs: readonly ItemProgress[]
  readonly input: FoldInput
}

/** What one kind of evidence says about an item. */
interface Finding {
  readonly state: 'verified' | 'stale' | 'open'
  readonly proof?: Proof
  readonly failure?: Failure
  readonly changed?: ChangedFile
  readonly inputs?: Inputs
}

function foldItem({ task, item, inputs, input }: Foldable): ItemProgress {
  const isTicked = input.ticks.has(item.id)
  const base = { item, task: task.id, isTicked }
  const evidence = input.evidence.tasks.get(task.id)?.items[item.id]
  const kinds = item.evidence.filter((kind) => kind !== 'claim')
  if (kinds.length === 0) {
    const rating = evidence?.proofs.claim
    if (rating !== undefined) return { ...base, state: 'claimed', proof: rating }
    return { ...base, state: isTicked ? 'claimed' : 'open' }
  }
  const lookedUp = input.lookedUp?.get(item.id)
  const findings = kinds.map((kind) =>
    kind === 'computed' ? findInputs(inputs, lookedUp) : findEvidence(kind, evidence, input.files),
  )
  const { state, ...why } = weakest(findings)
  // What is computed is told whichever kind is the weakest: a reader wants to know all that is missing.
  const computed = findings.find((finding) => finding.inputs !== undefined)?.inputs
  return {
    ...base,
    // A tick never makes more of an item than a claim, and never hides that a proof has become stale.
    state: state === 'open' && isTicked ? 'claimed' : state,
    ...why,
    ...(computed === undefined ? {} : { inputs: computed }),
    ...(lookedUp === undefined ? {} : { lookedUp }),
  }
}

/** An item of several kinds needs all of them; of equals the later proof is shown. */
function weakest(findings: readonly Finding[]): Finding {
  const rank = { open: 0, stale: 1, verified: 2 } as const
  const [first = { state: 'open' as const }] = findings.toSorted(
    (a, b) => rank[a.state] - rank[b.state] || laterFirst(a.proof?.when, b.proof?.when),
  )
  return first
}

function findInputs(inputs: readonly ItemProgress[], lookedUp: LookedUp | undefined): Finding {
  const done = inputs.filter(counts)
  const when = done
    .flatMap(({ proof, inputs: own }) => proof?.when ?? own?.when ?? [])
    .sort()
    .at(-1)
  const missing = inputs.filter((input) => !done.includes(input)).map(({ item }) => item.id)
  // Nothing to fold from proves nothing.
  const isFolded = inputs.length > 0 || lookedUp !== undefined
  const isSo = isFolded && missing.length === 0 && lookedUp?.isSo !== false
  return {
    state: isSo ? 'verified' : 'open',
    inputs: { done: done.length, of: inputs.length, missing, ...(when === undefined ? {} : { when }) },
  }
}

function findEvidence(kind: string, evidence: ItemEvidence | undefined, files: FileStates): Finding {
  const known = evidenceKindSchema.safeParse(kind).data
  if (known === undefined || evidence === undefined) return { state: 'open' }
  const proof = evidence.proofs[known]
  const failure = evidence.failures[known]
  if (proof === undefined) return { state: 'open', ...(failure === undefined ? {} : { failure }) }

  const changed = changedFile(proof, files)
  const hasFailedSince = failure !== undefined && failure.when > proof.when
  if (changed === undefined) {
    // Undoing an edit brings the proof back; failing again on the very files that had passed does away with it.
    const isRefuted = hasFailedSince && changedFile(failure, files) === undefined
    return isRefuted ? { state: 'open', failure } : { state: 'verified', proof }
  }
  return hasFailedSince ? { state: 'open', failure } : { state: 'stale', proof, changed }
}

/** The judged file that changed last, or `undefined` when all are as they were. */
function changedFile({ subjects }: Pick<Proof, 'subjects'>, files: FileStates): ChangedFile | undefined {
  const changed = Object.entries(subjects).flatMap(([file, sha256]): ChangedFile[] => {
    const now = files.get(file)
    if (now === undefined) return [{ file }]
    return now.sha256 === sha256 ? [] : [{ file, when: now.changedAt }]
  })
  return changed.toSorted((a, b) => laterFirst(a.when, b.when)).at(0)
}

function sumUp(items: readonly ItemProgress[]): Sums {
  const sums = { verified: 0, claimed: 0, stale: 0, open: 0, total: items.length }
  for (const { state } of items) sums[state]++
  return sums
}

function countRuns({ tasks, evidence }: FoldInput): Record<Engine, number> {
  const runs = { embedded: 0, local: 0, docker: 0, url: 0 }
  for (const { id } of tasks) {
    const own = evidence.tasks.get(id)?.runs ?? {}
    for (const engine of Object.keys(runs) as Engine[]) runs[engine] += own[engine] ?? 0
  }
  return runs
}

/** Of instants as ISO 8601 writes them. Not by `localeCompare`, whose first call in a process loads a collation: 12 ms. */
function laterFirst(one = '', other = ''): number {
  if (one === other) return 0
  return one < other ? 1 : -1
}
