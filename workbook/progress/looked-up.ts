/** Facts that no evidence holds: what git says about the learner's files, which results are kept, and what was refactored. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults } from '#lab/measure/results'
import { refactoredFilesIn } from '#lab/study/refactoring'
import type { TaskOutline } from '../registry/lookup.ts'
import { filesOf } from './files.ts'
import type { LookedUp } from './fold.ts'
import { bareCode, readPassed } from './passed.ts'
import { lookedUpTexts as say } from './texts.ts'

/** What git knows about some paths; nothing where there is no git, or no repository. */
export interface Git {
  /** Of these, the files that are not committed as they are. */
  leftOver(paths: readonly string[]): readonly string[] | undefined
}

/** Looks up what computed items need beside their inputs. A course without such items needs nothing. */
export function lookUp(
  root: string,
  tasks: readonly TaskOutline[],
  git: Git = gitIn(root),
): Map<string, LookedUp> {
  const items = new Set(tasks.flatMap((task) => task.items.map(({ id }) => id)))
  const found = new Map<string, LookedUp>()
  const ready = tasks.filter(({ state }) => state === 'ready')
  const facts: Readonly<Record<string, () => LookedUp>> = {
    'review-03.8': () => refactored(root, ready),
    'final.8': () => committed(root, ready, git),
    'final.9': () => schemasSaved(root, ready, git),
    'final.10': () => resultsSaved(root, ready, git),
  }
  for (const [id, fact] of Object.entries(facts)) if (items.has(id)) found.set(id, fact())
  return found
}

/** A file that the code review names was other code when its task passed, and its task has passed again since. */
function refactored(root: string, tasks: readonly TaskOutline[]): LookedUp {
  const review = tasks.find(({ items }) => items.some(({ id }) => id === 'review-03.8'))
  const page = review === undefined ? '' : readOrNothing(join(root, review.folder, 'REVIEW.md'))
  const files = refactoredFilesIn(page)
  if (files.length === 0)
    return {
      isSo: false,
      said: say.nothingRefactored,
      command: `npm run exercise ${review?.id ?? ''}`.trim(),
    }
  const found = files.map((file) => refactoring(root, tasks, file))
  return found.find(({ isSo }) => isSo) ?? (found[0] as LookedUp)
}

function refactoring(root: string, tasks: readonly TaskOutline[], file: string): LookedUp {
  const task = tasks.find((each) => filesOf(each).includes(file))
  if (task === undefined) return { isSo: false, said: say.noOwnFile(file) }
  const again = `npm run check ${task.id}`
  const versions = readPassed(root, task.id)
  const last = versions.at(-1)
  const isAsPassed = Object.entries(last?.files ?? {}).every(
    ([name, source]) => readOrNothing(join(root, name)) === source,
  )
  const code = bareCode(last?.files[file])
  if (last === undefined || code === undefined)
    return { isSo: false, said: say.neverPassed(task.id), command: again }
  if (!isAsPassed) return { isSo: false, said: say.notPassedSince(task.id, file), command: again }
  const before = versions.find(({ files }) => files[file] !== undefined && bareCode(files[file]) !== code)
  if (before === undefined) return { isSo: false, said: say.notRefactored(file, task.id), command: again }
  return { isSo: true, said: say.refactored(file, task.id, before.when, last.when) }
}

