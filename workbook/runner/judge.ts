/** Judges subjects: vitest and the type check at the same time, then one verdict per item. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Circumstances, Language, Outcome, Verdict } from '#lab/verdict'
import type { RunServer } from '#lab/verdict/channel'
import type { RunCommand, RunEvent } from '#lab/verdict/events'
import { taskFolder } from '../course.ts'
import type { Subjects } from '../progress/evidence.ts'
import { hashFiles } from '../progress/files.ts'
import type { EvidenceKind, Item, Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { isLesson } from '../study/lessons.ts'
import { endOnInterrupt, goOnUnlessInterrupted } from './interrupt.ts'
import type { RunReport } from './report.ts'
import { isPlayed, removeSharedChecks, writeSharedChecks } from './shared-checks.ts'
import { layOut, type Subject, subjectFolder, subjectRoot, typeScriptFiles } from './subject.ts'
import { checkTypes, type TypeCheck, type TypeProblem } from './typecheck.ts'
import { assembleVerdicts, experimentOf, toldVerdicts, withTypeCheck } from './verdicts.ts'
import { openTestRunner, type TestRunner } from './vitest.ts'
import { Workers } from './workers.ts'

/** The seed of a run that was given none, such as 20260719: runs of one day repeat each other, the next day tries another. */
export function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''))
}

export interface JudgeOptions {
  readonly engine: Circumstances['engine']
  readonly lang: Language
  readonly seed?: number
  readonly onEvent?: (event: RunEvent) => void
  /** Has subjects of ours judged in one worker (`judgeTogether`). What a learner wrote gets a worker of its own. */
  readonly sharesWorker?: boolean
}

export interface Request {
  readonly tasks: readonly Task[]
  readonly subject: Subject
  /** Judges these items alone. Default: all. */
  readonly items?: readonly string[]
  /** Leaves a lesson's experiments out: what the learner writes does not change them. */
  readonly withoutExperiments?: boolean
  /** What the compiler said about these subjects already; left out, it is asked. */
  readonly types?: TypeCheck
}

/** Subjects of one task that are ours, whose types are known. */
export interface TogetherRequest {
  readonly task: Task
  readonly trials: readonly Pick<Request, 'subject' | 'items' | 'withoutExperiments'>[]
  readonly types: TypeCheck
}

/** One experiment of a lesson, run as a check. */
export interface Experiment {
  readonly name: string
  readonly verdict: Verdict
}

/** What one task's subject was found to do. */
export interface Judgement {
  readonly task: Task
  readonly verdicts: readonly Verdict[]
  readonly typeProblems: readonly TypeProblem[]
  /** Items that passed when they ran and fail for the types alone. */
  readonly spoiltByTypes: ReadonlySet<string>
  /** Items that failed only because the run had ended at another one. */
  readonly unreached: ReadonlySet<string>
  /** Items whose test ended before it could speak, so that their verdict was made up here. */
  readonly madeUp: ReadonlySet<string>
  /** What a lesson's experiments came to. They prove no item; nothing of the learner's takes part in them. */
  readonly experiments: readonly Experiment[]
  /** Names of the tests that reported, as written. */
  readonly testNames: readonly string[]
  readonly outcome: Outcome
  readonly circumstances: Circumstances
  /** The learner's files as they were when the run began. Absent for any other subject. */
  readonly subjects?: Subjects
  readonly began: Date
  readonly ms: number
  /** How long the broker took to start, when a check started one. */
  readonly brokerReadyMs?: number
}

/** Kinds of evidence that a test produces. */
const judgedKinds: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>(['check', 'document', 'rubric'])

/** Time for one task at least, all its tests together. Each test is bounded too; this catches what that bound can't. */
const deadlinePerTaskMs = 120_000
/** On a busy computer a task with many checks needs more. */
const deadlinePerCheckMs = 20_000
/** Members of a group wait for each other. */
const deadlinePerKafkaTaskMs = 180_000
/** A real broker starts in seconds, and again after every kill; time passes on it only by waiting. */
const deadlinePerTaskRealMs = 600_000

function deadlineOf(tasks: readonly Task[], engine: Circumstances['engine']): number {
  if (engine !== 'embedded') return deadlinePerTaskRealMs * tasks.length
  return tasks.map(deadlineOfTask).reduce((sum, ms) => sum + ms, 0)
}

