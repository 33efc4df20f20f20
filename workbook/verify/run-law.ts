/** The law that runs prove: starters fail, the reference and its alternatives pass, every mistake is refused by name. */
import type { Verdict } from '#lab/verdict'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import { isJudged, type Judgement } from '../runner/judge.ts'
import { type Copied, layOut, overlayNames, solutionFolder, typeScriptFiles } from '../runner/subject.ts'
import { checkTypes } from '../runner/typecheck.ts'
import { experimentOf, itemOf } from '../runner/verdicts.ts'
import { verifyTexts } from '../texts/verify.ts'
import type { Judges } from './judges.ts'
import type { Problem } from './problem.ts'
import { readWrongHeader } from './wrong-header.ts'

/** One row of the kill matrix. */
export interface MatrixRow {
  readonly task: string
  readonly subject: string
  readonly outcomes: Readonly<Record<string, Verdict['outcome']>>
  /** Items that had to refuse a wrong subject. */
  readonly refusedBy: readonly string[]
  /** Time the judgements took together, without what starts and ends around them. */
  readonly ms: number
}

export interface RunFindings {
  readonly rows: MatrixRow[]
  readonly problems: Problem[]
  /** What came out as it should in a later run only. */
  readonly repeated: Problem[]
}

/** How often what comes out wrong alone is judged again before it counts. */
const furtherRuns = 2
/** So many subjects of a task share a worker and its brokers: more of them, and the judges would not end at the same time. */
const togetherMax = 8

/** One subject of a task, and what is expected of it. */
interface Trial {
  readonly subject: Copied
  readonly name: string
  readonly refusedBy: readonly string[]
  judge(judgement: Judgement, add: Add): void
}

/** Who hears of what the runs prove, task after task. */
export interface Listener {
  row?(task: Task, row: MatrixRow): void
  /** After all rows of the task. */
  task(task: Task, findings: RunFindings): void
}

/**
 * Runs every subject of the given tasks, a few of a task in one worker, as many workers at a time as there are judges. The
 * compiler is asked once, about all of them. The listener hears of everything in order.
 */
export async function runFindings(
  judges: Pick<Judges, 'judge'>,
  tasks: readonly Task[],
  listener: Listener,
): Promise<void> {
  const trials = new Map(tasks.map((task) => [task, trialsOf(task)]))
  const files = [...trials].flatMap(([task, all]) =>
    all.flatMap(({ subject }) => typeScriptFiles(task, layOut(task, subject))),
  )
  const types = await checkTypes(files)
  const judged = [...trials].map(([task, all]) => ({
    task,
    runs: inPieces(all, togetherMax).flatMap((piece) => {
      const asked = piece.map((trial) => ({ subject: trial.subject, items: itemsOf(trial, task) }))
      const judgements = judges.judge({ task, trials: asked, types })
      judgements.catch(() => undefined)
      return piece.map((trial, at) => ({ trial, at, asked: asked[at], judgements }))
    }),
  }))
  for (const { task, runs } of judged) {
    const findings: RunFindings = { rows: [], problems: [], repeated: [] }
    for (const { trial, at, asked, judgements } of runs) {
      let found = (await judgements)[at]
      if (found === undefined || asked === undefined)
        throw new Error(`${trial.name} of ${task.id} was not judged`)
      let problems = problemsOf(trial, found)
      let first: Problem['said'] | undefined
      // Alone at last, and again: two run side by side, and a computer that does something else misses a deadline; what is so, is so
      // every time. What broke where subjects share a worker may be another one's.
      for (
        let alone = 0;
        alone <= furtherRuns && problems.length > 0 && found.typeProblems.length === 0;
        alone += 1
      ) {
        const again = await judges.judge({ task, trials: [asked], types }, 'next')
        found = again[0] ?? found
        problems = problemsOf(trial, found)
        if (alone === 0) first = problems[0]
      }
      if (first !== undefined && problems.length === 0)
        findings.repeated.push({ task: task.id, said: verifyTexts.repeated(trial.name, first) })
      const row = rowOf(found, trial)
      findings.rows.push(row)
      findings.problems.push(...problems.map((said) => ({ task: task.id, said })))
      listener.row?.(task, row)
    }
    listener.task(task, findings)
  }
}

function inPieces<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  )
}

function problemsOf(trial: Trial, judgement: Judgement): Problem['said'][] {
  const problems: Problem['said'][] = []
  trial.judge(judgement, (said) => problems.push(said))
  return problems
}

/**
 * A mistake has to be refused by the tests that it names: those alone are run, which is most of the time that the law takes.
 * All of them where it names none, or one that the task does not have.
 */
