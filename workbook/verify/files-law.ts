/** The law of a task's files: which are there, which names they have, and that starter and reference match. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults } from '#lab/measure/results'
import { learnersFile, learnersPath, taskFolder } from '../course.ts'
import { parseSections } from '../lesson.ts'
import type { Task } from '../registry/registry.ts'
import { root, shownPath, workbookPath } from '../root.ts'
import { measuredItems, provenBy, resultsPath } from '../runner/figures.ts'
import { checkFiles, isJudged } from '../runner/judge.ts'
import { overlayNames, referenceFiles, solutionFolder } from '../runner/subject.ts'
import { isAsked, isLesson, readLesson } from '../study/lessons.ts'
import { verifyTexts } from '../texts/verify.ts'
import { git } from './git.ts'
import { lessonProblems } from './lesson-law.ts'
import { type Findings, noFindings } from './problem.ts'

const hintsCount = 3

/** A task whose items follow from others: there is nothing to write, and nothing to run. */
export function isComputedAlone(task: Task): boolean {
  return task.files.length === 0 && !task.items.some(isJudged)
}

/** A planned task has nothing to look at, and must not look as if it had. */
export function plannedFindings(task: Task): Findings {
  const findings = noFindings()
  if (existsSync(taskFolder(task)))
    findings.problems.push({ task: task.id, said: verifyTexts.plannedFolder(task.folder) })
  return findings
}

export async function fileFindings(task: Task): Promise<Findings> {
  const findings = noFindings()
  const problem = (said: (typeof findings.problems)[number]['said']) =>
    findings.problems.push({ task: task.id, said })

  const isComputed = isComputedAlone(task)
  if (!isComputed && checkFiles(task).length === 0) problem(verifyTexts.noCheck(task.folder, task.id))
  for (const file of task.files) {
    const copies = [
      learnersPath(task, file),
      solutionFolder(task, file),
      solutionFolder(task, 'starter', file),
    ]
    for (const path of copies) if (!existsSync(path)) problem(verifyTexts.missing(shownPath(path)))
  }
  for (const file of list(solutionFolder(task, 'starter'))) {
    if (!task.files.includes(file))
      problem(verifyTexts.notRegistered(shownPath(solutionFolder(task, 'starter', file)), task.id))
  }
  for (const file of referenceFiles(task)) {
    if (!task.files.includes(file))
      problem(verifyTexts.notRegistered(shownPath(solutionFolder(task, file)), task.id))
  }
  for (const kind of ['wrong', 'alternative'] as const) {
    for (const name of overlayNames(task, kind))
      overlayProblems(task, kind === 'wrong' ? 'wrong' : 'alternatives', name, problem)
  }
  if (isLesson(task)) for (const said of lessonProblems(task)) problem(said)
  else if (!isComputed) hintProblems(task, problem)
  if (isComputed && task.items.some(isAsked))
    for (const flaw of readLesson(task).flaws) problem(verifyTexts.lessonFlaw(task.folder, flaw))
  figureProblems(task, problem)
  await starterFindings(task, findings)
  return findings
}

/** An overlay holds files of the reference that differ, or another task's whole files when the task looks back at that one. */
function overlayProblems(
  task: Task,
  kind: string,
  name: string,
  problem: (said: Findings['problems'][number]['said']) => void,
): void {
  const folder = solutionFolder(task, kind, name)
  for (const file of list(folder)) {
    const reference = solutionFolder(task, file)
    const shown = shownPath(join(folder, file))
    const isBroughtAlong = task.alsoReads !== undefined && existsSync(join(root, 'solutions', file))
    if (isBroughtAlong) continue
    if (!existsSync(reference)) problem(verifyTexts.overlayUnknown(shown))
    else if (existsSync(join(folder, file)) && isSame(join(folder, file), reference))
      problem(verifyTexts.overlaySame(shown))
  }
}

/** An item that a figure proves has one of the reference's. */
function figureProblems(task: Task, problem: (said: Findings['problems'][number]['said']) => void): void {
  const measured = measuredItems(task)
  if (measured.length === 0) return
  const path = resultsPath(task, { kind: 'reference' })
  const proven = new Set(provenBy(task, readResults(path)))
  for (const item of measured)
    if (!proven.has(item)) problem(verifyTexts.noFigure(item, shownPath(path), task.id))
}

function hintProblems(task: Task, problem: (said: Findings['problems'][number]['said']) => void): void {
  const file = `${task.folder}/hints.md`
  const path = join(root, file)
  if (!existsSync(path)) return void problem(verifyTexts.missing(file))
  const hints = parseSections(readFileSync(path, 'utf8'))
  if (hints.length !== hintsCount) problem(verifyTexts.hintCount(file, hints.length))
  for (const { title, body } of hints) {
    if (!title.endsWith('?')) problem(verifyTexts.hintNoQuestion(file, title))
    else if (body === '') problem(verifyTexts.hintEmpty(file, title))
  }
}

/**
 * The starter under `solutions/` is the one that counts; the exercise equals it until a learner works on it, which
 * git and the evidence tell.
 */
async function starterFindings(task: Task, { problems, skipped }: Findings): Promise<void> {
  for (const file of task.files) {
    const exercise = learnersPath(task, file)
    const starter = solutionFolder(task, 'starter', file)
    if (!existsSync(exercise) || !existsSync(starter) || isSame(exercise, starter)) continue
    const shown = learnersFile(task, file)
    if (existsSync(workbookPath('evidence', `${task.id}.json`)) || (await isChangedHere(shown))) {
      skipped.push({ task: task.id, said: verifyTexts.starterChanged(shown) })
    } else problems.push({ task: task.id, said: verifyTexts.starterDiffers(shown, shownPath(starter)) })
  }
}

/** Whether git sees a difference to what is committed; without git nobody can know, and that counts as one. */
async function isChangedHere(file: string): Promise<boolean> {
  const status = await git('status', '--porcelain', '--', file)
  return status === undefined || (status.trim() !== '' && !status.startsWith('??'))
}

function isSame(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b))
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
