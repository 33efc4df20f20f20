/**
 * Whether one request costs the embedded Kafka the same however much it holds: producing one record of 100 bytes, fetching 16 KB
 * from anywhere and looking an offset up by time, with 1,000 to 1,000,000 records in a partition, and with 1 to 1,000
 * partitions; its memory, and a restart after a kill. On disk, in a child, over the wire: requests are sent 20 ahead of their
 * answers, and what counts is the processor time of the broker's process, so that what else the computer does is left out as
 * far as can be. Rounds at all sizes take turns; figures are medians, and medians of the ratios to the least size in the same
 * round. Prints Markdown; Linux only, since it reads /proc.
 *
 *     node benches/kafka-growth.ts [part=records,partitions] [rounds=7] [seconds=1] [sizes=1000,100000,1000000] [keeps=disk|memory]
 */
import { performance } from 'node:perf_hooks'
import { type Kafka, startKafka } from '#brokers/kafka'
import { encodeBatch } from '#brokers/kafka/batch'
import { endOnSignals } from './kit/contenders.ts'
import { printTable, processorMs, residentMegabytes, Samples, word, words } from './kit/figures.ts'
import { startEmbedded } from './kit/kafka-field.ts'
import { type Load, loads, openRequests, type Requests, STEP_MS } from './kit/kafka-requests.ts'

const parts = words('part', ['records', 'partitions'])
const rounds = Number(word('rounds') ?? 7)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const recordSizes = (word('sizes') ?? '1000,100000,1000000').split(',').map(Number)
const [keeps = 'disk'] = words('keeps', ['disk', 'memory'], ['disk'])
const PARTITION_COUNTS = [1, 100, 1000]
/** In each partition where partitions are counted. */
const FEW_RECORDS = 1000
const RECORDS_PER_BATCH = 10
const IN_FLIGHT = 20

interface Size {
  readonly label: number
  readonly partitions: number
  readonly records: number
}

interface World {
  readonly row: string
  readonly size: Size
  readonly cluster: Kafka
  readonly requests: Requests
}

endOnSignals()
const samples = new Samples()
if (parts.includes('records')) {
  await measure(
    'records',
    recordSizes.map((records) => ({ label: records, partitions: 1, records })),
  )
}
if (parts.includes('partitions')) {
  await measure(
    'partitions',
    PARTITION_COUNTS.map((partitions) => ({ label: partitions, partitions, records: FEW_RECORDS })),
  )
}
process.exit(0)

/** A cluster for each size: what one holds must not disturb the other's figures, only take its turn. */
async function measure(what: string, sizes: readonly Size[]): Promise<void> {
  const worlds: World[] = []
  for (const size of sizes) worlds.push(await open(what, size))
  // The first round warms up.
  for (let round = 0; round < rounds + 1; round++) {
    for (const load of loads) {
      for (const world of worlds) {
        const us = await cpuUs(world, load)
        if (round > 0) samples.add(world.row, load, us)
      }
    }
  }
  const [least] = worlds as [World]
  const rows: string[][] = []
  for (const { row, size, cluster, requests } of worlds) {
    const memory = residentMegabytes(cluster.pid)
    requests.close()
    const restartMs = keeps === 'disk' ? await restart(cluster) : Number.NaN
    await cluster[Symbol.asyncDispose]()
    rows.push([
      size.label.toLocaleString('en-US'),
      ...loads.map(
        (load) =>
          `${samples.median(row, load).toFixed(1)} (${samples.ratio(row, least.row, load).toFixed(2)})`,
      ),
      memory.toFixed(0),
      restartMs.toFixed(0),
    ])
  }
  console.log(
    `Node ${process.version}, embedded Kafka in a child, ${keeps === 'disk' ? 'on disk without fsync' : 'in memory'}; microseconds of its processor time a request, median of ${rounds} rounds of ${measuredMs} ms, in brackets the ratio to the least\n`,
  )
  printTable([what, ...loads, 'memory MB', 'restart after a kill ms'], rows)
}

async function open(what: string, size: Size): Promise<World> {
  const cluster = await (keeps === 'disk' ? startEmbedded() : startKafka({ runsIn: 'child' }))
  const requests = await openRequests(cluster.brokers[0] ?? '', size.partitions)
  const records = Array.from({ length: RECORDS_PER_BATCH }, (_, at) => ({
    value: Buffer.alloc(100, 'x'),
    timestampDelta: at * STEP_MS,
  }))
  await requests.fill(size.records / RECORDS_PER_BATCH, (batch) =>
    encodeBatch(records, { baseTimestamp: batch * RECORDS_PER_BATCH * STEP_MS }),
  )
  return { row: `${what} ${size.label}`, size, cluster, requests }
}

/** Of the broker's process, for one request. */
async function cpuUs({ cluster, requests }: World, load: Load): Promise<number> {
  const before = processorMs([cluster.pid])
  const began = performance.now()
  const count = await requests.run(load, {
    inFlight: IN_FLIGHT,
    isOver: () => performance.now() - began > measuredMs,
  })
  return ((processorMs([cluster.pid]) - before) * 1000) / count
}

async function restart(cluster: Kafka): Promise<number> {
  await cluster.kill()
  const began = performance.now()
  await cluster.restart()
  return performance.now() - began
}
