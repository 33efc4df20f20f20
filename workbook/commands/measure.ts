/** `npm run measure <id>`: takes a task's figures, keeps them under results/, prints them as a table; `print` puts the reference's into FIGURES.md. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Results, readResults } from '#lab/measure/results'
import { tableOf } from '#lab/measure/table'
import type { Context } from '../command.ts'
import { findTask, hasFiles, loadCourse, mainFile, taskFolder } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { hashFiles } from '../progress/files.ts'
import { foldIntoChecklist, recordFigures } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { provenBy, resultsPath } from '../runner/figures.ts'
import { figuresFile, writeFigures } from '../runner/figures-page.ts'
import { endOnInterrupt, goOnUnlessInterrupted } from '../runner/interrupt.ts'
import { seedOfToday } from '../runner/judge.ts'
import { subjectFlags } from '../runner/run-node.ts'
import { type Subject, subjectRoot } from '../runner/subject.ts'
import { paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { liveTexts } from '../texts/live.ts'
import { measureTexts } from '../texts/measure.ts'
import { optionTexts } from '../texts/options.ts'
import { screenTexts } from '../texts/screen.ts'

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const course = await loadCourse()
  if (options.words.has('print')) {
    writeFigures(course.tasks)
    print(
      inLanguage(measureTexts.printed(figuresFile), lang),
      inLanguage(cliTexts.next('npm run progress'), lang),
    )
    return exitCodes.done
  }
  if (options.target === undefined) throw new UsageError(optionTexts.targetMissing('measure'))
  const task = findTask(course, options.target)
  const subject: Subject = options.words.has('reference') ? { kind: 'reference' } : { kind: 'learner' }
  const refusal = refuse(task, subject, context)
  if (refusal !== undefined) return refusal
  const asJson = options.words.has('json')
  const whose = subject.kind === 'reference' ? liveTexts.reference : liveTexts.yours
  if (!asJson)
    print(
      paint('gray', inLanguage(measureTexts.start(task.id, whose, options.engine ?? 'embedded'), lang)),
      '',
    )
  const path = resultsPath(task, subject, options.engine)
  // What is saved meanwhile was not measured.
  const hashes = hashFiles(root, task)
  const began = new Date()
  const trouble = await measure(task, subject, path, context)
  await goOnUnlessInterrupted()
  const results = trouble === undefined ? readResults(path) : undefined
  if (results === undefined) {
    printError(paint('yellow', `? ${inLanguage(measureTexts.trouble(trouble ?? ''), lang)}`))
    print(inLanguage(cliTexts.next(`npm run check ${task.id}`), lang))
    return exitCodes.setUp
  }
  const isRecorded =
    subject.kind !== 'learner' || recordFigures({ task, results, path, subjects: hashes, when: began })
  if (subject.kind === 'learner' && isRecorded) foldIntoChecklist(course, undefined)
  if (asJson) printJson(results)
  else printResults({ task, results, path, isRecorded, lang })
  return isRecorded ? exitCodes.done : exitCodes.setUp
}

function printResults(seen: {
  task: Task
  results: Results
  path: string
  isRecorded: boolean
  lang: Context['lang']
}): void {
  const { task, results, path, isRecorded, lang } = seen
  const charts = drawingsBeside(path).map(shownPath)
  print(tableOf(results, lang), '', inLanguage(measureTexts.kept(shownPath(path), charts), lang))
  const proven = provenBy(task, results)
  if (proven.length > 0) print(`${paint('green', '✓')} ${inLanguage(measureTexts.proves(proven), lang)}`)
  if (!isRecorded) print(paint('yellow', inLanguage(screenTexts.notRecorded, lang)))
  print(inLanguage(cliTexts.next(`npm run progress ${task.id}`), lang))
}

/** The chart of the figures, and what else was drawn of this task. */
function drawingsBeside(path: string): string[] {
  const name = basename(path, '.json')
  // What another engine drew stands beside it under that engine's name.
  const own = new RegExp(`^${name}(?:\\.(?!(?:local|docker|url)\\b)[a-z0-9-]+)?\\.svg$`)
  return readdirSync(dirname(path))
    .filter((file) => own.test(file))
    .sort((one, other) => one.length - other.length || one.localeCompare(other))
    .map((file) => join(dirname(path), file))
}

/** What keeps it from starting, said in one sentence. */
function refuse(task: Task, subject: Subject, { options, lang }: Context): ExitCode | undefined {
  const next = (step: string) => print(inLanguage(cliTexts.next(step), lang))
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang))
    next('npm run list')
    return exitCodes.usage
  }
  if (!existsSync(join(taskFolder(task), 'measure.ts'))) {
    print(inLanguage(measureTexts.notThere(task.id), lang))
    next(`npm run check ${task.id}`)
    return exitCodes.usage
  }
  if (task.engine === 'none' && (options.engine ?? 'embedded') !== 'embedded') {
    printError(inLanguage(measureTexts.withoutBroker(task.id), lang))
    next(`npm run measure ${task.id}`)
    return exitCodes.usage
  }
  if (subject.kind === 'learner' && !hasFiles(task)) {
    printError(inLanguage(screenTexts.filesMissing(mainFile(task), task.id), lang))
    return exitCodes.setUp
  }
  return undefined
}

/** Warnings that Node prints among them. */
const nodesOwn = /^\(node:\d+\) |^\(Use `node --trace|^Timeout duration was set/

/** Answers why nothing was measured, if so. */
async function measure(
  task: Task,
  subject: Subject,
  path: string,
  { options, lang }: Context,
): Promise<string | undefined> {
  endOnInterrupt()
  const { MQ_SUBJECT: _, MQ_RUN: __, ...inherited } = process.env
  const subjects = subjectRoot(subject)
  const program = join(root, 'lab', 'measure', 'main.ts')
  const child = spawn(process.execPath, [...subjectFlags, program, taskFolder(task), task.id, path], {
    cwd: root,
    env: {
      ...inherited,
      MQ_ENGINE: options.engine ?? 'embedded',
      MQ_LANG: lang,
      MQ_SEED: String(options.seed ?? seedOfToday()),
      ...(subjects === undefined ? {} : { MQ_SUBJECT: subjects }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const chunks: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return undefined
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((line) => /\w/.test(line) && !nodesOwn.test(line))
  // Said by the program itself, with the end of a broker's log perhaps; of a crash the last line tells most.
  const said = code === exitCodes.setUp ? lines.join('\n') : lines.at(-1)
  return said?.trim() || `exit code ${code}`
}
