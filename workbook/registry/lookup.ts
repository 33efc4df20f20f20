/** Finds tasks and items by their exact ids, over the registry or over any other list of tasks. */
import type { Text } from '#lab/verdict'
import { suggest } from '../suggest.ts'
import { tasks as registryTasks } from './registry.ts'

/** What a lookup and a report need of an item. The registry's `Item` is one. */
export interface ItemOutline {
  readonly id: string
  readonly text: Text
  readonly evidence: readonly string[]
}

/** What a lookup and a report need of a task. The registry's `Task` is one, and so is a fixture's. */
export interface TaskOutline {
  readonly id: string
  readonly part: string
  readonly folder: string
  readonly title: Text
  readonly state: 'ready' | 'planned'
  readonly files: readonly string[]
  readonly atTop?: true
  readonly alsoReads?: readonly string[]
  /** Position on the path through the week; without it the order of the list counts. */
  readonly path?: number
  readonly items: readonly ItemOutline[]
}

type ItemOf<AnyTask extends TaskOutline> = AnyTask['items'][number]

/** An item and the task it belongs to. */
export interface FoundItem<AnyTask extends TaskOutline> {
  readonly task: AnyTask
  readonly item: ItemOf<AnyTask>
}

/** What a word names: one task, one item or a whole part; else the ids it may have meant. */
export type Selection<AnyTask extends TaskOutline> =
  | {
      readonly kind: 'task'
      readonly id: string
      readonly tasks: readonly [AnyTask]
      readonly items: readonly ItemOf<AnyTask>[]
    }
  | {
      readonly kind: 'item'
      readonly id: string
      readonly tasks: readonly [AnyTask]
      readonly items: readonly [ItemOf<AnyTask>]
    }
  | {
      readonly kind: 'part'
      readonly id: string
      readonly tasks: readonly AnyTask[]
      readonly items: readonly ItemOf<AnyTask>[]
    }
  | { readonly kind: 'unknown'; readonly word: string; readonly suggestions: readonly string[] }

/** The four questions one asks of a list of tasks. */
export interface Lookup<AnyTask extends TaskOutline> {
  taskById(id: string): AnyTask | undefined
  itemById(id: string): FoundItem<AnyTask> | undefined
  /** The tasks as one goes through the week, doing first. */
  tasksInPathOrder(): readonly AnyTask[]
  /** Takes exact ids only: `mq-03`, `mq-03.4`, `mq`, `final.3`. Nothing is ever chosen by a prefix. */
  selectTarget(word: string): Selection<AnyTask>
}

/** Prepares lookups over one list of tasks. */
export function lookupIn<AnyTask extends TaskOutline>(tasks: readonly AnyTask[]): Lookup<AnyTask> {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const items = new Map<string, FoundItem<AnyTask>>()
  for (const task of tasks) for (const item of task.items) items.set(item.id, { task, item })
  const byPart = Map.groupBy(tasks, (task) => task.part)

  return {
    taskById: (id) => byId.get(id),
    itemById: (id) => items.get(id),
    tasksInPathOrder: () => tasks.toSorted((a, b) => (a.path ?? 0) - (b.path ?? 0)),
    selectTarget(word) {
      // `final` is a part and its only task; the task says more.
      const task = byId.get(word)
      if (task !== undefined) return { kind: 'task', id: word, tasks: [task], items: task.items }
      const found = items.get(word)
      if (found !== undefined) return { kind: 'item', id: word, tasks: [found.task], items: [found.item] }
      const part = byPart.get(word)
      if (part !== undefined) {
        return { kind: 'part', id: word, tasks: part, items: part.flatMap((each) => each.items) }
      }
      const known = { parts: [...byPart.keys()], tasks: [...byId.keys()], items: [...items.keys()] }
      return { kind: 'unknown', word, suggestions: suggestIds(word, known) }
    },
  }
}

/** The lookups over the registry itself. */
export const { taskById, itemById, tasksInPathOrder, selectTarget } = lookupIn(registryTasks)

interface KnownIds {
  readonly parts: readonly string[]
  readonly tasks: readonly string[]
  readonly items: readonly string[]
}

/** No id is longer, and comparing letter by letter with a pasted page would take its time. */
const wordLengthMax = 40

function suggestIds(word: string, known: KnownIds): string[] {
  const typed = word.trim().toLowerCase().slice(0, wordLengthMax)
  const ids = [...known.tasks, ...known.parts, ...known.items]
  const respelled = respell(typed, known.parts).filter((id) => ids.includes(id))
  if (respelled.length > 0) return respelled.slice(0, 3)
  // A word without an item's point means a task or a part: 387 items would drown those.
  return suggest(typed, typed.includes('.') ? known.items : [...known.tasks, ...known.parts])
}

/** Ids that mean the same to a human: `mq1`, `mq-1`, `mq_01`, `mq-03-4`, `final-3`, `fail-03`. */
function respell(typed: string, parts: readonly string[]): string[] {
  const [, name, first, second] = /^([a-z]+)[-_. ]?(\d{1,2})?(?:[-_.:/ ](\d{1,2}))?$/.exec(typed) ?? []
  if (name === undefined) return []
  return parts
    .filter((part) => part === name || (name.length > 2 && part.startsWith(name)))
    .flatMap((part) => {
      if (first === undefined) return [part]
      const task = `${part}-${first.padStart(2, '0')}`
      return second === undefined ? [task, `${part}.${Number(first)}`] : [`${task}.${Number(second)}`, task]
    })
}
