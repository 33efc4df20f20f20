/**
 * How many schedules a second the crash explorer plays over mq-02's reference, by kind of crash and by how many are
 * played at a time. A schedule is: a vhost, a subject's process, two payments, a crash, another process, the verdict.
 *
 *     node benches/explorer-rate.ts [rounds=3] [crash=subject|broker|connection] [task=exercises/3-mq/02-rabbitmq-producer]
 */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { crashKinds, type Exploration } from '#lab/explore'
import { explore } from '#lab/explore/explorer'
import { RunContext } from '#lab/kit/run-context'
import { printMachine, word } from './kit/figures.ts'

const rounds = Number(word('rounds') ?? 3)
const root = resolve(import.meta.dirname, '..')
const taskFolder = join(root, word('task') ?? 'exercises/3-mq/02-rabbitmq-producer')
process.env.MQ_SUBJECT = join(root, 'solutions')

const { exploration } = (await import(pathToFileURL(join(taskFolder, 'explore.ts')).href)) as {
  exploration: Exploration
}
const kinds = crashKinds.filter((kind) => kind === (word('crash') ?? kind))
const cores = availableParallelism()
const run = new RunContext()

printMachine(
  `${rounds} rounds after one that is not counted, every single crash of the run, seed ${run.seed}`,
)
console.log(
  '| crash | at a time | schedules | held | a second: median | min | max |\n|---|---|---|---|---|---|---|',
)
for (const crash of kinds) {
  for (const atOnce of [1, cores, cores * 2]) {
    const rates: number[] = []
    let [played, held] = [0, 0]
    for (let round = 0; round <= rounds; round++) {
      const explored = await explore({ taskFolder, exploration, run, crash, atOnce })
      if (round > 0) rates.push((explored.played / explored.ms) * 1000)
      ;({ played, held } = explored)
    }
    rates.sort((a, b) => a - b)
    const [median, min, max] = [rates[rates.length >> 1], rates[0], rates.at(-1)].map((rate) =>
      rate?.toFixed(1),
    )
    console.log(`| ${crash} | ${atOnce} | ${played} | ${held} | ${median} | ${min} | ${max} |`)
  }
}
process.exit(0)
