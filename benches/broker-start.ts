/**
 * How long until the embedded RabbitMQ accepts clients: in a worker thread, in a child process, from a pre-forked spare; and
 * how long a restart with messages waiting takes; beside the real RabbitMQ 3.10 and 4.0 where they can be had (fewer starts,
 * since one takes seconds). The compile cache is warm: two starts are made and not counted. Prints Markdown.
 *
 *     node benches/broker-start.ts [n=20] [realn=3] [messages=10000] [real=3.10,4.0|none]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { discardSpares, prepareSpare, type RabbitMQOptions, startRabbitMQ } from '#brokers/amqp'
import { endOnSignals, realWord, startReals, urlOf } from './kit/contenders.ts'
import { percentile, printMachine, printTable, word } from './kit/figures.ts'
import { fillQueue } from './kit/load.ts'

const WARM_UP_STARTS = 2
const starts = Number(word('n') ?? 20)
const realStarts = Number(word('realn') ?? 3)
const waiting = Number(word('messages') ?? 10_000)

interface Case {
  readonly name: string
  readonly options: RabbitMQOptions
  /** What is done before the clock runs. */
  readonly prepare?: () => Promise<void>
}

endOnSignals()
const folder = await mkdtemp(join(tmpdir(), 'broker-start-'))
const cases: readonly Case[] = [
  { name: 'worker, in memory', options: { runsIn: 'worker' } },
  { name: 'worker, on disk', options: { runsIn: 'worker', dataDir: join(folder, 'worker') } },
  { name: 'child, in memory', options: { runsIn: 'child' } },
  { name: 'child, on disk', options: { runsIn: 'child', dataDir: join(folder, 'child') } },
  {
    name: 'spare, on disk',
    options: { runsIn: 'child', dataDir: join(folder, 'spare') },
    prepare: prepareSpare,
  },
]
const rows: string[][] = []

for (const one of cases) {
  for (let start = 0; start < WARM_UP_STARTS; start++) await measureStart(one)
  const tookMs: number[] = []
  for (let start = 0; start < starts; start++) tookMs.push(await measureStart(one))
  rows.push(rowOf(one.name, tookMs))
}
for (const runsIn of ['worker', 'child'] as const) {
  const broker = await startRabbitMQ({ runsIn, dataDir: join(folder, `restart-${runsIn}`) })
  rows.push(rowOf(`${runsIn}, restart with ${waiting} messages`, await measureRestarts(broker, starts)))
  await broker.stop()
}
await discardSpares()
await rm(folder, { recursive: true, force: true })
for (const version of realWord()) await measureReal(version)
printMachine(`n=${starts} (real ones ${realStarts}), milliseconds until the port accepts clients`)
printTable(['how', 'median', 'lowest', 'highest'], rows)

async function measureStart(one: Case): Promise<number> {
  await one.prepare?.()
  const began = performance.now()
  const broker = await startRabbitMQ(one.options)
  const tookMs = performance.now() - began
  await broker.stop()
  return tookMs
}

/** With messages waiting; stopped in good order each time. */
async function measureRestarts(
  broker: { readonly url: string; stop(): Promise<void>; restart(): Promise<void> },
  count: number,
): Promise<number[]> {
  await fillQueue(broker.url, waiting)
  const tookMs: number[] = []
  for (let start = 0; start < count + WARM_UP_STARTS; start++) {
    await broker.stop()
    const began = performance.now()
    await broker.restart()
    if (start >= WARM_UP_STARTS) tookMs.push(performance.now() - began)
  }
  return tookMs
}

async function measureReal(version: ReturnType<typeof realWord>[number]): Promise<void> {
  const tookMs: number[] = []
  for (let start = 0; start < realStarts; start++) {
    const began = performance.now()
    const [node] = await startReals([version])
    if (node === undefined) return
    tookMs.push(performance.now() - began)
    if (start === realStarts - 1) {
      rows.push(rowOf(`${node.server}, on disk`, tookMs))
      const broker = { url: urlOf(node), stop: () => node.stop(), restart: () => node.restart() }
      const restartsMs = await measureRestarts(broker, realStarts)
      rows.push(rowOf(`${node.server}, restart with ${waiting} messages`, restartsMs))
    }
    await node[Symbol.asyncDispose]()
  }
}

function rowOf(name: string, tookMs: readonly number[]): string[] {
  const figures = [percentile(tookMs, 0.5), Math.min(...tookMs), Math.max(...tookMs)]
  return [name, ...figures.map((ms) => ms.toFixed(0))]
}
