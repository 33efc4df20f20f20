/** The learner's files beside the reference, and other right answers: as data, for a terminal or a page to show. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { learnersFile, learnersPath } from './course.ts'
import { diffHunks, type Hunk } from './diff.ts'
import { firstComment } from './lesson.ts'
import type { Task } from './registry/registry.ts'
import { shownPath } from './root.ts'
import { overlayNames, solutionFolder } from './runner/subject.ts'

/** One of the learner's files beside another version of it. */
export interface Comparison {
  readonly file: string
  /** Both relative to the repository. */
  readonly yours: string
  readonly theirs: string
  /** None when both are alike; `undefined` when the other version has no such file. */
  readonly hunks: readonly Hunk[] | undefined
}

/** A right answer that differs from the reference. */
export interface Alternative {
  readonly name: string
  /** Relative to the repository: its first file, or its folder. */
  readonly path: string
  /** What it does differently, in its own words. */
  readonly way: string
}

/** Each file of the task, as the learner has it and as the reference has it. A file that is gone counts as empty. */
export function compareWithReference(task: Task): Comparison[] {
  return task.files.map((file) => compare(task, file, solutionFolder(task, file)))
}

/** Only the files that the alternative has of its own. */
export function compareWithAlternative(task: Task, name: string): Comparison[] {
  return task.files
    .map((file) => [file, solutionFolder(task, 'alternatives', name, file)] as const)
    .filter(([, path]) => existsSync(path))
    .map(([file, path]) => compare(task, file, path))
}

export function alternativesOf(task: Task): Alternative[] {
  return overlayNames(task, 'alternative').map((name) => {
    const folder = solutionFolder(task, 'alternatives', name)
    const file = task.files.find((candidate) => existsSync(join(folder, candidate)))
    if (file === undefined) return { name, path: shownPath(folder), way: '' }
    const path = join(folder, file)
    return { name, path: shownPath(path), way: firstComment(readFileSync(path, 'utf8')) }
  })
}

function compare(task: Task, file: string, theirs: string): Comparison {
  const yours = learnersPath(task, file)
  const paths = { file, yours: learnersFile(task, file), theirs: shownPath(theirs) }
  if (!existsSync(theirs)) return { ...paths, hunks: undefined }
  const before = existsSync(yours) ? readFileSync(yours, 'utf8') : ''
  return { ...paths, hunks: diffHunks(before, readFileSync(theirs, 'utf8')) }
}
