/** `npm run explore <id>`: crashes a task's subject around every message, and shows the shortest run that breaks it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { entryOf, exploredSchema } from '#lab/explore/coverage'
import { type RunEvent, type RunEventOf, runEventSchema } from '#lab/verdict/events'
import { formatNumber } from '#lab/verdict/language'
import { renderVerdict } from '#lab/verdict/render'
import type { Context } from '../command.ts'
import { findTask, hasFiles, loadCourse, mainFile, taskFolder } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import type { Subjects } from '../progress/evidence.ts'
import { hashFiles } from '../progress/files.ts'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { endOnInterrupt, goOnUnlessInterrupted } from '../runner/interrupt.ts'
import { seedOfToday } from '../runner/judge.ts'
import { subjectFlags } from '../runner/run-node.ts'
import { layOut, overlayNames, type Subject, subjectRoot } from '../runner/subject.ts'
import { readJsonFile, writeJsonFile } from '../state/json-file.ts'
import { hasColour, paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { exploreTexts } from '../texts/explore.ts'
import { optionTexts } from '../texts/options.ts'
import { screenTexts } from '../texts/screen.ts'
import { runCoverage } from './explore-coverage.ts'
import { ExploreProgress } from './explore-progress.ts'

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const course = await loadCourse()
  if (options.words.has('coverage')) return runCoverage(course, context)
  if (options.target === undefined) throw new UsageError(optionTexts.targetMissing('explore'))
  const task = findTask(course, options.target)
  const subject = readSubject(task, options.subject ?? 'mine')
  const refusal = refuse(task, subject, context)
  if (refusal !== undefined) return refusal
  // What is saved meanwhile was not explored.
  const code = subject.kind === 'learner' ? hashFiles(root, task) : {}
  const asData = options.words.has('json') || options.words.has('events')
  const seed = options.seed ?? seedOfToday()
  const crash = options.crash ?? 'subject'
  if (!asData)
    print(paint('gray', inLanguage(exploreTexts.start(task.id, shownSubject(context), crash), lang)), '')
  endOnInterrupt()
  layOut(task, subject)
  const child = startExplorer(task, subject, { ...context, seed })
  const events: RunEvent[] = []
  // Whoever reads the events sees each schedule end by itself.
  const progress = options.words.has('events') ? undefined : new ExploreProgress(lang)
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const event = readEvent(line)
    if (event !== undefined) {
      events.push(event)
      progress?.hear(event)
    }
    if (options.words.has('events')) print(line)
  })
  const { exitCode, trouble } = await whenEnded(child)
  progress?.end()
  await goOnUnlessInterrupted()
  if (options.at === undefined)
    keepExplored(events, { task, subject, seed, code, keepsReference: options.words.has('keep') })
  if (options.words.has('events')) return exitCode
  if (options.words.has('json')) printJson(asJson(events))
  else printFindings(events, { task, seed, trouble, context })
  return exitCode
}

/** What keeps it from starting, said in one sentence. */
function refuse(task: Task, subject: Subject, { lang }: Context): ExitCode | undefined {
  const next = (step: string) => print(inLanguage(cliTexts.next(step), lang))
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang))
    next('npm run list')
    return exitCodes.usage
  }
  if (!existsSync(join(taskFolder(task), 'explore.ts'))) {
    print(inLanguage(exploreTexts.notThere(task.id), lang))
    next(`npm run check ${task.id}`)
    return exitCodes.usage
  }
  if (subject.kind === 'learner' && !hasFiles(task)) {
    printError(inLanguage(screenTexts.filesMissing(mainFile(task), task.id), lang))
    return exitCodes.setUp
  }
  return undefined
}

/**
 * Keeps what was tried on the learner's own code in results/explored.json, for the table of the reliability review (`keep` does so for the
 * reference, in solutions/results): a single replayed moment is no exploration, and a run that broke down has tried nothing.
 */
function keepExplored(
  events: readonly RunEvent[],
  {
    task,
    subject,
    seed,
    code,
    keepsReference,
  }: { task: Task; subject: Subject; seed: number; code: Subjects; keepsReference: boolean },
): void {
  const isKept = subject.kind === 'learner' || (subject.kind === 'reference' && keepsReference)
  const found = isKept ? entryOf(events, { seed, at: new Date(), code }) : undefined
  if (found === undefined) return
  const own = subject.kind === 'learner' ? [] : ['solutions']
  const path = join(root, ...own, 'results', 'explored.json')
  const kept = readJsonFile(path, exploredSchema, new Date()).data
  const before = kept.tasks[task.id]?.[found.crash]
  // A sample of the same code takes nothing away from a whole exploration that held.
  const isFuller =
    before !== undefined &&
    before.broken === 0 &&
    (before.tried ?? 0) > (found.entry.tried ?? 0) &&
    isDeepStrictEqual(before.code, code)
  if (isFuller && found.entry.broken === 0) return
  const tasks = { ...kept.tasks, [task.id]: { ...kept.tasks[task.id], [found.crash]: found.entry } }
  // What can't be kept is on the screen all the same.
  writeJsonFile(path, { tasks })
}

