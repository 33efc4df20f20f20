/**
 * Whose code is judged: the learner's, the reference, or an overlay. An overlay is laid out by copying, since Node
 * follows a symlink to the real file and would judge that one instead.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { subjectPath } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { root, workbookPath } from '../root.ts'

/** A subject that stands below `solutions/`. */
export type Copied = Exclude<Subject, { kind: 'learner' }>

export type Subject =
  | { readonly kind: 'learner' }
  | { readonly kind: 'reference' }
  | { readonly kind: 'starter' }
  | { readonly kind: 'wrong' | 'alternative'; readonly name: string }

/** Folders beside the reference's files that are not the reference. */
const besides: ReadonlySet<string> = new Set(['starter', 'wrong', 'alternatives'])

/** The value of MQ_SUBJECT: the root below which the subject of a task is found. The learner's needs none. */
export function subjectRoot(subject: Subject): string | undefined {
  if (subject.kind === 'learner') return undefined
  if (subject.kind === 'reference') return join(root, 'solutions')
  if (subject.kind === 'starter') return workbookPath('overlays', subject.kind)
  return workbookPath('overlays', `${subject.kind}-${subject.name}`)
}

/** The folder that holds a subject's files of one task, absolute. */
export function subjectFolder(task: Task, subject: Subject): string {
  const base = subjectRoot(subject)
  return base === undefined ? join(root, task.folder) : join(base, subjectPath(task))
}

/** The folder of a task below `solutions/`, absolute. */
export function solutionFolder(task: Task, ...parts: readonly string[]): string {
  return join(root, 'solutions', subjectPath(task), ...parts)
}

/** Lays an overlay out afresh; the other subjects stand where they are. Answers the folder of the task's files. */
export function layOut(task: Task, subject: Subject): string {
  const folder = subjectFolder(task, subject)
  if (subject.kind === 'learner' || subject.kind === 'reference') return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  copyInto(folder, task, subject)
  return folder
}

function copyInto(folder: string, task: Task, subject: Copied): void {
  if (subject.kind === 'starter') {
    cpSync(solutionFolder(task, 'starter'), folder, { recursive: true })
    return
  }
  for (const name of referenceFiles(task)) {
    cpSync(solutionFolder(task, name), join(folder, name), { recursive: true })
  }
  if (subject.kind === 'reference') return
  const differing = solutionFolder(task, subject.kind === 'wrong' ? 'wrong' : 'alternatives', subject.name)
  cpSync(differing, folder, { recursive: true })
}

/** Names in the reference's folder that belong to the reference. */
export function referenceFiles(task: Task): string[] {
  return entries(solutionFolder(task)).filter((name) => !besides.has(name))
}

/** The names of the wrong or right-but-different subjects of a task. */
export function overlayNames(task: Task, kind: 'wrong' | 'alternative'): string[] {
  const folder = solutionFolder(task, kind === 'wrong' ? 'wrong' : 'alternatives')
  return entries(folder).filter((name) => statSync(join(folder, name)).isDirectory())
}

/** The TypeScript files of a task that stand in a subject's folder, absolute. What they import is checked with them. */
export function typeScriptFiles(task: Task, folder: string): string[] {
  return task.files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
