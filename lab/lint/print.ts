/**
 * Prints what is made from a design that stands as data: `node lab/lint/print.ts flow|asyncapi <architecture.ts>`. `flow` is a Mermaid
 * flowchart, `asyncapi` one AsyncAPI 3.0 document a service, as a JSON list. Exits with 2 when it is called otherwise.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { asyncApiOf } from './asyncapi.ts'
import type { DesignData } from './design.ts'
import { drawFlow } from './flow.ts'

const [what, file] = process.argv.slice(2)
if ((what !== 'flow' && what !== 'asyncapi') || file === undefined) {
  refuse('Usage: node lab/lint/print.ts flow|asyncapi <architecture.ts>')
} else if (!existsSync(file)) {
  refuse(`There is no file ${file}: name the one that exports "architecture".`)
} else {
  const { architecture } = (await import(pathToFileURL(resolve(file)).href)) as { architecture?: DesignData }
  if (architecture === undefined) refuse(`${file} exports no "architecture".`)
  else {
    const documents = () => architecture.services.map((service) => asyncApiOf(architecture, service))
    process.stdout.write(
      `${what === 'flow' ? drawFlow(architecture) : JSON.stringify(documents(), null, 2)}\n`,
    )
  }
}

function refuse(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 2
}