function itemsOf({ refusedBy }: Trial, { items }: Task): readonly string[] | undefined {
  const isKnown = refusedBy.length > 0 && refusedBy.every((id) => items.some((item) => item.id === id))
  return isKnown ? refusedBy : undefined
}

function trialsOf(task: Task): Trial[] {
  // What is computed from other items has no subject.
  if (task.files.length === 0) return []
  const solution = (...parts: string[]) => shownPath(solutionFolder(task, ...parts))
  return [
    {
      subject: { kind: 'starter' },
      name: 'starter',
      refusedBy: [],
      judge: (judgement, add) => starterProblems(task, judgement, add),
    },
    {
      subject: { kind: 'reference' },
      name: 'reference',
      refusedBy: [],
      judge(judgement, add) {
        passProblems(judgement, solution(), add)
        experimentProblems(task, judgement, add)
        nameProblems(task, judgement, add)
      },
    },
    ...overlayNames(task, 'alternative').map((name): Trial => {
      return {
        subject: { kind: 'alternative', name },
        name: `alternatives/${name}`,
        refusedBy: [],
        judge: (judgement, add) => passProblems(judgement, solution('alternatives', name), add),
      }
    }),
    ...overlayNames(task, 'wrong').map((name): Trial => {
      const { refusedBy = [] } = readWrongHeader(solutionFolder(task, 'wrong', name))
      return {
        subject: { kind: 'wrong', name },
        name: `wrong/${name}`,
        refusedBy,
        judge: (judgement, add) => wrongProblems(task, judgement, name, add),
      }
    }),
  ]
}

type Add = (said: Problem['said']) => void

function rowOf({ task, verdicts }: Judgement, { name, refusedBy }: Trial): MatrixRow {
  const outcomes = Object.fromEntries(verdicts.map(({ item, outcome }) => [item, outcome]))
  const ms = verdicts.reduce((sum, verdict) => sum + verdict.ms, 0)
  return { task: task.id, subject: name, outcomes, refusedBy, ms: Math.round(ms) }
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
    else if (verdict.outcome === 'inconclusive')
      add(verifyTexts.starterInconclusive(folder, item, verdict.cause))
    else if (verdict.outcome === 'failed' && judgement.madeUp.has(item))
      add(verifyTexts.starterSilent(folder, item, verdict.breach.said))
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
  if (mistake === undefined || refusedBy.length === 0 || says === undefined)
    return add(verifyTexts.wrongHeader(folder))
  for (const item of refusedBy) {
    const verdict = judgement.verdicts.find((candidate) => candidate.item === item)
    if (verdict === undefined) add(verifyTexts.wrongItem(folder, item))
    else if (verdict.outcome !== 'failed' || judgement.spoiltByTypes.has(item))
      add(verifyTexts.notRefused(folder, item, verdict.outcome))
  }
  const sentences = judgement.verdicts.flatMap((verdict) => {
    return verdict.outcome === 'failed' && refusedBy.includes(verdict.item) ? [verdict.breach.said.en] : []
  })
  const isSaid = sentences.some((sentence) => sentence.toLowerCase().includes(says.toLowerCase()))
  if (sentences.length > 0 && !isSaid) add(verifyTexts.saysOtherwise(folder, says, sentences[0] ?? ''))
}

/** What the lesson says comes true on this engine. */
function experimentProblems({ folder }: Task, { experiments }: Judgement, add: Add): void {
  for (const { name, verdict } of experiments) {
    if (verdict.outcome === 'passed') continue
    const said = verdict.outcome === 'failed' ? verdict.breach.said : verdict.cause
    add(verifyTexts.experimentOtherwise(folder, name, said))
  }
}

/** Each item has its test, and each test its item. */
function nameProblems(task: Task, { testNames }: Judgement, add: Add): void {
  const tested = new Set(testNames.map(itemOf))
  for (const item of task.items.filter(isJudged)) {
    if (!tested.has(item.id)) add(verifyTexts.untested(task.folder, item.id))
  }
  for (const name of testNames.filter((each) => experimentOf(each) === undefined)) {
    const item = itemOf(name)
    if (item === undefined || !task.items.some(({ id }) => id === item))
      add(verifyTexts.unnamedTest(task.folder, name))
  }
}

function typeProblem({ typeProblems }: Judgement, folder: string, add: Add): void {
  const [first] = typeProblems
  if (first !== undefined)
    add(verifyTexts.types(folder, `${shownPath(first.file)}:${first.line}`, first.message))
}