/** Throws a UsageError that lists what there is. */
function readSubject(task: Task, name: string): Subject {
  if (name === 'mine') return { kind: 'learner' }
  if (name === 'reference') return { kind: 'reference' }
  const [folder, overlay = ''] = name.split('/')
  const kind = folder === 'wrong' ? 'wrong' : 'alternative'
  if (overlayNames(task, kind).includes(overlay)) return { kind, name: overlay }
  const known = [
    'mine',
    'reference',
    ...overlayNames(task, 'wrong').map((each) => `wrong/${each}`),
    ...overlayNames(task, 'alternative').map((each) => `alternatives/${each}`),
  ]
  throw new UsageError(exploreTexts.unknownSubject(name, known))
}

function shownSubject({ options, lang }: Context): string {
  const name = options.subject ?? 'mine'
  return name === 'mine' ? inLanguage(exploreTexts.mine, lang) : name
}

function startExplorer(
  task: Task,
  subject: Subject,
  { options, lang, seed }: Context & { seed: number },
): ChildProcess {
  const { MQ_SUBJECT: _, MQ_RUN: __, ...inherited } = process.env
  const subjects = subjectRoot(subject)
  const words = (['crash', 'schedules', 'messages', 'at'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [`${name}=${options[name]}`],
  )
  return spawn(
    process.execPath,
    [...subjectFlags, join(root, 'lab', 'explore', 'main.ts'), taskFolder(task), ...words],
    {
      cwd: root,
      env: {
        ...inherited,
        MQ_ENGINE: options.engine ?? 'embedded',
        MQ_LANG: lang,
        MQ_SEED: String(seed),
        ...(subjects === undefined ? {} : { MQ_SUBJECT: subjects }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

async function whenEnded(child: ChildProcess): Promise<{ exitCode: ExitCode; trouble: string }> {
  const chunks: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const known = [exitCodes.done, exitCodes.failed, exitCodes.usage].find((each) => each === code)
  return { exitCode: known ?? exitCodes.setUp, trouble: Buffer.concat(chunks).toString('utf8').trim() }
}

function readEvent(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function last<Kind extends RunEvent['kind']>(
  events: readonly RunEvent[],
  kind: Kind,
): RunEventOf<Kind> | undefined {
  return events.findLast((event): event is RunEventOf<Kind> => event.kind === kind)
}

function asJson(events: readonly RunEvent[]): unknown {
  return {
    outcome: last(events, 'end')?.outcome ?? 'inconclusive',
    circumstances: last(events, 'run')?.circumstances,
    explored: last(events, 'explored'),
    verdict: last(events, 'verdict')?.verdict,
  }
}

function printFindings(
  events: readonly RunEvent[],
  { task, seed, trouble, context }: { task: Task; seed: number; trouble: string; context: Context },
): void {
  const { lang, options } = context
  const [verdict, explored] = [last(events, 'verdict')?.verdict, last(events, 'explored')]
  if (verdict === undefined || explored === undefined) {
    const said = last(events, 'say')?.text
    const reason =
      said === undefined
        ? (trouble.split('\n').findLast((line) => /\w/.test(line)) ?? '')
        : inLanguage(said, lang)
    print(paint('yellow', `? ${inLanguage(exploreTexts.trouble(reason), lang)}`))
    print('', inLanguage(cliTexts.next('npm run doctor'), lang))
    return
  }
  const subject = options.subject === undefined ? '' : ` subject=${options.subject}`
  const { engine = 'embedded' } = options
  const on = engine === 'embedded' ? '' : ` engine=${engine}`
  const repeat = `npm run explore ${task.id}${subject}${on} seed=${seed}`
  const replay = explored.replay === undefined ? repeat : `${repeat} ${explored.replay}`
  print(renderVerdict(verdict, { lang, colour: hasColour, repeat: replay }))
  if (verdict.outcome === 'failed' && explored.replay?.includes(' at=') === false)
    print(`    ${inLanguage(exploreTexts.withoutCrash, lang)}`)
  if (explored.ms > 0) {
    const perSecond = formatNumber((explored.schedules / explored.ms) * 1000, lang)
    print('', paint('gray', inLanguage(exploreTexts.summary({ ...explored, perSecond, seed }), lang)))
  } else print('')
  const other = explored.covered[explored.covered.indexOf(explored.crash) + 1]
  const again =
    other === undefined ? `npm run check ${task.id}` : `npm run explore ${task.id}${subject} crash=${other}`
  const next = verdict.outcome === 'failed' ? `npm run hint ${task.id}` : again
  print(inLanguage(cliTexts.next(next), lang))
}
