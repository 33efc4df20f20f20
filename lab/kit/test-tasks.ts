/** Tasks of a test's own, in a temporary folder: what a check would find in `exercises/`. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Lays out a task's files and answers its folder; it goes when the test is over. */
export function layOutTask(files: Readonly<Record<string, string>>, name = '07-task'): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mq-kit-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
  const folder = join(root, name)
  write(root, 'package.json', '{ "type": "module" }')
  for (const [path, content] of Object.entries(files)) write(folder, path, content)
  return folder
}

function write(folder: string, path: string, content: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
