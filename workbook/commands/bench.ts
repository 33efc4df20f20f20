/** `npm run bench [name]`: runs a bench of the project, or lists them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { firstComment } from '../lesson.ts'
import { UsageError } from '../options.ts'
import { root } from '../root.ts'
import { runNode } from '../runner/run-node.ts'
import { suggest } from '../suggest.ts'
import { paint, print } from '../terminal.ts'
import { benchTexts } from '../texts/bench.ts'
import { cliTexts } from '../texts/cli.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const names = benchNames()
  const [name, ...args] = options.rest
  const next = (step: string) => print('', inLanguage(cliTexts.next(step), lang))
  if (name === undefined) {
    const width = Math.max(0, ...names.map((each) => each.length))
    print(
      ...(names.length === 0
        ? [inLanguage(benchTexts.none, lang)]
        : names.map((each) => `  ${each.padEnd(width)}  ${paint('gray', question(each))}`)),
    )
    next(names[0] === undefined ? 'npm run exercise' : `npm run bench ${names[0]}`)
    return exitCodes.done
  }
  if (!names.includes(name)) throw new UsageError(benchTexts.unknown(name, suggest(name, names)))
  const exitCode = await runNode([join(root, 'benches', `${name}.ts`), ...args])
  next('npm run bench')
  return exitCode === 0 ? exitCodes.done : exitCodes.setUp
}

function benchNames(): string[] {
  const folder = join(root, 'benches')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

/** A bench opens with the question it answers. */
function question(name: string): string {
  return firstComment(readFileSync(join(root, 'benches', `${name}.ts`), 'utf8'))
}
