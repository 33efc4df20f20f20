/**
 * Measures a task: `node lab/measure/main.ts <task folder> <task id> <results file>`. Keeps the figures there and a chart
 * beside it, with further drawings where the task has some, prints the results as JSON; exits with 0, or with 3 and a sentence on stderr when nothing was measured.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { conclude } from '../kit/conclusion.ts'
import { stopEngines } from '../kit/engine.ts'
import { type Lab, openLab } from '../kit/lab.ts'
import { RunContext } from '../kit/run-context.ts'
import { repositoryRoot } from '../kit/subject-under-test.ts'
import { languageOf } from '../verdict/language.ts'
import { chartOf } from './chart.ts'
import type { Measurement } from './measurement.ts'
import { Meter } from './meter.ts'
import { keepResults } from './results.ts'

const [taskFolder, task, path] = process.argv.slice(2)
if (taskFolder === undefined || task === undefined || path === undefined) {
  process.stderr.write('Usage: node lab/measure/main.ts <task folder> <task id> <results file>\n')
  process.exit(2)
}
process.on('unhandledRejection', () => undefined)
process.exit(await main(resolve(repositoryRoot, taskFolder), task, path))

async function main(folder: string, id: string, results: string): Promise<number> {
  const lang = languageOf(process.env)
  let lab: Lab | undefined
  try {
    const run = new RunContext()
    const { measurement } = (await import(pathToFileURL(join(folder, 'measure.ts')).href)) as {
      measurement: Measurement
    }
    lab = await openLab({ taskFolder: folder, run, brokers: measurement.brokers })
    const meter = new Meter()
    await measurement.measure(lab, meter)
    const kept = keepResults(results, id, meter.figures, {
      engine: run.engine,
      server: lab.server || 'no broker',
      seed: run.seed,
      versions: versionsOf(measurement.libraries),
      machine: `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? process.arch}`,
      subject: lab.subject.shown('.'),
      at: new Date().toISOString(),
    })
    const base = results.replace(/\.json$/, '')
    writeFileSync(`${base}.svg`, chartOf(kept, lang))
    for (const [name, draw] of meter.drawings) writeFileSync(`${base}.${name}.svg`, draw(lang))
    process.stdout.write(`${JSON.stringify(kept)}\n`)
    return 0
  } catch (error) {
    const conclusion = conclude(error, lab)
    const said =
      conclusion.outcome === 'failed'
        ? conclusion.breach.said
        : conclusion.outcome === 'inconclusive'
          ? conclusion.cause
          : undefined
    process.stderr.write(`${said?.[lang] ?? String(error)}\n`)
    return 3
  } finally {
    await lab?.[Symbol.asyncDispose]().catch(() => undefined)
    await stopEngines().catch(() => undefined)
  }
}

/** As installed: what a range in package.json allows says nothing about what ran. */
function versionsOf(libraries: readonly string[]): Record<string, string> {
  const require = createRequire(join(repositoryRoot, 'package.json'))
  const entries = libraries.map((name) => {
    const file = require.resolve
      .paths(name)
      ?.map((folder) => join(folder, name, 'package.json'))
      .find(existsSync)
    const version =
      file === undefined ? 'unknown' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    return [name, version] as const
  })
  return Object.fromEntries([['node', process.versions.node], ...entries])
}
