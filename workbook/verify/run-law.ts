/** The law that runs prove: starters fail, the reference and its alternatives pass, every mistake is refused by name. */
import type { Verdict } from '#lab/verdict'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import { isJudged, type Judge, type Judgement } from '../runner/judge.ts'
import { overlayNames, solutionFolder, type Subject } from '../runner/subject.ts'
import { itemOf } from '../runner/verdicts.ts'
import { verifyTexts } from '../texts/verify.ts'
import type { Problem } from './problem.ts'
import { readWrongHeader } from './wrong-header.ts'

/** One row of the kill matrix. */
export interface MatrixRow {
  readonly task: string
  readonly subject: string
  readonly outcomes: Readonly<Record<string, Verdict['outcome']>>
  /** Items that had to refuse a wrong subject. */
  readonly refusedBy: readonly string[]
  readonly ms: number
}

export interface RunFindings {
  readonly rows: readonly MatrixRow[]
  readonly problems: readonly Problem[]
}

/** Runs every subject of a task, one after the other on a warm runner. */
export async function runFindings(judge: Pick<Judge, 'judge'>, task: Task, onRow: (row: MatrixRow) => void): Promise<RunFindings> {
  const rows: MatrixRow[] = []
  const problems: Problem[] = []
  const judged = async (subject: Subject, name: string, refusedBy: readonly string[] = []): Promise<Judgement | undefined> => {
    const [judgement] = await judge.judge({ tasks: [task], subject })
    if (judgement === undefined) return undefined
    const row = rowOf(judgement, name, refusedBy)
    rows.push(row)
    onRow(row)
    return judgement
  }
  const add = (said: Problem['said']) => problems.push({ task: task.id, said })

  const starter = await judged({ kind: 'starter' }, 'starter')
  if (starter !== undefined) starterProblems(task, starter, add)
  const reference = await judged({ kind: 'reference' }, 'reference')
  if (reference !== undefined) {
    passProblems(reference, shownPath(solutionFolder(task)), add)
    nameProblems(task, reference, add)
  }
  for (const name of overlayNames(task, 'alternative')) {
    const alternative = await judged({ kind: 'alternative', name }, `alternatives/${name}`)
    if (alternative !== undefined) passProblems(alternative, shownPath(solutionFolder(task, 'alternatives', name)), add)
  }
  for (const name of overlayNames(task, 'wrong')) {
    const { refusedBy = [] } = readWrongHeader(solutionFolder(task, 'wrong', name))
    const wrong = await judged({ kind: 'wrong', name }, `wrong/${name}`, refusedBy)
    if (wrong !== undefined) wrongProblems(task, wrong, name, add)
  }
  return { rows, problems }
}

type Add = (said: Problem['said']) => void

function rowOf({ task, verdicts, ms }: Judgement, subject: string, refusedBy: readonly string[]): MatrixRow {
  const outcomes = Object.fromEntries(verdicts.map(({ item, outcome }) => [item, outcome]))
  return { task: task.id, subject, outcomes, refusedBy, ms: Math.round(ms) }
}

/** Compiles, and every test fails because the kit said so: not inconclusive, and not by accident. */
function starterProblems(task: Task, judgement: Judgement, add: Add): void {
  const folder = shownPath(solutionFolder(task, 'starter'))
  typeProblem(judgement, folder, add)
  const mayPass = new Set(task.starterPasses.map(({ item }) => item))
  for (const verdict of judgement.verdicts) {
    const { item } = verdict
    const passed = verdict.outcome === 'passed' || judgement.spoiltByTypes.has(item)
    if (passed && !mayPass.has(item)) add(verifyTexts.starterPasses(folder, item))
    else if (verdict.outcome === 'inconclusive') add(verifyTexts.starterInconclusive(folder, item, verdict.cause))
    else if (verdict.outcome === 'failed' && judgement.madeUp.has(item)) add(verifyTexts.starterSilent(folder, item, verdict.breach.said))
  }
}

function passProblems(judgement: Judgement, folder: string, add: Add): void {
  typeProblem(judgement, folder, add)
  for (const verdict of judgement.verdicts) {
    if (verdict.outcome === 'passed' || judgement.spoiltByTypes.has(verdict.item)) continue
    const said = verdict.outcome === 'failed' ? verdict.breach.said : verdict.cause
    add(verifyTexts.notPassed(folder, verdict.item, said))
  }
}

function wrongProblems(task: Task, judgement: Judgement, name: string, add: Add): void {
  const folder = shownPath(solutionFolder(task, 'wrong', name))
  const { mistake, refusedBy = [], says } = readWrongHeader(solutionFolder(task, 'wrong', name))
  typeProblem(judgement, folder, add)
  if (mistake === undefined || refusedBy.length === 0 || says === undefined) return add(verifyTexts.wrongHeader(folder))
  for (const item of refusedBy) {
    const verdict = judgement.verdicts.find((candidate) => candidate.item === item)
    if (verdict === undefined) add(verifyTexts.wrongItem(folder, item))
    else if (verdict.outcome !== 'failed' || judgement.spoiltByTypes.has(item)) add(verifyTexts.notRefused(folder, item, verdict.outcome))
  }
  const sentences = judgement.verdicts.flatMap((verdict) => {
    return verdict.outcome === 'failed' && refusedBy.includes(verdict.item) ? [verdict.breach.said.en] : []
  })
  const isSaid = sentences.some((sentence) => sentence.toLowerCase().includes(says.toLowerCase()))
  if (sentences.length > 0 && !isSaid) add(verifyTexts.saysOtherwise(folder, says, sentences[0] ?? ''))
}

/** Each item has its test, and each test its item. */
function nameProblems(task: Task, { testNames }: Judgement, add: Add): void {
  const tested = new Set(testNames.map(itemOf))
  for (const item of task.items.filter(isJudged)) {
    if (!tested.has(item.id)) add(verifyTexts.untested(task.folder, item.id))
  }
  for (const name of testNames) {
    const item = itemOf(name)
    if (item === undefined || !task.items.some(({ id }) => id === item)) add(verifyTexts.unnamedTest(task.folder, name))
  }
}

function typeProblem({ typeProblems }: Judgement, folder: string, add: Add): void {
  const [first] = typeProblems
  if (first !== undefined) add(verifyTexts.types(folder, `${shownPath(first.file)}:${first.line}`, first.message))
}
