/** `npm run verify [id]`: proves the law of the tasks, and prints which subject is refused by which test. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import type { Context } from '../command.ts'
import { type Course, findTarget, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { matrixLine, matrixTitle } from '../screens/matrix.ts'
import { paint, print, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { verifyTexts } from '../texts/verify.ts'
import { fileFindings, plannedFindings } from '../verify/files-law.ts'
import { Judges } from '../verify/judges.ts'
import { killsAreStale, killsFile, writeKills } from '../verify/kills.ts'
import { type Findings, noFindings, type Problem, type Skipped } from '../verify/problem.ts'
import { readmeProblems } from '../verify/readme-law.ts'
import { type MatrixRow, runFindings } from '../verify/run-law.ts'

interface Verified {
  readonly rows: readonly MatrixRow[]
  readonly problems: readonly Problem[]
  readonly skipped: readonly Skipped[]
}

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const began = performance.now()
  const course = await loadCourse()
  if (options.words.has('print')) {
    writeKills(course.tasks)
    print(inLanguage(verifyTexts.printed(killsFile), lang), inLanguage(cliTexts.next('npm run verify'), lang))
    return exitCodes.done
  }
  const asked = options.target === undefined ? course.tasks : findTarget(course, options.target).tasks
  const ready = asked.filter(({ state }) => state === 'ready')
  const asJson = options.words.has('json')
  if (!asJson) print(inLanguage(verifyTexts.start(ready.length), lang), '')
  const planned = asked.filter(({ state }) => state === 'planned')
  const page = killsFindings(course, ready)
  const found: Verified[] = [{ rows: [], ...mergeAll([...planned.map(plannedFindings), page]) }]
  if (ready.length > 0) {
    const judges = new Judges({ lang, ...(options.seed === undefined ? {} : { seed: options.seed }) })
    try {
      found.push(...(await verifyTasks(course, ready, judges, asJson ? undefined : lang)))
    } finally {
      await judges.close()
    }
  }
  const all: Verified = { rows: found.flatMap(({ rows }) => rows), ...mergeAll(found) }
  if (asJson)
    printJson({
      ...all,
      tasks: ready.map(({ id }) => id),
      planned: planned.map(({ id }) => id),
      ms: Math.round(performance.now() - began),
    })
  else
    printEnd(all, {
      tasks: ready.length,
      planned: planned.length,
      ms: performance.now() - began,
      lang,
      target: options.target,
      page,
    })
  if (all.problems.length > 0) return exitCodes.failed
  return all.rows.some(({ outcomes }) => Object.values(outcomes).includes('inconclusive'))
    ? exitCodes.setUp
    : exitCodes.done
}

/** The page of mistakes is compared whenever a task of it is looked at; a repository without the page has none to compare. */
function killsFindings({ tasks }: Course, ready: readonly Task[]): Findings {
  const [first] = ready
  if (first === undefined || !existsSync(join(root, killsFile)) || !killsAreStale(tasks)) return noFindings()
  return { problems: [{ task: first.id, said: verifyTexts.killsStale(killsFile) }], skipped: [] }
}

/** The matrix of each task grows as its runs end; what is wrong with it stands below. */
async function verifyTasks(
  course: Course,
  tasks: readonly Task[],
  judges: Judges,
  lang: Language | undefined,
): Promise<Verified[]> {
  const verified: Verified[] = []
  const files = new Map(
    await Promise.all(tasks.map(async (task) => [task, await fileFindings(task)] as const)),
  )
  const titled = new Set<Task>()
  const title = (task: Task): void => {
    if (lang !== undefined && !titled.has(task)) print(matrixTitle(task))
    titled.add(task)
  }
  await runFindings(judges, tasks, {
    row(task, row) {
      title(task)
      if (lang !== undefined) print(matrixLine(task, row))
    },
    task(task, { rows, problems, repeated }) {
      title(task)
      const { problems: inFiles = [], skipped = [] } = files.get(task) ?? {}
      const all = {
        rows,
        problems: [...inFiles, ...readmeProblems(course, task), ...problems],
        skipped: [...skipped, ...repeated],
      }
      verified.push(all)
      if (lang !== undefined) printFindings(all, lang)
    },
  })
  return verified
}

function printFindings({ problems, skipped }: Verified, lang: Language): void {
  for (const { said } of problems) print(`  ${paint('red', '✗')} ${inLanguage(said, lang)}`)
  for (const { said } of skipped) print(`  ${paint('gray', `· ${inLanguage(said, lang)}`)}`)
  print('')
}

function mergeAll(
  findings: readonly Pick<Verified, 'problems' | 'skipped'>[],
): Pick<Verified, 'problems' | 'skipped'> {
  return {
    problems: findings.flatMap(({ problems }) => problems),
    skipped: findings.flatMap(({ skipped }) => skipped),
  }
}

interface End {
  readonly tasks: number
  readonly planned: number
  readonly ms: number
  readonly lang: Language
  readonly target: string | undefined
  /** What is wrong with the page of mistakes. */
  readonly page: Findings
}

function printEnd({ rows, problems }: Verified, { tasks, planned, ms, lang, target, page }: End): void {
  const [first] = problems
  // What is wrong with a planned task stands under no matrix, nor does what is wrong with the page of all tasks.
  const shown = new Set(rows.map(({ task }) => task))
  for (const problem of problems) {
    const isPage = page.problems.includes(problem)
    if (!isPage && shown.has(problem.task)) continue
    print(`${paint('red', '✗')} ${isPage ? '' : `${problem.task}  `}${inLanguage(problem.said, lang)}`)
  }
  if (rows.length > 0) print(paint('gray', inLanguage(verifyTexts.legend, lang)))
  const count = inLanguage(verifyTexts.done(tasks, rows.length, formatMs(ms, lang), planned), lang)
  const result =
    first === undefined
      ? paint('green', inLanguage(verifyTexts.kept, lang))
      : paint('red', inLanguage(verifyTexts.broken(problems.length), lang))
  print(`${count}: ${result}`)
  const step = first === undefined ? 'npm test' : `npm run verify ${target ?? first.task}`
  print(inLanguage(cliTexts.next(step), lang))
}
