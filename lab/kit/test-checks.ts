/** Runs checks of a test's own as a learner's editor would: plain vitest over a temporary task. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Verdict } from '../verdict/verdict.ts'
import { environmentWithoutRun } from './test-labs.ts'
import { layOutTask } from './test-tasks.ts'

/** The address of one of the kit's modules, for a file that lies elsewhere. */
export function kit(file: string): string {
  return new URL(`./${file}`, import.meta.url).href
}

export interface CheckedTest {
  readonly name: string
  readonly status: string
  readonly verdict: Verdict | undefined
  /** What plain vitest shows. */
  readonly message: string
}

export interface CheckRun {
  readonly tests: readonly CheckedTest[]
  readonly code: number | null
  readonly output: string
}

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

const config = `export default { test: {
  pool: 'forks', watch: false, include: ['**/*.check.test.ts'], testTimeout: 10_000,
  experimental: { viteModuleRunner: false, nodeLoader: false },
  setupFiles: [${JSON.stringify(fileURLToPath(kit('setup.ts')))}],
} }`

/** Lays out a task whose check is `check`, runs it and answers what came of each test. */
export async function runChecks(
  check: string,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<CheckRun & { readonly folder: string }> {
  const folder = layOutTask({ ...files, 'mq-07.check.test.ts': check, '../vitest.config.mjs': config })
  const root = dirname(folder)
  const report = join(root, 'report.json')
  const args = [
    'run',
    '--root',
    root,
    '--config',
    join(root, 'vitest.config.mjs'),
    '--reporter=json',
    `--outputFile=${report}`,
  ]
  const child = spawn(process.execPath, [vitest, ...args], {
    cwd: root,
    // What a killed worker can't remove goes with the task's folder.
    env: { ...environmentWithoutRun(), TMPDIR: root, MQ_LANG: 'en', MQ_SEED: '7', MQ_PACE: '1', ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { folder, code, output, tests: existsSync(report) ? testsIn(readFileSync(report, 'utf8')) : [] }
}

function testsIn(report: string): CheckedTest[] {
  const { testResults } = JSON.parse(report) as {
    testResults: {
      assertionResults: {
        title: string
        status: string
        meta: { verdict?: Verdict }
        failureMessages: string[] | null
      }[]
    }[]
  }
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status, meta, failureMessages }) => ({
      name: title,
      status,
      verdict: meta.verdict,
      message: (failureMessages ?? []).join('\n'),
    })),
  )
}