function readOrNothing(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Everything that is the learner's is committed, and it is theirs: not what they cloned. */
function committed(root: string, tasks: readonly TaskOutline[], git: Git): LookedUp {
  // What is as cloned is seen without git, which takes longer than all else that a report reads.
  const untouched = tasks.filter((task) => task.files.length > 0 && isAsCloned(root, task))
  if (untouched.length > 0) {
    const [first] = untouched
    return {
      isSo: false,
      said: say.asCloned(untouched.map(({ id }) => id)),
      command: `npm run exercise ${first?.id ?? ''}`.trim(),
    }
  }
  const files = tasks.flatMap(filesOf)
  const left = git.leftOver([...files, 'results'])
  if (left === undefined) return { isSo: false, said: say.noGit, command: 'npm run doctor' }
  if (left.length > 0) return { isSo: false, said: say.leftOver(left), command: 'git add -A && git commit' }
  return { isSo: true, said: say.committed(files.length) }
}

/** The schemas of the events stand in files of the learner's own, and are committed. */
function schemasSaved(root: string, tasks: readonly TaskOutline[], git: Git): LookedUp {
  const designs = tasks.filter(({ part, files }) => part === 'design' && files.some(isCode))
  if (designs.length === 0) return { isSo: false, said: say.noDesigns }
  const open = designs.find((task) => isAsCloned(root, task))
  if (open !== undefined)
    return { isSo: false, said: say.schemaAsCloned(open.id), command: `npm run exercise ${open.id}` }
  const files = designs.flatMap((task) => filesOf(task).filter(isCode))
  const left = git.leftOver(files)
  if (left === undefined) return { isSo: false, said: say.noGit, command: 'npm run doctor' }
  if (left.length > 0) return { isSo: false, said: say.leftOver(left), command: 'git add -A && git commit' }
  return { isSo: true, said: say.schemas(files.length) }
}

/** Each failure task that measures has its figures in `results/`, with all that one needs to judge them. */
function resultsSaved(root: string, tasks: readonly TaskOutline[], git: Git): LookedUp {
  const measuring = tasks.filter(
    ({ part, folder }) => part === 'failure' && existsSync(join(root, folder, 'measure.ts')),
  )
  if (measuring.length === 0) return { isSo: false, said: say.nothingMeasures }
  const pathOf = ({ id }: TaskOutline): string => join('results', `${id}.json`)
  const missing = measuring.filter((task) => figuresIn(join(root, pathOf(task))) === 0)
  const [first] = missing
  if (first !== undefined)
    return {
      isSo: false,
      said: say.notMeasured(missing.map(({ id }) => id)),
      command: `npm run measure ${first.id}`,
    }
  const left = git.leftOver(measuring.map(pathOf))
  if (left === undefined) return { isSo: false, said: say.noGit, command: 'npm run doctor' }
  if (left.length > 0)
    return { isSo: false, said: say.leftOver(left), command: 'git add results && git commit' }
  const figures = measuring.reduce((sum, task) => sum + figuresIn(join(root, pathOf(task))), 0)
  return { isSo: true, said: say.results(measuring.length, figures) }
}

/** Figures of a file; none when it can't be read. Each has engine, seed and date, or it would be no file of results. */
function figuresIn(path: string): number {
  try {
    return readResults(path)?.figures.length ?? 0
  } catch {
    return 0
  }
}

function isCode(file: string): boolean {
  return file.endsWith('.ts') || file.endsWith('.json')
}

/** Whether all files of a task are still the starter's. */
function isAsCloned(root: string, task: TaskOutline): boolean {
  const starter = join(root, 'solutions', task.folder.replace(/^exercises\//, ''), 'starter')
  const files = filesOf(task)
  return task.files.every((name, at) => isSame(join(root, files[at] ?? ''), join(starter, name)))
}

function isSame(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other))
  } catch {
    // A file that is gone is nobody's work either.
    return true
  }
}

/** Asks the git of this computer. */
export function gitIn(root: string): Git {
  return {
    leftOver(paths) {
      // Asked beside whatever the learner does with git: it must not take the lock of their index.
      const asked = [
        '--no-optional-locks',
        'status',
        '--porcelain=v1',
        '-z',
        '--untracked-files=all',
        '--',
        ...paths,
      ]
      const { status, stdout } = spawnSync('git', ['-C', root, ...asked], {
        encoding: 'utf8',
        timeout: 10_000,
      })
      if (status !== 0) return undefined
      // Two letters and a blank stand before the name; a rename is followed by its old name.
      return stdout.split('\0').flatMap((entry) => (/^.. /.test(entry) ? [entry.slice(3)] : []))
    },
  }
}