function deadlineOfTask({ engine, items }: Task): number {
  const checks = items.filter(({ evidence }) => evidence.includes('check')).length
  const least = engine === 'rabbitmq' || engine === 'none' ? deadlinePerTaskMs : deadlinePerKafkaTaskMs
  return Math.max(least, checks * deadlinePerCheckMs)
}

/** Of the ways in which an item is proven, those that a run of its tests can speak for. */
export function kindsJudged(item: Item): EvidenceKind[] {
  return item.evidence.filter((kind) => judgedKinds.has(kind))
}

export function isJudged(item: Item): boolean {
  return kindsJudged(item).length > 0
}

export class Judge {
  readonly #options: JudgeOptions
  readonly #workers: Workers | undefined
  readonly #runner: Promise<TestRunner>
  readonly #channel: Promise<RunServer>
  #events: RunEvent[] = []

  /** Starts everything at once; the first judgement waits for what it needs. */
  constructor(options: JudgeOptions) {
    endOnInterrupt()
    this.#options = options
    this.#workers = options.sharesWorker === true ? undefined : new Workers()
    // While vitest loads here, it and the lab load there.
    this.#workers?.forkAhead(1)
    this.#runner = openTestRunner({ workers: this.#workers, filesAtOnce: this.#filesAtOnce })
    this.#channel = this.#openChannel()
    // Whoever asks first gets the error; a judge that is closed unused must not end the program with it.
    this.#runner.catch(() => {})
    this.#channel.catch(() => {})
  }

  get seed(): number {
    return this.#options.seed ?? seedOfToday()
  }

