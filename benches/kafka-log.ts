/**
 * What it costs the embedded Kafka to keep records, by its logs alone: appending and reading in memory and on disk by the size
 * of a batch; whether an append, a fetch, a look-up by time and a restart cost the same however many records a partition has
 * and however many partitions there are; and what a record takes in memory. Rows take turns; the figures are medians.
 *
 *     node --expose-gc benches/kafka-log.ts [part=rates,records,partitions,memory] [rounds=7] [seconds=0.5]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createClock } from '#brokers/clock'
import { encodeBatch, readBatchHeader, seal, setPlace } from '#brokers/kafka/batch'
import { Disk } from '#brokers/kafka/disk'
import { MemoryRecordLog, type RecordLog, SegmentRecordLog } from '#brokers/kafka/log'
import { percentile, thousands, word } from './kit/figures.ts'

const median = (values: readonly number[]) => percentile(values, 0.5)

type Kind = 'memory' | 'os' | 'fsync'

const parts = (word('part') ?? 'rates,records,partitions,memory').split(',')
const rounds = Number(word('rounds') ?? 7)
const measuredMs = Number(word('seconds') ?? 0.5) * 1000
const MEMORY_BYTES_MAX = 64 * 1024 * 1024
const FETCH_BYTES = 1024 * 1024
/** Between the times of two records. */
const STEP_MS = 10
const root = mkdtempSync(join(tmpdir(), 'kafka-log-bench-'))

/** Some partitions of one kind, and the commit that they share. */
interface Place {
  readonly logs: RecordLog[]
  commit(): void
  /** Opens the logs again as a start after a clean stop, or after a kill, does; gives how long that took. */
  restart(how: 'stop' | 'kill'): Promise<number>
  end(): Promise<void>
}

let places = 0

function openPlace(kind: Kind, partitions: number, folder = join(root, `place-${++places}`)): Place {
  if (kind === 'memory') {
    const logs = Array.from({ length: partitions }, () => new MemoryRecordLog())
    return { logs, commit() {}, restart: async () => Number.NaN, end: async () => {} }
  }
  mkdirSync(folder, { recursive: true })
  const options = { durability: kind, clock: createClock(), memoryBytesMax: MEMORY_BYTES_MAX, onChange() {} }
  let disk = new Disk(options)
  const open = () =>
    Array.from(
      { length: partitions },
      (_, at) => new SegmentRecordLog({ disk, folder: join(folder, `orders-${at}`) }),
    )
  const place: Place = {
    logs: open(),
    commit: () => disk.commit(),
    async restart(how) {
      disk.commit()
      if (how === 'stop') for (const log of place.logs) log.close()
      await disk.close()
      disk = new Disk(options)
      const began = performance.now()
      place.logs.splice(0, partitions, ...open())
      return performance.now() - began
    },
    end: async () => {
      await disk.close()
      rmSync(folder, { recursive: true })
    },
  }
  return place
}

/** A batch of `count` records with `bytes` each, as a producer sends it. */
function newBatch(count: number, bytes: number): Buffer {
  const value = Buffer.alloc(bytes, 'x')
  return encodeBatch(Array.from({ length: count }, (_, at) => ({ value, timestampDelta: at * STEP_MS })))
}

/** As a partition does it: a copy that gets its place; here also its time. */
function append(log: RecordLog, batch: Buffer): void {
  const bytes = Buffer.from(batch)
  const baseOffset = log.endOffset
  setPlace(bytes, { baseOffset, leaderEpoch: 0 })
  const baseTimestamp = baseOffset * STEP_MS
  const span = readBatchHeader(batch).maxTimestamp
  bytes.writeBigInt64BE(BigInt(baseTimestamp), 27)
  bytes.writeBigInt64BE(BigInt(baseTimestamp + span), 35)
  seal(bytes)
  log.append(bytes, readBatchHeader(bytes))
}

/** Calls `act` for the measured time; gives how often it was called in a second. */
function perSecond(act: () => void, ms = measuredMs): number {
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < ms) {
    act()
    calls++
  }
  return (calls / (performance.now() - began)) * 1000
}

/** Microseconds of processor time that one call takes: what else the computer does is left out. */
function cpuUs(act: () => void, ms: number): number {
  const before = process.threadCpuUsage()
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < ms) {
    for (let each = 0; each < 20; each++) act()
    calls += 20
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / calls
}

const anyOf = <T>(all: readonly T[]) => all[Math.floor(Math.random() * all.length)] as T

function read(log: RecordLog, offset: number, bytesMax: number): Buffer[] {
  return log.read({ offset, endOffset: log.endOffset, bytesMax, evenOne: true })
}

async function rates(): Promise<void> {
  console.log(
    '\nRecords of 1 KB a second. Each commit has one batch; reading is in order, 1 MB at a time, 64 MB in all.\n',
  )
  console.log('| records in a batch | log | append | read |\n|---|---|---|---|')
  const rows = [1, 10, 100, 1000].flatMap((count) =>
    (['memory', 'os', 'fsync'] as const).map((kind) => ({
      count,
      kind,
      appends: [] as number[],
      reads: [] as number[],
    })),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { count, kind, appends, reads } of rows) {
      const place = openPlace(kind, 1)
      const [log] = place.logs as [RecordLog]
      const batch = newBatch(count, 1024)
      const commits = perSecond(() => {
        // Memory is not without end: the log in memory forgets what a consumer would have read.
        if (log.bytes > 256 * 1024 * 1024) log.deleteBefore(log.endOffset)
        append(log, batch)
        place.commit()
      })
      while (log.bytes < 64 * 1024 * 1024) append(log, batch)
      place.commit()
      // Behind the batches that are still in memory, where there is a file.
      const start = log.startOffset
      const until = Math.min(log.endOffset, start + 64 * 1024)
      let offset = start
      const fetches = perSecond(() => {
        const batches = read(log, offset, FETCH_BYTES)
        offset += batches.length * count
        if (offset >= until) offset = start
      })
      appends.push(commits * count)
      reads.push(fetches * Math.floor(FETCH_BYTES / batch.length) * count)
      await place.end()
    }
  }
  for (const { count, kind, appends, reads } of rows)
    console.log(`| ${count} | ${kind} | ${thousands(median(appends))} | ${thousands(median(reads))} |`)
}

