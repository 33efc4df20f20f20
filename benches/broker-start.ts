/**
 * How long until the embedded RabbitMQ accepts clients: in a worker thread, in a child process, from a pre-forked spare.
 * The compile cache is warm: two starts are made and not counted.
 *
 *     node benches/broker-start.ts [n=20]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { discardSpares, prepareSpare, type RabbitMQOptions, startRabbitMQ } from '#brokers/amqp'

const WARM_UP_STARTS = 2
const starts = Number(process.argv.find((word) => word.startsWith('n='))?.slice(2) ?? 20)

interface Case {
  readonly name: string
  readonly options: RabbitMQOptions
  /** What is done before the clock runs. */
  readonly prepare?: () => Promise<void>
}

const folder = await mkdtemp(join(tmpdir(), 'broker-start-'))
const cases: readonly Case[] = [
  { name: 'worker, in memory', options: { runsIn: 'worker' } },
  { name: 'worker, SQLite', options: { runsIn: 'worker', dataDir: join(folder, 'worker') } },
  { name: 'child, in memory', options: { runsIn: 'child' } },
  { name: 'child, SQLite', options: { runsIn: 'child', dataDir: join(folder, 'child') } },
  {
    name: 'spare, SQLite',
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

console.log(`Node ${process.version}, n=${starts}, milliseconds until the port accepts clients`)
console.log('| how | median | min | max |\n|---|---|---|---|')
for (const one of cases) {
  for (let start = 0; start < WARM_UP_STARTS; start++) await measureStart(one)
  const tookMs: number[] = []
  for (let start = 0; start < starts; start++) tookMs.push(await measureStart(one))
  tookMs.sort((a, b) => a - b)
  const [median, min, max] = [tookMs[tookMs.length >> 1], tookMs[0], tookMs.at(-1)].map((ms) =>
    ms?.toFixed(0),
  )
  console.log(`| ${one.name} | ${median} | ${min} | ${max} |`)
}
await discardSpares()
await rm(folder, { recursive: true, force: true })
