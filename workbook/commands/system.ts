/** `npm run system`: the payment system as a whole, on brokers of any engine, and, with `storm`, under attack. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { root } from '../root.ts'
import { seedOfToday } from '../runner/judge.ts'
import { subjectFlags } from '../runner/run-node.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const { engine = 'embedded', seed = seedOfToday(), storm, rate, port } = options
  const words = Object.entries({ storm, rate, port }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  )
  const { MQ_SUBJECT: _, MQ_RUN: __, ...inherited } = process.env
  const child = spawn(process.execPath, [...subjectFlags, join(root, 'system', 'main.ts'), ...words], {
    cwd: root,
    env: { ...inherited, MQ_ENGINE: engine, MQ_LANG: lang, MQ_SEED: String(seed) },
    // A channel tells it when we are gone.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A group of its own: a terminal's Ctrl-C would end services and brokers before anybody could stop them. Windows has no groups.
    detached: process.platform !== 'win32',
  })
  // The first asks it to stop, the second does not ask.
  let asked = 0
  const stop = (): void => {
    asked += 1
    child.kill(asked === 1 ? 'SIGTERM' : 'SIGKILL')
  }
  for (const signal of signals) process.on(signal, stop)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  for (const signal of signals) process.off(signal, stop)
  return Object.values(exitCodes).find((each) => each === code) ?? exitCodes.setUp
}