  /** Several tasks in one run share two cores. Real brokers are slow to start, or not this run's alone: the next file waits. */
  get #filesAtOnce(): number {
    return this.#options.sharesWorker === true || this.#options.engine !== 'embedded' ? 1 : 2
  }

  /** Judges the subject of each task. One judgement at a time. */
  async judge({
    tasks,
    subject,
    items,
    withoutExperiments = false,
    types: known,
  }: Request): Promise<Judgement[]> {
    const began = performance.now()
    const when = new Date()
    this.#events = []
    // What is saved while the run goes on was not judged, so the files are looked at before it begins.
    const hashes = new Map(
      subject.kind === 'learner' ? tasks.map((task) => [task, hashFiles(root, task)] as const) : [],
    )
    const folders = new Map(
      tasks.map((task) => [task, known === undefined ? layOut(task, subject) : subjectFolder(task, subject)]),
    )
    const typesChecked =
      known ?? checkTypes([...folders].flatMap(([task, folder]) => typeScriptFiles(task, folder)))
    const files = filesFor(tasks.flatMap(checkFiles), items)
    const report = await this.#runTests({ files, subject, items, tasks, withoutExperiments })
    const types = await typesChecked
    await goOnUnlessInterrupted()
    const ms = performance.now() - began
    return tasks.map((task) => {
      const subjects = hashes.get(task)
      const folder = folders.get(task) ?? ''
      const judgement = this.#conclude({ task, folder, report, types, items, testFiles: checkFiles(task) })
      return { ...judgement, began: when, ms, ...(subjects === undefined ? {} : { subjects }) }
    })
  }

  /**
   * Judges several subjects of a task in one worker with one set of brokers, which is most of the time that a judgement takes.
   * One that ends the worker is judged alone, and so are those that expected it otherwise: see run-law.ts. One judgement at a time.
   */
  async judgeTogether({ task, trials, types }: TogetherRequest): Promise<Judgement[]> {
    const judged: Judgement[] = []
    while (judged.length < trials.length) {
      const left = trials.slice(judged.length)
      if (left.length > 1) judged.push(...(await this.#judgeShared({ task, trials: left, types })))
      const next = trials[judged.length]
      if (next !== undefined) judged.push(...(await this.judge({ tasks: [task], types, ...next })))
    }
    return judged
  }

  /** Those that were judged to their end, in order: all, or as many as there are before the one at which the worker ended. */
  async #judgeShared({ task, trials, types }: TogetherRequest): Promise<Judgement[]> {
    const began = new Date()
    this.#events = []
    const files = new Map(
      trials.map((trial) => [writeSharedChecks(task, checkFiles(task), trial.subject), trial]),
    )
    const patterns = new Map(
      [...files].map(([file, { items, withoutExperiments = false }]) => [
        file,
        namesOf(items, withoutExperiments),
      ]),
    )
    const runner = await this.#runner
    const report = await runner.run({
      files: [...files.keys()],
      namePatternOf: (file) => patterns.get(file),
      env: {
        ...this.#environment([task], [...patterns.values()]),
        MQ_SUBJECT: undefined,
        MQ_RUN: undefined,
        MQ_KEEP_BROKERS: '1',
      },
      deadlineMs: deadlineOf(Array(trials.length).fill(task), this.#options.engine),
    })
    await goOnUnlessInterrupted()
    const judgements: Judgement[] = []
    for (const [file, { subject, items }] of files) {
      const module = report.modules.find(({ path }) => path === file)
      if (module === undefined || !isPlayed(module)) break
      const own = {
        modules: [module],
        strays: report.strays.filter(({ path }) => path === file),
        streamed: [],
      }
      const folder = subjectFolder(task, subject)
      const judgement = this.#conclude({ task, folder, report: own, types, items, testFiles: [file] })
      const ms = module.tests.reduce((sum, test) => sum + test.ms, 0)
      judgements.push({ ...judgement, began, ms })
    }
    return judgements
  }

  /** Has the process of the next judgement loaded by then. */
  forkAhead(): void {
    this.#workers?.forkAhead(1)
  }

  /** Tells the run something: pause, step, a fault. */
  async send(command: RunCommand): Promise<void> {
    const channel = await this.#channel
    channel.send(command)
  }

  async close(): Promise<void> {
    const [runner, channel] = await Promise.allSettled([this.#runner, this.#channel])
    await this.#workers?.discard()
    if (runner.status === 'fulfilled') await runner.value.close()
    if (channel.status === 'fulfilled') await channel.value.close()
    if (this.#options.sharesWorker === true) removeSharedChecks()
  }

  async #openChannel(): Promise<RunServer> {
    const { openRunServer } = await import('#lab/verdict/channel')
    const channel = await openRunServer()
    channel.onEvent((event) => {
      this.#events.push(event)
      this.#options.onEvent?.(event)
    })
    return channel
  }

  async #runTests(asked: {
    readonly files: readonly string[]
    readonly subject: Subject
    readonly items: readonly string[] | undefined
    readonly tasks: readonly Task[]
    readonly withoutExperiments: boolean
  }): Promise<RunReport> {
    const { files, subject, items, tasks, withoutExperiments } = asked
    const namePattern = namesOf(items, withoutExperiments)
    const channel = await this.#channel
    const env = {
      ...this.#environment(tasks, [namePattern]),
      MQ_SUBJECT: subjectRoot(subject),
      MQ_RUN: channel.address,
      MQ_KEEP_BROKERS: undefined,
    }
    const howMany = Math.min(files.length, this.#filesAtOnce)
    const [task, other] = tasks
    const loads = task === undefined || other !== undefined ? [] : filesOfChecks(task)
    this.#workers?.tell({ env, loads, howMany })
    const runner = await this.#runner
    const report = await runner.run({
      files,
      namePatternOf: () => namePattern,
      env,
      deadlineMs: Number(process.env.MQ_DEADLINE_MS ?? deadlineOf(tasks, this.#options.engine)),
    })
    await this.#workers?.discard()
    return {
      ...report,
      streamed: this.#events.flatMap((event) => (event.kind === 'verdict' ? [event.verdict] : [])),
    }
  }

  /** What the workers of every run are told. */
  #environment(
    tasks: readonly Task[],
    patterns: readonly (RegExp | undefined)[],
  ): Record<string, string | undefined> {
    // Words alone need no broker.
    const isWritten = tasks.every(isLesson) && !patterns.includes(undefined)
    const [broker, other] = new Set(tasks.map(brokerOf))
    return {
      MQ_ENGINE: this.#options.engine,
      MQ_SEED: String(this.seed),
      MQ_LANG: this.#options.lang,
      // The broker boots while the checks are still being loaded.
      MQ_PREPARE: isWritten || other !== undefined ? undefined : broker,
    }
  }

  #conclude(found: {
    readonly task: Task
    readonly folder: string
    readonly report: RunReport
    readonly types: TypeCheck
    readonly items: readonly string[] | undefined
    readonly testFiles: readonly string[]
  }): Omit<Judgement, 'began' | 'ms'> {
    const { task, folder, report, testFiles } = found
    const items = task.items.filter((item) => isJudged(item) && (found.items?.includes(item.id) ?? true))
    const problems = found.types.problems.filter(({ file }) => file.startsWith(folder + sep))
    const { verdicts: assembled, unreached } = assembleVerdicts({ items, folder, testFiles }, report)
    const verdicts = withTypeCheck(assembled, { problems }, shownPath)
    const told = toldVerdicts(report)
    const experiments = experimentsIn(report, testFiles)
    const ready = this.#events.find((event) => event.kind === 'broker' && event.state === 'ready')
    return {
      task,
      verdicts,
      typeProblems: problems,
      spoiltByTypes: new Set(
        verdicts.filter((verdict, index) => verdict !== assembled[index]).map(({ item }) => item),
      ),
      unreached,
      madeUp: new Set(assembled.filter((verdict) => !told.has(verdict)).map(({ item }) => item)),
      experiments,
      testNames: report.modules
        .filter(({ path }) => testFiles.includes(path))
        .flatMap(({ tests }) => tests.map(({ name }) => name)),
      outcome: outcomeOf([...verdicts, ...experiments.map(({ verdict }) => verdict)], problems.length > 0),
      circumstances: {
        engine: this.#options.engine,
        servers: this.#servers(),
        seed: this.seed,
        node: process.version,
      },
      ...(ready?.kind === 'broker' && ready.tookMs !== undefined ? { brokerReadyMs: ready.tookMs } : {}),
    }
  }

  #servers(): string[] {
    const told = this.#events.flatMap((event) => {
      if (event.kind === 'run') return event.circumstances.servers
      // What befalls one node is told of that node: "Kafka 4.3.1, node 1".
      return event.kind === 'broker' ? [event.server.replace(/, node \d+$/, '')] : []
    })
    return [...new Set(told)]
  }
}

