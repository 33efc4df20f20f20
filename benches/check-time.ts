/**
 * How long a whole `npm run check` of each task takes, on its reference: wall time, and the time of its tests alone. The
 * tasks take turns, so that what else the computer does falls on all of them.
 *
 *     npm run bench check-time [tasks=mq-01,mq-02] [rounds=5]
 */
import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { median, printTable, word } from './kit/figures.ts'

const root = resolve(import.meta.dirname, '..')
const rounds = Number(word('rounds') ?? 5)
const tasks = word('tasks')?.split(',') ?? ['mq-01', 'mq-02', 'mq-03', 'mq-04', 'mq-10']

/** What `check … json` prints, as far as it is read. */
interface Checked {
  readonly outcome: string
  readonly tasks: readonly { readonly verdicts: readonly { readonly ms: number }[] }[]
}

const took = new Map(tasks.map((task) => [task, [] as { wallMs: number; testsMs: number }[]]))
for (let round = 0; round < rounds; round += 1) {
  for (const task of tasks) {
    const began = performance.now()
    const { outcome, tasks: judged } = await check(task)
    const wallMs = performance.now() - began
    // The time until a wrong verdict says nothing; on a computer that is far too busy there are such.
    if (outcome !== 'passed') {
      console.error(`npm run check ${task} reference: ${outcome}, left out`)
      continue
    }
    const testsMs = judged.flatMap(({ verdicts }) => verdicts).reduce((sum, { ms }) => sum + ms, 0)
    took.get(task)?.push({ wallMs, testsMs })
  }
}
const load = loadavg()[0]?.toFixed(1)
console.log(
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load} at the end; median of n, in brackets the quickest, seconds`,
)
const rows = [...took].map(([task, all]) => [
  task,
  String(all.length),
  ...(['wallMs', 'testsMs'] as const).map((column) => {
    const values = all.map((one) => one[column])
    return `${seconds(median(values))} (${seconds(Math.min(...values))})`
  }),
])
printTable(['task', 'n', 'the command', 'its tests'], rows)

async function check(task: string): Promise<Checked> {
  const args = ['workbook/main.js', 'check', task, 'reference', 'json', 'lang=en']
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    maxBuffer: 2 ** 26,
  }).catch(
    // A verdict of its own is told below.
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  )
  return JSON.parse(stdout) as Checked
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
