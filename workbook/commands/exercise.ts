/** `npm run exercise`: opens a task, says what to do first, and stays beside it on a terminal. */
import type { Context } from '../command.ts'
import { type Course, findTask, hasFiles, loadCourse, mainFile } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { nextTask, readTotals, recordJudgements } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { Judge, seedOfToday } from '../runner/judge.ts'
import { exerciseLines } from '../screens/exercise-screen.ts'
import { readStudy } from '../state/study.ts'
import { hasExperiments, isLesson, readLesson } from '../study/lessons.ts'
import { isInteractive, paint, print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { optionTexts } from '../texts/options.ts'
import { screenTexts } from '../texts/screen.ts'

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const plays =
    options.name !== undefined || ['live', 'reference', 'events'].some((word) => options.words.has(word))
  // A check is what most runs want, and vitest takes longest to start.
  const judge = plays ? undefined : openJudge(context)
  try {
    const course = await loadCourse()
    const task = options.target === undefined ? nextTask(course) : findTask(course, options.target)
    if (task === undefined) {
      print(inLanguage(cliTexts.allDone, lang), inLanguage(cliTexts.next('npm run progress'), lang))
      return exitCodes.done
    }
    const refusal = refuse(task, context)
    if (refusal !== undefined) return refusal
    // Nothing to write and nothing to run: the report says what it waits for.
    if (task.files.length === 0) return await report(task, context)
    if (options.name !== undefined && !hasExperiments(task))
      throw new UsageError(optionTexts.unknownWord(options.name, []))
    if (hasExperiments(task) && (plays || options.answer !== undefined))
      return await experiment(task, context)
    if (judge === undefined) return await play(task, context)
    if (isInteractive && options.watch !== 'off') return await watch(judge, course, task, context)
    return await printOnce(judge, course, task, context)
  } finally {
    await judge?.close()
  }
}

function openJudge({ options, lang }: Context): Judge {
  return new Judge({
    engine: options.engine ?? 'embedded',
    lang,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
}

function refuse(task: Task, { options, lang }: Context): ExitCode | undefined {
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang), inLanguage(cliTexts.next('npm run list'), lang))
    return exitCodes.usage
  }
  if (!options.words.has('reference') && !hasFiles(task)) {
    printError(inLanguage(screenTexts.filesMissing(mainFile(task), task.id), lang))
    return exitCodes.setUp
  }
  return undefined
}

/** What a task that is computed from others still waits for. */
async function report(task: Task, context: Context): Promise<ExitCode> {
  const { run: progress } = await import('./progress.ts')
  return await progress({ ...context, options: { ...context.options, target: task.id, words: new Set() } })
}

/** An experiment of a lesson: the one that was named, or the first that has not been run. */
async function experiment(task: Task, { options, lang }: Context): Promise<ExitCode> {
  const { runAsEvents, runExperiment } = await import('../study/experiments.ts')
  const { name, answer, engine = 'embedded', seed = seedOfToday() } = options
  const asked = { task, lesson: readLesson(task), lang, engine, seed, name, answer }
  return options.words.has('events') ? await runAsEvents(asked) : await runExperiment(asked)
}

async function play(task: Task, { options, lang }: Context): Promise<ExitCode> {
  const { playAsEvents, playAsText, playOnTerminal } = await import('../live/live.ts')
  const run = {
    task,
    subject: { kind: options.words.has('reference') ? 'reference' : 'learner' },
    engine: options.engine ?? 'embedded',
    lang,
    seed: options.seed ?? seedOfToday(),
  } as const
  if (options.words.has('events')) return await playAsEvents(run)
  return isInteractive ? await playOnTerminal(run) : await playAsText(run)
}

/** Without a terminal: once, and the exit code says only that it could be shown. */
async function printOnce(
  judge: Judge,
  course: Course,
  task: Task,
  { lang, options }: Context,
): Promise<ExitCode> {
  print(paint('gray', inLanguage(screenTexts.checking(task.id, options.engine ?? 'embedded'), lang)), '')
  const withoutExperiments = hasExperiments(task)
  const [judgement] = await judge.judge({ tasks: [task], subject: { kind: 'learner' }, withoutExperiments })
  if (judgement === undefined) return exitCodes.setUp
  const isRecorded = recordJudgements([judgement])
  const next = nextTask(course, new Set([task.id]))
  const totals = readTotals(course)
  const view = { task, lang, totals, judgement, isRecorded, showsAll: false, isWatched: false }
  const lesson = isLesson(task) ? { lesson: { asks: readLesson(task), state: readStudy() } } : {}
  print(...exerciseLines({ ...view, ...lesson, ...(next === undefined ? {} : { next }) }))
  return judgement.outcome === 'inconclusive' ? exitCodes.setUp : exitCodes.done
}

/** On a terminal: until the learner leaves. `l` plays the scenario and comes back. */
async function watch(judge: Judge, course: Course, first: Task, context: Context): Promise<ExitCode> {
  const [{ watchExercise }, { openConsole }] = await Promise.all([
    import('../watch/session.ts'),
    import('../watch/console.ts'),
  ])
  const { lang, options } = context
  for (let task = first; ; ) {
    const console = openConsole()
    const session = {
      course,
      task,
      judge,
      console,
      watchMode: options.watch ?? 'auto',
      lang,
    } as const
    const leaving = await watchExercise(session).finally(() => console.close())
    if (leaving.kind === 'quit') {
      print(inLanguage(cliTexts.next('npm run exercise'), lang))
      return exitCodes.done
    }
    if (leaving.kind === 'next') task = leaving.task
    else if (leaving.kind === 'experiment')
      await andWait(() => experiment(task, named(context, leaving.name)), context)
    else if (leaving.kind === 'quiz') await andWait(() => quiz(task, context), context)
    else await andWait(() => play(task, context), context)
  }
}

function named(context: Context, name: string): Context {
  return { ...context, options: { ...context.options, name } }
}

async function quiz(task: Task, context: Context): Promise<ExitCode> {
  const { run: ask } = await import('./quiz.ts')
  return await ask({ ...context, options: { ...context.options, target: task.id, words: new Set() } })
}

async function andWait(act: () => Promise<ExitCode>, context: Context): Promise<void> {
  print('')
  await act()
  const { openConsole } = await import('../watch/console.ts')
  const console = openConsole()
  console.foot(paint('gray', inLanguage(screenTexts.anyKey, context.lang)))
  await new Promise<void>((resolve) => console.onKey(() => resolve()))
  console.close()
}
