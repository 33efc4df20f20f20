/** A course small enough to fold by hand, and what tests need to fill it with evidence. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TaskOutline } from '../registry/lookup.ts'
import type { EvidenceKind } from '../registry/registry.ts'
import { type ItemResult, mergeRun, type Run, type Subjects, type TaskEvidence } from './evidence.ts'
import type { FileStates } from './files.ts'

/** Two written tasks, a planned one, and the two kinds of items that are not proven by themselves. */
export const course: readonly TaskOutline[] = [
  task('mq-01', 'mq', 'ready', ['topology.ts', 'NOTES.md'], [['check'], ['check'], ['document']]),
  task('mq-02', 'mq', 'planned', [], [['check'], ['measure']]),
  task(
    'review-01',
    'review',
    'ready',
    ['REVIEW.md'],
    [['computed'], ['computed'], ['computed'], ['check'], ['claim']],
  ),
  task('review-07', 'review', 'ready', ['REFLECTION.md'], [['document'], ['claim'], ['check', 'document']]),
  task(
    'final',
    'final',
    'ready',
    [],
    [
      ['computed'],
      ['computed'],
      ['computed'],
      ['computed'],
      ['computed'],
      ['computed'],
      ['computed'],
      ['computed'],
    ],
  ),
]

function task(
  id: string,
  part: string,
  state: TaskOutline['state'],
  files: readonly string[],
  items: readonly (readonly EvidenceKind[])[],
): TaskOutline {
  return {
    id,
    part,
    state,
    files,
    folder: `exercises/${part}/${id}`,
    title: { en: `Title of ${id}`, vi: `Tên của ${id}` },
    items: items.map((evidence, index) => ({
      id: `${id}.${index + 1}`,
      text: { en: `Promise ${index + 1} of ${id}`, vi: `Điều ${index + 1} của ${id} được giữ` },
      evidence,
    })),
  }
}

export const circumstances = {
  engine: 'embedded',
  servers: ['RabbitMQ 4.2.0'],
  seed: 7,
  node: 'v24.21.0',
} as const satisfies { engine: string; servers: readonly string[]; seed: number; node: string }

export const topology = 'exercises/mq/mq-01/topology.ts'

/** A hash that tells states of a file apart: `hash(1)`, `hash(2)`. */
export function hash(state: number): string {
  return String(state).repeat(64).slice(0, 64)
}

/** A day in July 2026, at noon wherever the tests run. */
export function july(day: number): Date {
  return new Date(2026, 6, day, 12)
}

/** A run that judged some items. */
export function run(
  task: string,
  results: readonly ItemResult[],
  more: { day?: number; subjects?: Subjects } = {},
): Run {
  const { day = 19, subjects = {} } = more
  return {
    task,
    when: july(day),
    circumstances: { ...circumstances, servers: [...circumstances.servers] },
    subjects,
    results,
  }
}

export function passed(item: string, ...kinds: EvidenceKind[]): ItemResult {
  return { item, outcome: 'passed', kinds }
}

export function failed(item: string, ...kinds: EvidenceKind[]): ItemResult {
  return { item, outcome: 'failed', kinds, said: { en: 'It was lost.', vi: 'Nó bị mất.' } }
}

/** Evidence as these runs leave it. */
export function evidenceOf(...runs: readonly Run[]): { readonly tasks: ReadonlyMap<string, TaskEvidence> } {
  const tasks = new Map<string, TaskEvidence>()
  for (const each of runs) {
    const before = tasks.get(each.task) ?? { version: 1, task: each.task, runs: {}, items: {} }
    tasks.set(each.task, mergeRun(before, each))
  }
  return { tasks }
}

/** Files by their paths, in some state since some day. */
export function filesOf(files: Readonly<Record<string, readonly [state: number, day: number]>>): FileStates {
  const entries = Object.entries(files)
  return new Map(
    entries.map(([file, [state, day]]) => [
      file,
      { sha256: hash(state), changedAt: july(day).toISOString() },
    ]),
  )
}

/** Runs a test in an empty folder. */
export function inFolder<Result>(use: (root: string) => Result): Result {
  const root = mkdtempSync(join(tmpdir(), 'mq-progress-'))
  const remove = () => rmSync(root, { recursive: true, force: true })
  let isPending = false
  try {
    const result = use(root)
    if (result instanceof Promise) {
      isPending = true
      return result.finally(remove) as Result
    }
    return result
  } finally {
    if (!isPending) remove()
  }
}
