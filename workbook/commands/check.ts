/** `npm run check <id>`: the verdict of a task, an item or a part, and its evidence. */
import type { Outcome } from '#lab/verdict'
import type { RunEvent } from '#lab/verdict/events'
import type { Context } from '../command.ts'
import { findTarget, hasFiles, loadCourse, mainFile, type Target } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { foldIntoChecklist, recordJudgements } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import { relayCommands } from '../runner/commands-in.ts'
import { isJudged, Judge, type Judgement, outcomeOf } from '../runner/judge.ts'
import type { Subject } from '../runner/subject.ts'
import { printJudgements } from '../screens/check-screen.ts'
import { isAsked } from '../study/lessons.ts'
import { paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { measureTexts } from '../texts/measure.ts'
import { screenTexts } from '../texts/screen.ts'
import { studyTexts } from '../texts/study.ts'

const exitOf: Record<Outcome, ExitCode> = {
  passed: exitCodes.done,
  failed: exitCodes.failed,
  inconclusive: exitCodes.setUp,
}

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const engine = options.engine ?? 'embedded'
  const asData = options.words.has('json') || options.words.has('events')
  const subject: Subject = options.words.has('reference') ? { kind: 'reference' } : { kind: 'learner' }

  // vitest takes longest to start, so it starts before anything is looked up.
  const judge = new Judge({
    engine,
    lang,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.words.has('events') ? { onEvent: printEvent } : {}),
  })
  try {
    const course = await loadCourse()
    const target = findTarget(course, options.target ?? '')
    const tasks = target.tasks.filter(({ state }) => state === 'ready')
    const refusal = refuse(target, tasks, subject, context)
    if (refusal !== undefined) return refusal
    if (!asData) printStart(target.id, context)
    if (options.words.has('events')) relayCommands((command) => judge.send(command))
    const items = target.kind === 'item' ? { items: [target.item.id] } : {}
    const judgements = await judge.judge({ tasks, subject, ...items })
    const isRecorded = subject.kind !== 'learner' || recordJudgements(judgements)
    if (subject.kind === 'learner' && isRecorded) foldIntoChecklist(course, undefined)
    await conclude(judgements, target, { ...context, isRecorded, subject })
    return exitOf[outcomeOfAll(judgements)]
  } finally {
    await judge.close()
  }
}

/** What keeps a run from starting, said in one sentence. */
function refuse(
  target: Target,
  tasks: readonly Task[],
  subject: Subject,
  { lang }: Context,
): ExitCode | undefined {
  if (tasks.length === 0) {
    const said =
      target.kind === 'part' ? cliTexts.partPlanned(target.id) : cliTexts.taskPlanned(target.tasks[0].id)
    print(inLanguage(said, lang), inLanguage(cliTexts.next('npm run list'), lang))
    return exitCodes.usage
  }
  if (target.kind === 'item' && !isJudged(target.item))
    throw new UsageError(
      target.item.evidence.includes('measure')
        ? measureTexts.missing([target.id], target.tasks[0].id)
        : isAsked(target.item)
          ? studyTexts.byQuestions([target.id], target.id)
          : screenTexts.itemElsewhere(target.id, target.item.evidence),
    )
  const incomplete = subject.kind === 'learner' ? tasks.find((task) => !hasFiles(task)) : undefined
  if (incomplete !== undefined) {
    printError(inLanguage(screenTexts.filesMissing(mainFile(incomplete), incomplete.id), lang))
    return exitCodes.setUp
  }
  return undefined
}

function printStart(id: string, { options, lang }: Context): void {
  const command = `npx vitest run --project tasks ${id.split('.')[0]}${id.includes('.') ? ` -t ${id}` : ''}`
  print(
    `${inLanguage(screenTexts.checking(id, options.engine ?? 'embedded'), lang)}  ${paint('gray', command)}`,
    '',
  )
}

async function conclude(
  judgements: readonly Judgement[],
  target: Target,
  context: Context & { readonly isRecorded: boolean; readonly subject: Subject },
): Promise<void> {
  const { words } = context.options
  if (words.has('events')) printVerdictEvents(judgements)
  else if (words.has('json')) printJson(asJson(judgements, context.isRecorded))
  else await printJudgements(judgements, target, context)
}

function asJson(judgements: readonly Judgement[], isRecorded: boolean): unknown {
  return {
    outcome: outcomeOfAll(judgements),
    isRecorded,
    tasks: judgements.map(({ task, outcome, ms, circumstances, typeProblems, verdicts, experiments }) => ({
      task: task.id,
      outcome,
      ms: Math.round(ms),
      circumstances,
      typeProblems: typeProblems.map((problem) => ({ ...problem, file: shownPath(problem.file) })),
      verdicts,
      experiments,
    })),
  }
}

function outcomeOfAll(judgements: readonly Judgement[]): Outcome {
  const hasTypeProblems = judgements.some(({ typeProblems }) => typeProblems.length > 0)
  return outcomeOf(
    judgements.flatMap(({ verdicts, experiments }) => [
      ...verdicts,
      ...experiments.map(({ verdict }) => verdict),
    ]),
    hasTypeProblems,
  )
}

const streamed = new Set<string>()
let lastMs = 0

function printEvent(event: RunEvent): void {
  // The run is over when its verdicts are out, which is for the workbook to say.
  if (event.kind === 'end') return
  if (event.kind === 'verdict') streamed.add(event.verdict.item)
  lastMs = Math.max(lastMs, event.atMs)
  print(JSON.stringify(event))
}

function printVerdictEvents(judgements: readonly Judgement[]): void {
  for (const { verdicts } of judgements) {
    for (const verdict of verdicts) {
      if (!streamed.has(verdict.item))
        print(JSON.stringify({ kind: 'verdict', atMs: lastMs, verdict } satisfies RunEvent))
    }
  }
  print(JSON.stringify({ kind: 'end', atMs: lastMs, outcome: outcomeOfAll(judgements) } satisfies RunEvent))
}
