/** Runs one file of tests against real servers, by vitest, which prints its own account. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** How many of them passed and failed. @param file such as `new URL('./x.real.test.ts', import.meta.url)` */
export async function runRealTests(url: URL): Promise<Counts> {
  const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'mq-real-'))
  try {
    const results = join(folder, 'results.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
    const args = [vitest, 'run', '--project', 'real', ...reporters, fileURLToPath(url)]
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    const [code] = await once(child, 'close')
    return countsIn(results, code === 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that failed has at least one failure, also where no test could be blamed. */
function countsIn(file: string, isPassed: boolean): Counts {
  try {
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
    }
    return { passed, failed: Math.max(failed, isPassed ? 0 : 1) }
  } catch {
    // It ended before it could write what became of them.
    return { passed: 0, failed: 1 }
  }
}
