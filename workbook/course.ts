/**
 * The tasks as the commands see them. They come from the registry; `MQ_COURSE` names another module with the same
 * exports, so that tests can run the commands over a tiny course.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from './options.ts'
import { lookupIn } from './registry/lookup.ts'
import type { Item, Part, Task } from './registry/registry.ts'
import { root } from './root.ts'
import { optionTexts } from './texts/options.ts'

export interface Course {
  readonly parts: readonly Part[]
  /** In the order of the brief. */
  readonly tasks: readonly Task[]
  /** In the order of the path through the week. */
  readonly path: readonly Task[]
}

/** What was asked for: one task, one of its items, or all tasks of a part. */
export type Target =
  | { readonly kind: 'task'; readonly id: string; readonly tasks: readonly [Task] }
  | { readonly kind: 'item'; readonly id: string; readonly tasks: readonly [Task]; readonly item: Item }
  | { readonly kind: 'part'; readonly id: string; readonly tasks: readonly Task[] }

let loaded: Promise<Course> | undefined

/** Loads the registry, once. */
export function loadCourse(): Promise<Course> {
  loaded ??= importCourse()
  return loaded
}

async function importCourse(): Promise<Course> {
  const other = process.env.MQ_COURSE
  const { parts, tasks } = (await import(
    other === undefined ? './registry/registry.ts' : pathToFileURL(other).href
  )) as Course
  return { parts, tasks, path: lookupIn(tasks).tasksInPathOrder() }
}

/** Finds exactly what was named. Throws a UsageError with the nearest names on a miss. */
export function findTarget(course: Course, word: string): Target {
  const found = lookupIn(course.tasks).selectTarget(word)
  if (found.kind === 'unknown') throw new UsageError(optionTexts.unknownTarget(word, found.suggestions))
  if (found.kind !== 'item') return found
  return { ...found, item: found.items[0] }
}

/** Finds one task; an item stands for its task. */
export function findTask(course: Course, id: string): Task {
  const target = findTarget(course, id)
  if (target.kind !== 'part') return target.tasks[0]
  throw new UsageError(optionTexts.needsTask(id))
}

/** The main file of a task as the learner sees it. */
export function mainFile(task: Task): string {
  const [first] = task.files
  return first === undefined ? `${task.folder}/README.md` : learnersFile(task, first)
}

/** One of the learner's files, relative to the repository. */
export function learnersFile({ folder, atTop }: Pick<Task, 'folder' | 'atTop'>, file: string): string {
  return atTop === true ? file : `${folder}/${file}`
}

/** The same, absolute. */
export function learnersPath(task: Pick<Task, 'folder' | 'atTop'>, file: string): string {
  return join(root, learnersFile(task, file))
}

/** The path below `solutions/`, or below any other subject root. */
export function subjectPath(task: Task): string {
  return task.folder.replace(/^exercises\//, '')
}

/** The folder that holds a task's check tests and its test files, absolute. */
export function taskFolder(task: Task): string {
  return join(root, task.folder)
}

/** Whether the learner's files are there; a folder that was deleted is a set-up problem. */
export function hasFiles(task: Task): boolean {
  return task.files.every((file) => existsSync(learnersPath(task, file)))
}
