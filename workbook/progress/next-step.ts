/** The one next step at the end of a report. */
import type { Text } from '#lab/verdict'
import type { Fold, ItemProgress, TaskProgress } from './fold.ts'
import { reportTexts } from './texts.ts'

export interface NextStep {
  readonly said: Text
  /** What to type; absent when there is nothing to type. */
  readonly command?: string
}

/**
 * What to do next: prove stale items again, then go on with the first task on the path that has something to prove,
 * then tick what only the learner can know, then prove what is only claimed. `among` keeps it within some tasks.
 */
export function nextStep(fold: Fold, among?: ReadonlySet<string>): NextStep {
  const tasks = fold.tasks
    .filter(({ task }) => among?.has(task.id) ?? true)
    .toSorted((a, b) => (a.task.path ?? 0) - (b.task.path ?? 0))
  const ready = tasks.filter(({ task }) => task.state === 'ready')
  return stale(ready) ?? open(ready) ?? rating(ready) ?? claimed(ready) ?? waiting(tasks)
}

function stale(tasks: readonly TaskProgress[]): NextStep | undefined {
  const found = firstItem(tasks, ({ state }) => state === 'stale')
  if (found === undefined) return undefined
  const { task, item } = found
  return {
    said: reportTexts.checkAgain(task.sums.stale),
    command: commandFor(item.proof?.kind, task.task.id, 'check'),
  }
}

function open(tasks: readonly TaskProgress[]): NextStep | undefined {
  const found = firstItem(tasks, ({ state, item }) => state === 'open' && item.evidence.some(isProvable))
  if (found === undefined) return undefined
  const kind = found.item.item.evidence.find(isProvable)
  return { said: found.task.task.title, command: commandFor(kind, found.task.task.id, 'exercise') }
}

function rating(tasks: readonly TaskProgress[]): NextStep | undefined {
  const found = firstItem(tasks, ({ state, item }) => state === 'open' && item.evidence.includes('claim'))
  if (found === undefined) return undefined
  const ids = found.task.items.filter(
    ({ state, item }) => state === 'open' && item.evidence.includes('claim'),
  )
  return { said: reportTexts.tickRating(ids.map(({ item }) => item.id).join(', ')) }
}

function claimed(tasks: readonly TaskProgress[]): NextStep | undefined {
  const isUnproven = ({ state, item }: ItemProgress) => state === 'claimed' && item.evidence.some(isProvable)
  const found = firstItem(tasks, isUnproven)
  if (found === undefined) return undefined
  const kind = found.item.item.evidence.find(isProvable)
  const count = found.task.items.filter(isUnproven).length
  return { said: reportTexts.prove(count), command: commandFor(kind, found.task.task.id, 'check') }
}

function waiting(tasks: readonly TaskProgress[]): NextStep {
  const count = tasks.reduce((sum, { sums }) => sum + sums.open, 0)
  return { said: count === 0 ? reportTexts.allDone : reportTexts.writtenDone(count) }
}

/** Computed items follow by themselves, and a claim is the learner's word. */
function isProvable(kind: string): boolean {
  return kind !== 'computed' && kind !== 'claim'
}

function commandFor(kind: string | undefined, task: string, usual: 'check' | 'exercise'): string {
  const command = { question: 'quiz', measure: 'measure' }[kind ?? ''] ?? usual
  return `npm run ${command} ${task}`
}

function firstItem(
  tasks: readonly TaskProgress[],
  isWanted: (item: ItemProgress) => boolean,
): { task: TaskProgress; item: ItemProgress } | undefined {
  for (const task of tasks) {
    const item = task.items.find(isWanted)
    if (item !== undefined) return { task, item }
  }
  return undefined
}
