/** The learner's files as they are now: their hashes, which proofs are held against, and when they last changed. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskOutline } from '../registry/lookup.ts'
import type { Subjects } from './evidence.ts'
import { readWhole } from './whole-file.ts'

/** One of the learner's files. */
export interface FileState {
  readonly sha256: string
  /** ISO date and time. */
  readonly changedAt: string
}

/** File, relative to the repository, to its state. A file that isn't there is absent. */
export type FileStates = ReadonlyMap<string, FileState>

type FilesOf = Pick<TaskOutline, 'folder' | 'files' | 'atTop'>
type Judged = FilesOf & Pick<TaskOutline, 'alsoReads'>

/** Reads the learner's files of some tasks. */
export function readFiles(root: string, tasks: readonly FilesOf[], more: Iterable<string> = []): FileStates {
  const states = new Map<string, FileState>()
  for (const file of new Set([...tasks.flatMap(filesOf), ...more])) {
    const state = readState(join(root, file))
    if (state !== undefined) states.set(file, state)
  }
  return states
}

/** The hashes of the files that a run of a task judges. Take them before it: what is saved meanwhile was not judged. */
export function hashFiles(root: string, task: Judged): Subjects {
  return Object.fromEntries(
    [...readFiles(root, [task], task.alsoReads)].map(([file, { sha256 }]) => [file, sha256]),
  )
}

/** The hashes of some files, given and answered relative to the repository; one that is not there is left out. */
export function hashesOf(root: string, files: readonly string[]): Subjects {
  return Object.fromEntries([...readFiles(root, [], files)].map(([file, { sha256 }]) => [file, sha256]))
}

/** The learner's files of a task, relative to the repository. */
export function filesOf({ folder, files, atTop }: FilesOf): string[] {
  return files.map((file) => (atTop === true ? file : `${folder}/${file}`))
}

function readState(path: string): FileState | undefined {
  try {
    const bytes = readWhole(path)
    if (bytes === undefined) return undefined
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { sha256, changedAt: statSync(path).mtime.toISOString() }
  } catch {
    // A file that can't be read can't be what was judged; the fold calls the proof stale.
    return undefined
  }
}
