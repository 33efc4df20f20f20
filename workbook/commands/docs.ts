/** `npm run docs`: the reference pages of the code, one entry for each door in package.json. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { programRoot, root } from '../root.ts'
import { runNode } from '../runner/run-node.ts'
import { print } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { docsTexts } from '../texts/docs.ts'

const packageSchema = z.object({ imports: z.record(z.string(), z.string()).default({}) })

export async function run({ lang }: Context): Promise<ExitCode> {
  const doors = readDoors()
  print(inLanguage(docsTexts.start(doors.length), lang))
  const exitCode = await runNode([
    join(programRoot, 'node_modules', 'typedoc', 'bin', 'typedoc'),
    ...doors.flatMap((door) => ['--entryPoints', door]),
  ])
  if (exitCode !== 0) {
    print('', inLanguage(docsTexts.failed, lang), inLanguage(cliTexts.next('npm run typecheck'), lang))
    return exitCodes.failed
  }
  print('', inLanguage(cliTexts.next('docs/index.html'), lang))
  return exitCodes.done
}

/** The files that other folders may import. One that is not written yet has nothing to show, nor has one that a process begins with (JavaScript). */
function readDoors(): string[] {
  const { imports } = packageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  return [...new Set(Object.values(imports))].filter(
    (file) => file.endsWith('.ts') && existsSync(join(root, file)),
  )
}
