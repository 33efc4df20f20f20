/**
 * How long until the embedded RabbitMQ accepts clients: in a worker thread, in a child process, from a pre-forked spare; and
 * how long a restart with messages waiting takes. The compile cache is warm: two starts are made and not counted.
 *
 *     node benches/broker-start.ts [n=20] [messages=10000]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { discardSpares, prepareSpare, type RabbitMQOptions, startRabbitMQ } from '#brokers/amqp'
import { printMachine, word } from './kit/contenders.ts'
import { fillQueue } from './kit/load.ts'

const WARM_UP_STARTS = 2
const starts = Number(word('n') ?? 20)
const waiting = Number(word('messages') ?? 10_000)

interface Case {
  readonly name: string
  readonly options: RabbitMQOptions
  /** What is done before the clock runs. */
  readonly prepare?: () => Promise<void>
}

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

async function measureStart(one: Case): Promise<number> {
  await one.prepare?.()
  const began = performance.now()
  const broker = await startRabbitMQ(one.options)
  const tookMs = performance.now() - began
  await broker.stop()
  return tookMs
}

/** A broker that has its messages, for restarts. */
async function measureRestarts(options: RabbitMQOptions): Promise<number[]> {
  const broker = await startRabbitMQ(options)
  await fillQueue(broker.url, waiting)
  const tookMs: number[] = []
  for (let start = 0; start < starts + WARM_UP_STARTS; start++) {
    await broker.stop()
    const began = performance.now()
    await broker.restart()
    if (start >= WARM_UP_STARTS) tookMs.push(performance.now() - began)
  }
  await broker.stop()
  return tookMs
}

function printRow(name: string, tookMs: number[]): void {
  tookMs.sort((a, b) => a - b)
  const [median, min, max] = [tookMs[tookMs.length >> 1], tookMs[0], tookMs.at(-1)].map((ms) =>
    ms?.toFixed(0),
  )
  console.log(`| ${name} | ${median} | ${min} | ${max} |`)
}

printMachine(`n=${starts}, milliseconds until the port accepts clients`)
console.log('| how | median | min | max |\n|---|---|---|---|')
for (const one of cases) {
  for (let start = 0; start < WARM_UP_STARTS; start++) await measureStart(one)
  const tookMs: number[] = []
  for (let start = 0; start < starts; start++) tookMs.push(await measureStart(one))
  printRow(one.name, tookMs)
}
for (const runsIn of ['worker', 'child'] as const) {
  const tookMs = await measureRestarts({ runsIn, dataDir: join(folder, `restart-${runsIn}`) })
  printRow(`${runsIn}, restart with ${waiting} messages`, tookMs)
}
await discardSpares()
await rm(folder, { recursive: true, force: true })
