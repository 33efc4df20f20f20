/** Test files that play the checks of one task on one subject after the other in a worker that they share. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { taskFolder } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { workbookPath } from '../root.ts'
import type { ReportedModule } from './report.ts'
import { type Subject, subjectRoot } from './subject.ts'

/** Several judges may write theirs at the same time. */
const sharedFolder = (): string => workbookPath('shared', String(process.pid))

/** A file that plays the checks of a task on a subject, whichever the worker played before: its path, absolute. */
export function writeSharedChecks(task: Task, testFiles: readonly string[], subject: Subject): string {
  const root = subjectRoot(subject) ?? ''
  const name = 'name' in subject ? `${subject.kind}-${subject.name}` : subject.kind
  const folder = join(sharedFolder(), name)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${task.id}.check.test.js`)
  // Node loads a file once for each address: the query makes it another one.
  const imports = testFiles.map(
    (path) => `await import(${JSON.stringify(`${pathToFileURL(path)}?of=${name}`)})`,
  )
  const environment = { MQ_SUBJECT: root, MQ_TASK: taskFolder(task) }
  writeFileSync(file, `Object.assign(process.env, ${JSON.stringify(environment)})\n${imports.join('\n')}\n`)
  return file
}

/** Whether a file was loaded and each of its tests has come to an end. */
export function isPlayed({ tests, errors }: ReportedModule): boolean {
  return errors.length === 0 && tests.length > 0 && tests.every(({ state }) => state !== 'pending')
}

export function removeSharedChecks(): void {
  rmSync(sharedFolder(), { recursive: true, force: true })
}
