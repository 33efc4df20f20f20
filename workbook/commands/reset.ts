/** `npm run reset <id>`: the untouched starter again. The learner's version is kept, so nothing needs confirming. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Context } from '../command.ts'
import { findTask, learnersFile, learnersPath, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { freeName } from '../progress/whole-file.ts'
import type { Task } from '../registry/registry.ts'
import { shownPath, workbookPath } from '../root.ts'
import { solutionFolder } from '../runner/subject.ts'
import { stamp } from '../state/json-file.ts'
import { print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { resetTexts } from '../texts/reset.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const task = findTask(await loadCourse(), options.target ?? '')
  const next = (step: string) => print(inLanguage(cliTexts.next(step), lang))
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang))
    next('npm run list')
    return exitCodes.usage
  }
  const starter = solutionFolder(task, 'starter')
  const files = starterFiles(starter)
  if (files.length === 0) {
    printError(inLanguage(resetTexts.noStarter(shownPath(starter)), lang))
    return exitCodes.setUp
  }
  const changed = files.filter((file) => !isSame(join(starter, file), learnersPath(task, file)))
  if (changed.length === 0) {
    print(inLanguage(resetTexts.fresh(task.id), lang))
    next(`npm run exercise ${task.id}`)
    return exitCodes.done
  }
  try {
    const kept = keep(task, changed, new Date())
    for (const file of changed) replace(join(starter, file), learnersPath(task, file))
    print(inLanguage(resetTexts.done(changed.map((file) => learnersFile(task, file))), lang))
    if (kept !== undefined) print(inLanguage(resetTexts.kept(kept, task.folder), lang))
  } catch (error) {
    printError(inLanguage(resetTexts.notWritable(task.folder, (error as Error).message), lang))
    return exitCodes.setUp
  }
  next(`npm run exercise ${task.id}`)
  return exitCodes.done
}

function starterFiles(starter: string): string[] {
  if (!existsSync(starter)) return []
  return readdirSync(starter, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(starter.length + 1))
    .sort()
}

/** Copies what is about to be replaced; it appears under its name only once it is whole. */
function keep(task: Task, files: readonly string[], now: Date): string | undefined {
  const present = files.filter((file) => existsSync(learnersPath(task, file)))
  if (present.length === 0) return undefined
  const kept = freeName(workbookPath('kept', task.id, stamp(now)))
  const beside = `${kept}.tmp`
  rmSync(beside, { recursive: true, force: true })
  for (const file of present) cpSync(learnersPath(task, file), join(beside, file))
  renameSync(beside, kept)
  return shownPath(kept)
}

function replace(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  const beside = `${to}.${process.pid}.tmp`
  cpSync(from, beside)
  renameSync(beside, to)
}

function isSame(a: string, b: string): boolean {
  return existsSync(b) && readFileSync(a).equals(readFileSync(b))
}
