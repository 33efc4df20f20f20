/**
 * What it costs the embedded Kafka to keep records, by its logs alone: appending and reading in memory and on disk by the size
 * of a batch; whether an append, a fetch, a look-up by time and a restart cost the same however many records a partition has
 * and however many partitions there are; and what a record takes in memory. Rows take turns; the figures are medians.
 *
 *     node --expose-gc benches/kafka-log.ts [part=memory,rates,records,partitions] [rounds=7] [seconds=0.5]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createClock } from '#brokers/clock'
import { encodeBatch, readBatchHeader, seal, setPlace } from '#brokers/kafka/batch'
import { Disk } from '#brokers/kafka/disk'
import { MemoryRecordLog, type RecordLog, SegmentRecordLog } from '#brokers/kafka/log'
import { median, thousands, word } from './kit/figures.ts'

type Kind = 'memory' | 'os' | 'fsync'

const parts = (word('part') ?? 'memory,rates,records,partitions').split(',')
const rounds = Number(word('rounds') ?? 7)
const measuredMs = Number(word('seconds') ?? 0.5) * 1000
const MEMORY_BYTES_MAX = 64 * 1024 * 1024
const FETCH_BYTES = 1024 * 1024
const MB = 1024 * 1024
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

function openPlace(kind: Kind, partitions: number, memoryBytesMax = MEMORY_BYTES_MAX): Place {
  const folder = join(root, `place-${++places}`)
  if (kind === 'memory') {
    const logs = Array.from({ length: partitions }, () => new MemoryRecordLog())
    return { logs, commit() {}, restart: async () => Number.NaN, end: async () => {} }
  }
  mkdirSync(folder, { recursive: true })
  const options = { durability: kind, clock: createClock(), memoryBytesMax, onChange() {} }
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

/** As a partition does it: a copy that gets its place. */
function append(log: RecordLog, batch: Buffer): void {
  const bytes = Buffer.from(batch)
  setPlace(bytes, { baseOffset: log.endOffset, leaderEpoch: 0 })
  log.append(bytes, readBatchHeader(bytes))
}

/** The same at a time that follows from the offset, so that there is something to look for. */
function appendInTime(log: RecordLog, batch: Buffer): void {
  const timed = Buffer.from(batch)
  const time = BigInt(log.endOffset * STEP_MS)
  timed.writeBigInt64BE(time, 27)
  timed.writeBigInt64BE(time, 35)
  seal(timed)
  append(log, timed)
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
    '\nRecords of 1 KB a second of processor time, with fsync of any time; each commit has one batch. Reading is in order, 1 MB at a time, from the file (page cache); the log in memory hands over what it has.\n',
  )
  console.log('| records in a batch | log | append | read MB/s |\n|---|---|---|---|')
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
      const place = openPlace(kind, 1, 0)
      const [log] = place.logs as [RecordLog]
      const batch = newBatch(count, 1024)
      const act = () => {
        // Memory is not without end: the log in memory forgets what a consumer would have read.
        if (log.bytes > 256 * MB) log.deleteBefore(log.endOffset)
        append(log, batch)
        place.commit()
      }
      // A disk takes time and no processor.
      appends.push(count * (kind === 'fsync' ? perSecond(act) : 1e6 / cpuUs(act, measuredMs)))
      if (kind !== 'memory') reads.push(readRate(log, place, batch))
      await place.end()
    }
  }
  for (const { count, kind, appends, reads } of rows) {
    const read = reads.length === 0 ? '' : median(reads).toFixed(0)
    console.log(`| ${count} | ${kind} | ${thousands(median(appends))} | ${read} |`)
  }
}

/** MB a second, going through the first 64 MB again and again. */
function readRate(log: RecordLog, place: Place, batch: Buffer): number {
  while (log.bytes < 64 * 1024 * 1024) append(log, batch)
  place.commit()
  let offset = log.startOffset
  let bytes = 0
  let reads = 0
  const us = cpuUs(() => {
    const batches = read(log, offset, FETCH_BYTES)
    const last = batches.at(-1)
    for (const one of batches) bytes += one.length
    reads++
    const header = last && readBatchHeader(last)
    offset = header === undefined ? log.startOffset : header.baseOffset + header.lastOffsetDelta + 1
    if (offset >= log.endOffset) offset = log.startOffset
  }, measuredMs)
  return bytes / MB / reads / (us / 1e6)
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
        appendInTime(log, batch)
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
          appendInTime(anyOf(logs), batch)
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

async function memory(): Promise<void> {
  console.log(
    '\nMemory of a log with 200,000 records of 100 bytes, beyond the bytes of its batches (heap and buffers).\n',
  )
  console.log(
    '| log | records in a batch | MB of batches | MB in memory | bytes a record beyond its batch |\n|---|---|---|---|---|',
  )
  for (const kind of ['memory', 'os'] as const) {
    for (const count of [1, 10, 100]) {
      const { held, used } = await memoryOf(kind, count, (_, records) => records >= 200_000)
      const beyond = kind === 'memory' ? (((used - held) * MB) / 200_000).toFixed(0) : 'bounded'
      console.log(`| ${kind} | ${count} | ${held.toFixed(1)} | ${used.toFixed(1)} | ${beyond} |`)
    }
  }
  const { used } = await memoryOf('os', 100, (log) => log.bytes >= 2048 * MB)
  console.log(
    `\nA log of 2 GB on disk: ${used.toFixed(0)} MB in memory, of which ${MEMORY_BYTES_MAX / MB} may be its latest batches.`,
  )
}

/** In MB: its batches, and what they take in memory. */
async function memoryOf(
  kind: Kind,
  count: number,
  isEnough: (log: RecordLog, records: number) => boolean,
): Promise<{ held: number; used: number }> {
  const before = await usedBytes()
  const place = openPlace(kind, 1)
  const [log] = place.logs as [RecordLog]
  const batch = newBatch(count, 100)
  for (let records = 0; !isEnough(log, records); records += count) {
    append(log, batch)
    if (records % 1000 === 0) place.commit()
  }
  place.commit()
  const used = (await usedBytes()) - before
  const held = log.bytes
  await place.end()
  return { held: held / MB, used: used / MB }
}

async function usedBytes(): Promise<number> {
  for (let each = 0; each < 3; each++) {
    global.gc?.()
    // Buffers are freed beside the event loop, after what held them has gone: nothing says when.
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

console.log(
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}); median of ${rounds} rounds, ${measuredMs} ms each`,
)
try {
  // First, as long as nothing else has been in memory.
  if (parts.includes('memory')) await memory()
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
} finally {
  rmSync(root, { recursive: true, force: true })
}