/** What a worker starts ahead for the checks of a task (`MQ_PREPARE`); nothing where they differ in it. */
function brokerOf({ engine, kafkaNodes = 1 }: Task): string {
  if (engine === 'kafka') return `kafka-${kafkaNodes}`
  return engine === 'rabbitmq' ? engine : ''
}

/** Which tests of a task are run: those of some items (`mq-03.1`, and not `mq-03.10`), or all but the experiments. */
function namesOf(items: readonly string[] | undefined, withoutExperiments: boolean): RegExp | undefined {
  if (items !== undefined)
    return new RegExp(`^(?:${items.map((item) => item.replace('.', '\\.')).join('|')})(?!\\d)`)
  return withoutExperiments ? /^(?!experiment )/ : undefined
}

/** The verdicts of tests that are named after an experiment. One that was left out has none. */
function experimentsIn({ modules }: RunReport, testFiles: readonly string[]): Experiment[] {
  return modules
    .filter(({ path }) => testFiles.includes(path))
    .flatMap(({ tests }) =>
      tests.flatMap(({ name, verdict }) => {
        const experiment = experimentOf(name)
        return experiment === undefined || verdict === undefined ? [] : [{ name: experiment, verdict }]
      }),
    )
}

/** The test files of a task, absolute. */
export function checkFiles(task: Task): string[] {
  const folder = taskFolder(task)
  try {
    return readdirSync(folder)
      .filter((name) => /\.check\.test\.ts$|^claims\.test\.ts$/.test(name))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

/** What the checks of a task import, where it lies beside them: its scenarios, promises and rules. */
function filesOfChecks(task: Task): string[] {
  const folder = taskFolder(task)
  const scenarios = join(folder, 'scenarios')
  return [
    ...['promises.ts', 'run.ts', 'notes.rules.ts'].map((name) => join(folder, name)).filter(existsSync),
    ...(existsSync(scenarios) ? readdirSync(scenarios).map((name) => join(scenarios, name)) : []),
  ]
}

/** The files that name one of these items: another one would start a worker and brokers for nothing. All, where none does. */
function filesFor(files: readonly string[], items: readonly string[] | undefined): readonly string[] {
  if (items === undefined) return files
  const naming = files.filter((file) => {
    const source = readFileSync(file, 'utf8')
    return items.some((item) => source.includes(`'${item} `))
  })
  return naming.length === 0 ? files : naming
}

/** Failed beats inconclusive: one broken promise is enough. Nothing judged at all is inconclusive. */
export function outcomeOf(verdicts: readonly Verdict[], hasTypeProblems: boolean): Outcome {
  if (hasTypeProblems || verdicts.some(({ outcome }) => outcome === 'failed')) return 'failed'
  if (verdicts.length === 0 || verdicts.some(({ outcome }) => outcome === 'inconclusive'))
    return 'inconclusive'
  return 'passed'
}