interface Growth {
  readonly label: number
  readonly place: Place
  readonly tookUs: Record<'append' | 'fetch' | 'time', number[]>
}

/** Costs of single operations at places of several sizes, round by round. */
async function growth(
  kind: Kind,
  sizes: readonly { label: number; partitions: number; records: number }[],
): Promise<void> {
  const batch = newBatch(1, 100)
  const all: Growth[] = []
  for (const { label, partitions, records } of sizes) {
    const place = openPlace(kind, partitions)
    for (const log of place.logs) {
      for (let at = 0; at < records; at++) {
        append(log, batch)
        if (at % 1000 === 999) place.commit()
      }
    }
    place.commit()
    all.push({ label, place, tookUs: { append: [], fetch: [], time: [] } })
  }
  const firstRecords = all.map(({ place }) => place.logs.map((log) => log.endOffset))
  for (let round = 0; round < rounds + 1; round++) {
    for (const [at, { place, tookUs }] of all.entries()) {
      const { logs } = place
      const offsetOf = (log: RecordLog) =>
        Math.floor(Math.random() * (firstRecords[at]?.[logs.indexOf(log)] ?? 0))
      const costs = {
        // A turn of the event loop with one client's batch.
        append: cpuUs(() => {
          append(anyOf(logs), batch)
          place.commit()
        }, measuredMs),
        fetch: cpuUs(() => {
          const log = anyOf(logs)
          read(log, offsetOf(log), 16_384)
        }, measuredMs),
        time: cpuUs(() => {
          const log = anyOf(logs)
          log.findTime(offsetOf(log) * STEP_MS)
        }, measuredMs),
      }
      // The first round warms up.
      if (round > 0) for (const what of ['append', 'fetch', 'time'] as const) tookUs[what].push(costs[what])
    }
  }
  const [least] = all as [Growth]
  for (const { label, place, tookUs } of all) {
    const cells = (['append', 'fetch', 'time'] as const).map((what) => {
      const took = median(tookUs[what])
      return `${took.toFixed(1)} (${(took / median(least.tookUs[what])).toFixed(2)})`
    })
    const restarts =
      kind === 'memory'
        ? ['', '']
        : [await place.restart('kill'), await place.restart('stop')].map((ms) => ms.toFixed(1))
    console.log(`| ${kind} | ${label.toLocaleString('en')} | ${[...cells, ...restarts].join(' | ')} |`)
    await place.end()
  }
}

const growthHead = (what: string) =>
  `| log | ${what} | append µs | fetch 16 KB µs | look-up by time µs | start after a kill ms | after a stop ms |\n|---|---|---|---|---|---|---|`

function memory(): void {
  console.log(
    '\nMemory of a log with 200,000 records of 100 bytes, beyond the bytes of its batches (heap and buffers).\n',
  )
  console.log(
    '| log | records in a batch | MB of batches | MB in memory | bytes a record beyond its batch |\n|---|---|---|---|---|',
  )
  for (const kind of ['memory', 'os'] as const) {
    for (const count of [1, 10, 100]) {
      const before = usedBytes()
      const place = openPlace(kind, 1)
      const [log] = place.logs as [RecordLog]
      const batch = newBatch(count, 100)
      for (let at = 0; at < 200_000 / count; at++) {
        append(log, batch)
        if (at % 100 === 0) place.commit()
      }
      place.commit()
      const used = usedBytes() - before
      const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
      const beyond = kind === 'memory' ? ((used - log.bytes) / 200_000).toFixed(0) : 'bounded'
      console.log(`| ${kind} | ${count} | ${mb(log.bytes)} | ${mb(used)} | ${beyond} |`)
    }
  }
  const before = usedBytes()
  const place = openPlace('os', 1)
  const [log] = place.logs as [RecordLog]
  const batch = newBatch(100, 1024)
  while (log.bytes < 2 * 1024 * 1024 * 1024) {
    append(log, batch)
    place.commit()
  }
  const used = (usedBytes() - before) / 1024 / 1024
  console.log(
    `\nA log of 2 GB on disk: ${used.toFixed(0)} MB in memory, of which ${MEMORY_BYTES_MAX / 1024 / 1024} may be its latest batches.`,
  )
}

function usedBytes(): number {
  global.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

console.log(
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}); median of ${rounds} rounds, ${measuredMs} ms each`,
)
try {
  if (parts.includes('rates')) await rates()
  if (parts.includes('records')) {
    console.log(
      '\nOne partition, records of 100 bytes in batches of one; in brackets the ratio to the smallest.\n',
    )
    console.log(growthHead('records'))
    const sizes = [1000, 100_000, 1_000_000].map((records) => ({ label: records, partitions: 1, records }))
    for (const kind of ['memory', 'os'] as const) await growth(kind, sizes)
  }
  if (parts.includes('partitions')) {
    console.log('\n1,000 records in each partition.\n')
    console.log(growthHead('partitions'))
    const sizes = [1, 100, 1000].map((partitions) => ({ label: partitions, partitions, records: 1000 }))
    for (const kind of ['memory', 'os'] as const) await growth(kind, sizes)
  }
  if (parts.includes('memory')) memory()
} finally {
  rmSync(root, { recursive: true, force: true })
}
