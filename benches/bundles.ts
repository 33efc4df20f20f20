/**
 * What a process that does nothing but load a package takes of the processor, from the package itself and from its bundle (brokers/bundles.js);
 * all take turns. The compile cache is warm: one start of each is made and not counted. Prints Markdown.
 *
 *     node benches/bundles.ts [n=25]
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { percentile, printMachine, printTable, word } from './kit/figures.ts'

const rounds = Number(word('n') ?? 25)

interface Case {
  readonly name: string
  readonly script: string
  readonly tookMs: number[]
}

const bundles = new URL('../node_modules/.bundles/', import.meta.url)
const quickImports = import.meta.resolve('#brokers/quick-imports')
const cases: readonly Case[] = [
  { name: 'nothing', script: '', tookMs: [] },
  ...readdirSync(bundles).flatMap((file) => {
    const [name = ''] = file.split('@')
    const load = `await import('${name}')`
    return [
      { name, script: load, tookMs: [] },
      {
        name: `${name}, bundled`,
        script: `(await import('${quickImports}')).quickenImports(); ${load}`,
        tookMs: [],
      },
    ]
  }),
]

/** Milliseconds, in user and kernel mode, of all its threads. */
function processorMs(script: string): number {
  const told = `${script}; const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)`
  const args = ['--min-semi-space-size=16', '--input-type=module', '-e', told]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

for (let round = -1; round < rounds; round++) {
  for (const { script, tookMs } of cases) {
    const ms = processorMs(script)
    if (round >= 0) tookMs.push(ms)
  }
}
printMachine(`n=${rounds}, milliseconds of processor time`)
printTable(
  ['what is loaded', 'median', 'lowest', 'highest'],
  cases.map(({ name, tookMs }) => [
    name,
    ...[0.5, 0, 1].map((share) => percentile(tookMs, share).toFixed(0)),
  ]),
)
