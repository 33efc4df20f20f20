/** Notices that progress may have moved: a check in a terminal, a tick in an editor, a save of the learner's file. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Task } from '#workbook/registry'
import { root, workbookPath } from '#workbook/root'
import type { Hub } from '../stream/hub.ts'

/** Asking for the time of two hundred files takes a few milliseconds, works on every drive, and waits for nobody. */
const lookEveryMs = 1000

/** Tells the hub until it is stopped. Looks only while a page is open. */
export function watchProgress(tasks: readonly Task[], hub: Hub): () => void {
  const files = [
    join(root, 'CHECKLIST.md'),
    workbookPath('study.json'),
    ...tasks.flatMap(({ folder, files }) => files.map((file) => join(root, folder, file))),
  ]
  let last = stampOf(files)
  const timer = setInterval(() => {
    if (hub.readers === 0) return
    const now = stampOf(files)
    if (now === last) return
    last = now
    hub.tell({ kind: 'progress' })
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

function stampOf(files: readonly string[]): string {
  return [...files, ...evidenceFiles()].map(timeOf).join()
}

function evidenceFiles(): string[] {
  return ['evidence', 'verdicts'].flatMap((folder) => {
    try {
      return readdirSync(workbookPath(folder)).map((name) => workbookPath(folder, name))
    } catch {
      return []
    }
  })
}

function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
