/**
 * `npm test`: the tests of the project itself, and the checks on the references; `npm run test:whole`: whole programs and
 * explorations, which take longer; `npm run test:real`: against real brokers.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { programRoot } from '../root.ts'
import { goOnUnlessInterrupted } from '../runner/interrupt.ts'
import { runNode } from '../runner/run-node.ts'
import { suggest } from '../suggest.ts'
import { print } from '../terminal.ts'
import { testTexts } from '../texts/test.ts'

interface Counts {
  readonly passed: number
  readonly failed: number
  /** Passed in a second run only (MQ_RETRY), and why the first failed. */
  readonly repeated?: readonly NamedTest[]
  /** Failed to the end: tests, and files that could not be loaded. */
  readonly lost?: readonly NamedTest[]
}

interface NamedTest {
  readonly name: string
  /** The first line of what was thrown. */
  readonly why: string
}

/** What vitest's JSON reporter says, as far as it is read. */
const resultSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
})

export async function run({ options, lang }: Context): Promise<ExitCode> {
  if (options.words.has('real')) return runReal(options.rest)
  const long = (['soak', 'whole'] as const).find((word) => options.words.has(word))
  const {
    passed,
    failed,
    repeated = [],
    lost = [],
  } = await runVitest([...chosen(long, options.rest), ...options.rest], environment())
  await goOnUnlessInterrupted()
  for (const { name, why } of repeated) print(inLanguage(testTexts.repeated(name, why), lang))
  if (long === undefined && options.rest.length === 0)
    print('', inLanguage(testTexts.leftOut(wholeFiles().length), lang))
  // Above the closing line once more: the report of a failure may stand hundreds of lines further up.
  for (const { name, why } of lost) print(inLanguage(testTexts.failed(name, why), lang))
  print('', `${passed} passed, ${failed} failed`)
  return failed === 0 ? exitCodes.done : exitCodes.failed
}

/** What is compared with real servers, and the program that does it. */
const realRuns: Readonly<Record<string, string>> = {
  rabbitmq: 'brokers/engines/local/test-rabbitmq.ts',
  kafka: 'brokers/engines/local/test-kafka.ts',
  tasks: 'workbook/parity/main.ts',
  docker: 'brokers/engines/docker/test-docker.ts',
}

/** With no name all that there are. A program prints its own table and closing line. */
async function runReal([name, ...args]: readonly string[]): Promise<ExitCode> {
  const names = Object.keys(realRuns)
  if (name !== undefined && !names.includes(name)) {
    throw new UsageError(testTexts.unknownReal(name, suggest(name, names), names))
  }
  let exitCode: ExitCode = exitCodes.done
  for (const each of name === undefined ? names : [name]) {
    const code = await runNode([join(programRoot, realRuns[each] ?? ''), ...args])
    if (code !== 0) exitCode = exitCodes.failed
    await goOnUnlessInterrupted()
  }
  return exitCode
}

/** Files of the project `whole`, which `npm test` leaves to `npm run test:whole`. */
function wholeFiles(): readonly string[] {
  return globSync('{brokers,dashboard,lab,system,workbook}/**/*.whole.test.ts', { cwd: programRoot })
}

/** Which projects are run, unless the caller names them. */
function chosen(long: 'soak' | 'whole' | undefined, args: readonly string[]): string[] {
  if (args.some((arg) => arg.startsWith('--project'))) return []
  const projects = long === undefined ? ['unit', 'wire', 'tasks'] : [long]
  return projects.flatMap((project) => ['--project', project])
}

/** The checks play on the references, so what a learner wrote changes nothing here (vitest.config.ts). */
function environment(): NodeJS.ProcessEnv {
  const { MQ_SUBJECT: _, MQ_RUN: __, MQ_RETRY: ___, ...env } = process.env
  return { ...env, MQ_CHECKS: 'references' }
}

/**
 * CI shares its computer with the brokers of every test: there a test that fails is played once more (MQ_RETRY=1). Said here and not in
 * vitest's configuration, which learners' checks and the law of the tasks read as well: they repeat nothing unseen.
 */
const retry = process.env['MQ_RETRY'] === undefined ? [] : [`--retry=${Number(process.env['MQ_RETRY'])}`]

async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'mq-test-'))
  const file = join(folder, 'results.json')
  try {
    const vitest = join(programRoot, 'node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const exitCode = await runNode([vitest, 'run', '--passWithNoTests', ...retry, ...reporters, ...args], env)
    return readCounts(file, exitCode)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A file that can't be loaded fails without a test, and an error that no test awaited fails the run. */
function readCounts(file: string, exitCode: number): Counts {
  let results: z.infer<typeof resultSchema>
  try {
    results = resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { passed: 0, failed: exitCode === 0 ? 0 : 1 }
  }
  const { numPassedTests, numFailedTests, testResults } = results
  const failedFiles = testResults.filter(({ status }) => status === 'failed').length
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages: [message] }) => {
      const file = relative(programRoot, name)
      return { status, message, named: { name: `${file}: ${fullName}`, why: firstLine(message) } }
    }),
  )
  const repeated = tests.filter(({ status, message }) => status === 'passed' && message !== undefined)
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const lost = [
    ...unloaded.map(({ name, message }) => ({ name: relative(programRoot, name), why: firstLine(message) })),
    ...tests.filter(({ status }) => status === 'failed').map(({ named }) => named),
  ]
  const failed = Math.max(numFailedTests, failedFiles, exitCode === 0 ? 0 : 1)
  return { passed: numPassedTests, failed, repeated: repeated.map(({ named }) => named), lost }
}

function firstLine(message = ''): string {
  return message.split('\n')[0] ?? ''
}
