/**
 * How long until a subject in a process of its own has started: in a new process, and from a spare that was forked ahead.
 * The subject connects with amqplib; the broker's part of it is measured beside and stands in a row of its own.
 *
 *     node benches/actor-start.ts [n=30]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { connect } from 'amqplib'
import { startRabbitMQ } from '#brokers/amqp'
import { prepareSpareActors, startActor } from '#lab/actors'
import { printMachine, word } from './kit/figures.ts'

const WARM_UP_STARTS = 3
const starts = Number(word('n') ?? 30)
/** What a spare needs to have loaded everything; generous, since a slow spare would be measured as a cold start. */
const spareMs = 600

// Below the repository, where its packages are found.
const ours = join(import.meta.dirname, '..', '.workbook')
await mkdir(ours, { recursive: true })
const folder = await mkdtemp(join(ours, 'actor-start-'))
const idle = join(folder, 'idle.ts')
const connected = join(folder, 'connected.ts')
await writeFile(idle, `export const start = async () => ({ stop: async (): Promise<void> => {} })\n`)
await writeFile(
  connected,
  `import { connect } from 'amqplib'
export async function start(world: { amqpUrl: string }) {
  const connection = await connect(world.amqpUrl, { noDelay: true })
  await connection.createConfirmChannel()
  return { stop: () => connection.close() }
}\n`,
)
const broker = await startRabbitMQ({ runsIn: 'worker' })

async function measureStart(file: string, prepare?: () => void): Promise<number> {
  if (prepare !== undefined) {
    prepare()
    // A spare does not say when it is through with loading: that is not part of what it is for.
    await new Promise((resolve) => setTimeout(resolve, spareMs))
  }
  const world = { amqpUrl: broker.url, kafkaBrokers: [], nameSuffix: 'bench', databaseDir: folder, seed: 1 }
  const began = performance.now()
  const actor = await startActor({ file, name: 'bench', lane: 'producer', world })
  const tookMs = performance.now() - began
  await actor.kill()
  return tookMs
}

/** What the subject's own connection and channel take, without any process. */
async function measureConnecting(): Promise<number> {
  const began = performance.now()
  const connection = await connect(broker.url, { noDelay: true })
  await connection.createConfirmChannel()
  const tookMs = performance.now() - began
  await connection.close()
  return tookMs
}

const rows: readonly (readonly [string, () => Promise<number>])[] = [
  ['new process, empty subject', () => measureStart(idle)],
  ['spare for any subject, empty subject', () => measureStart(idle, () => prepareSpareActors())],
  ['new process, subject that connects', () => measureStart(connected)],
  ['spare for any subject, subject that connects', () => measureStart(connected, () => prepareSpareActors())],
  [
    'spare that has loaded it, subject that connects',
    () => measureStart(connected, () => prepareSpareActors({ file: connected })),
  ],
  ['for comparison: connecting, without a process', measureConnecting],
]

printMachine(`n=${starts}, milliseconds until start(world) has resolved`)
console.log('| how | median | min | max |\n|---|---|---|---|')
for (const [name, measure] of rows) {
  for (let start = 0; start < WARM_UP_STARTS; start++) await measure()
  const tookMs: number[] = []
  for (let start = 0; start < starts; start++) tookMs.push(await measure())
  tookMs.sort((a, b) => a - b)
  const [median, min, max] = [tookMs[tookMs.length >> 1], tookMs[0], tookMs.at(-1)].map((ms) =>
    ms?.toFixed(1),
  )
  console.log(`| ${name} | ${median} | ${min} | ${max} |`)
}
await broker.stop()
await rm(folder, { recursive: true, force: true })
process.exit(0)
