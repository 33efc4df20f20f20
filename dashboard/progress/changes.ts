/**
 * Progress as it is now. It moves by a check in a terminal, a tick in an editor, a save of the learner's file; so the files
 * that it is folded from are asked for their times, and only what has changed is read again.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Course, learnersPath } from '#workbook/course'
import type { Fold } from '#workbook/progress/fold'
import { foldNow } from '#workbook/proof'
import { root, workbookPath } from '#workbook/root'
import type { Hub } from '../stream/hub.ts'

/** Asking for the time of two hundred files takes a few milliseconds, works on every drive, and waits for nobody. */
const lookEveryMs = 1000

let known: { readonly stamp: string; readonly course: Course; readonly fold: Fold } | undefined

/** Everything that is known, folded; read again when a file has changed. */
export function currentFold(course: Course): Fold {
  const stamp = stampOf(course)
  if (known?.stamp !== stamp || known.course !== course) known = { stamp, course, fold: foldNow(course) }
  return known.fold
}

/** Tells the hub until it is stopped. Looks only while a page is open. */
export function watchProgress(course: Course, hub: Hub): () => void {
  let last = stampOf(course)
  const timer = setInterval(() => {
    if (hub.readers === 0) return
    const now = stampOf(course)
    if (now === last) return
    last = now
    // Before anybody asks: a fold looks at every file, and asks git.
    currentFold(course)
    hub.tell({ kind: 'progress' })
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

function stampOf({ tasks }: Course): string {
  return [
    join(root, 'CHECKLIST.md'),
    workbookPath('study.json'),
    // A commit changes what is proven, and none of the learner's files.
    join(root, '.git', 'index'),
    join(root, '.git', 'logs', 'HEAD'),
    ...tasks.flatMap((task) => [
      join(root, task.folder, 'questions.ts'),
      ...task.files.map((file) => learnersPath(task, file)),
    ]),
    ...filesIn(workbookPath('evidence')),
    ...filesIn(workbookPath('verdicts')),
    ...filesIn(join(root, 'results')),
  ]
    .map(timeOf)
    .join()
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

/** Two saves within a clock's tick differ in length at least, or in the file that was put in place. */
function timeOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}
