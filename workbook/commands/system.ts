/** `npm run system`: the payment system as a whole, on brokers of any engine, and, with `storm`, under attack. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { root } from '../root.ts'
import { seedOfToday } from '../runner/judge.ts'
import { subjectFlags } from '../runner/run-node.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const { engine = 'embedded', seed = seedOfToday(), storm, rate, port } = options
  const words = Object.entries({ storm, rate, port }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  )
  const { MQ_SUBJECT: _, MQ_RUN: __, ...inherited } = process.env
  // Ctrl-C goes to both of us; the system stops by itself, and we wait for it.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  const child = spawn(process.execPath, [...subjectFlags, join(root, 'system', 'main.ts'), ...words], {
    cwd: root,
    env: { ...inherited, MQ_ENGINE: engine, MQ_LANG: lang, MQ_SEED: String(seed) },
    stdio: 'inherit',
  })
  const forward = (): void => void child.kill('SIGTERM')
  process.on('SIGTERM', forward)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  process.off('SIGINT', ignore)
  process.off('SIGTERM', forward)
  return Object.values(exitCodes).find((each) => each === code) ?? exitCodes.setUp
}
