/** Runs one file of tests against real servers, by vitest, which prints its own account. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Whether all of it passed. @param file such as `new URL('./x.real.test.ts', import.meta.url)` */
export async function runRealTests(url: URL): Promise<boolean> {
  const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
  const file = fileURLToPath(url)
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'real', file], { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code === 0
}
