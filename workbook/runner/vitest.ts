/** vitest as a library: silent, warm between runs, always in forked processes. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { TestModule, TestRunResult, Vitest } from 'vitest/node'
import { askedPaceMax, pace } from '#lab/kit/pace'
import { type Verdict, verdictSchema } from '#lab/verdict'
import { root, workbookPath } from '../root.ts'
import { killChildren } from './children.ts'
import { keepOwnSignals, onInterrupt } from './interrupt.ts'
import type { ReportedError, ReportedModule, ReportedTest, RunReport, StrayError } from './report.ts'
import type { Workers } from './workers.ts'

export interface TestRun {
  /** Absolute paths. */
  readonly files: readonly string[]
  /** Which tests of a file are run. Default: all. */
  namePatternOf?(file: string): RegExp | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** On a computer that does nothing else; a busy one is given longer, as the limits of its checks are. */
  readonly deadlineMs: number
}

export interface TestRunner {
  /** One run at a time. */
  run(request: TestRun): Promise<Omit<RunReport, 'streamed'>>
  close(): Promise<void>
}

/** After the workers were killed, vitest gets this long to notice. */
const noticeMs = 3000

export interface RunnerOptions {
  /** Each file gets one of these for itself. Left out: the files of a run are played one after the other in one that vitest forks. */
  readonly workers: Workers | undefined
  /** How many files are played at a time. */
  readonly filesAtOnce: number
}

/** Starts vitest over the tasks' project. */
export async function openTestRunner({ workers, filesAtOnce }: RunnerOptions): Promise<TestRunner> {
  const { createVitest } = await import('vitest/node')
  const vitest = await withDataFolder(() =>
    createVitest(
      {
        root,
        project: ['tasks'],
        pool: workers ?? 'forks',
        watch: false,
        reporters: [{}],
        cache: false,
        // Node reads the configuration as it is; bundling it first would need a place to write.
        configLoader: 'native',
        isolate: workers !== undefined,
        maxWorkers: filesAtOnce,
      },
      { cacheDir: workbookPath('vite') },
      { stdout: nowhere(), stderr: nowhere() },
    ),
  )
  keepOwnSignals()
  const withdraw = onInterrupt(() => vitest.close())
  await vitest.standalone()
  return {
    run: (request) => runTests(vitest, request),
    async close() {
      withdraw()
      await vitest.close()
    },
  }
}

/** vitest keeps a token for its web server, which is never started, in the user's home. It gets a folder of ours instead. */
async function withDataFolder<Result>(start: () => Promise<Result>): Promise<Result> {
  const before = process.env.XDG_DATA_HOME
  setEnvironment({ XDG_DATA_HOME: writableFolder() })
  try {
    return await start()
  } finally {
    setEnvironment({ XDG_DATA_HOME: before })
  }
}

function writableFolder(): string {
  const folder = workbookPath('vitest')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return join(tmpdir(), `mq-workbook-${process.getuid?.() ?? 'user'}`)
  }
}

async function runTests(
  vitest: Vitest,
  { files, namePatternOf, env, deadlineMs }: TestRun,
): Promise<Omit<RunReport, 'streamed'>> {
  const project = vitest.projects.find(({ name }) => name === 'tasks')
  if (project === undefined) throw new Error('vitest.config.ts has no project "tasks"')
  // Forks inherit the environment at the moment they start, which is once per file and run.
  setEnvironment(env)
  const specifications = files.map((file) => {
    const testNamePattern = namePatternOf?.(file)
    return project.createSpecification(file, testNamePattern === undefined ? undefined : { testNamePattern })
  })

  let timeUp: Pick<RunReport, 'deadlineMs' | 'isBusy'> = {}
  let giveUp: NodeJS.Timeout | undefined
  const began = performance.now()
  const abandoned = new Promise<undefined>((resolve) => {
    const endIfLate = (): void => {
      // Asked again each time: other work may have begun after the run. Whoever sets MQ_PACE knows better.
      const busy = askedPace(env) ?? pace()
      const allowedMs = deadlineMs * busy
      const leftMs = allowedMs - (performance.now() - began)
      if (leftMs > 0) {
        giveUp = setTimeout(endIfLate, leftMs)
        return
      }
      timeUp = { deadlineMs: allowedMs, ...(busy > 1 ? { isBusy: true } : {}) }
      killChildren('SIGKILL')
      giveUp = setTimeout(() => resolve(undefined), noticeMs)
    }
    giveUp = setTimeout(endIfLate, deadlineMs)
  })
  const result = await Promise.race([vitest.runTestSpecifications(specifications), abandoned])
  clearTimeout(giveUp)
  return { ...reportOf(result, files), ...timeUp }
}

/** What makes no sense is said by the run itself. */
function askedPace(env: TestRun['env']): number | undefined {
  const asked = Number(env['MQ_PACE'] ?? process.env.MQ_PACE ?? Number.NaN)
  return Number.isFinite(asked) ? Math.min(askedPaceMax, Math.max(1, asked)) : undefined
}

/** vitest remembers the modules of earlier runs; only those of this one count. */
function reportOf(result: TestRunResult | undefined, files: readonly string[]): Omit<RunReport, 'streamed'> {
  if (result === undefined)
    return { modules: [], strays: [{ message: '[vitest-pool] abandoned', stack: '' }] }
  const modules = result.testModules.filter(({ moduleId }) => files.includes(moduleId)).map(reportModule)
  return { modules, strays: result.unhandledErrors.map(reportStray) }
}

function reportModule(module: TestModule): ReportedModule {
  const tests: ReportedTest[] = []
  for (const test of module.children.allTests()) {
    const result = test.result()
    const verdict = readVerdict((test.meta() as { verdict?: unknown }).verdict)
    tests.push({
      name: test.name,
      state: result.state,
      ms: test.diagnostic()?.duration ?? 0,
      ...(verdict === undefined ? {} : { verdict }),
      errors: (result.errors ?? []).map(reportError),
    })
  }
  return { path: module.moduleId, tests, errors: module.errors().map(reportError) }
}

function reportError(error: {
  readonly message?: string
  readonly stack?: string | undefined
}): ReportedError {
  return { message: error.message ?? 'unknown error', stack: error.stack ?? '' }
}

function reportStray(error: unknown): StrayError {
  const stray = error as {
    message?: string
    stack?: string
    VITEST_TEST_PATH?: string
    VITEST_TEST_NAME?: string
  }
  return {
    ...reportError(stray),
    ...(stray.VITEST_TEST_PATH === undefined ? {} : { path: stray.VITEST_TEST_PATH }),
    ...(stray.VITEST_TEST_NAME === undefined ? {} : { testName: stray.VITEST_TEST_NAME }),
  }
}

function readVerdict(value: unknown): Verdict | undefined {
  const parsed = verdictSchema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

function setEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

/** vitest and the subjects print for themselves; here only verdicts speak. */
function nowhere(): NodeJS.WriteStream {
  return new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream
}
