/** `npm run dashboard`: all of this in the browser. The server is a program of its own, which shows what this one knows. */
import { join } from 'node:path'
import type { Context } from '../command.ts'
import type { ExitCode } from '../exit.ts'
import { programRoot } from '../root.ts'
import { runNode } from '../runner/run-node.ts'

export async function run({ options }: Context): Promise<ExitCode> {
  const words = [
    ...(options.port === undefined ? [] : [`port=${options.port}`]),
    ...(options.open === undefined ? [] : [`open=${options.open}`]),
  ]
  // Of taking types away, which serves our modules to the browser, Node warns each time; nothing that a learner could act on.
  const flags = ['--disable-warning=ExperimentalWarning']
  return (await runNode([...flags, join(programRoot, 'dashboard', 'main.ts'), ...words])) as ExitCode
}
