/**
 * Compaction, as Kafka's LogCleaner does it: of each key the latest record stays, offsets are kept with gaps, and what a
 * transaction aborted goes. A tombstone, and the marker of a transaction whose records are gone, stay for delete.retention.ms
 * from the first cleaning that met them; the time is kept in the batch as its delete horizon (KIP-534). The last batch of a
 * producer stays, empty if need be, since its sequence must be known.
 *
 * Departure: a batch compressed with snappy or lz4 is kept as a whole, and its keys replace no older ones.
 */
import {
  type BatchHeader,
  isControl,
  isReadable,
  isTransactional,
  type KafkaRecord,
  readBatchHeader,
  recordsOf,
} from '../../wire/record-batch.ts'
import { deleteHorizonOf, emptiedBatch, rewrittenBatch } from '../../wire/rewritten-batch.ts'
import type { Cleaning } from '../record-log.ts'
import type { Segment, SegmentHome } from './segment.ts'
import type { SegmentedLog } from './segmented-log.ts'
import type { LogSettings } from './settings.ts'
import { TransactionScan } from './transaction-scan.ts'

/** Keys that are held at a time; a log with more of them takes several goes. */
const KEYS_MAX = 1_000_000

export interface CleanRange {
  /** What was appended since the last cleaning begins here. */
  readonly dirtyFrom: number
  /** Behind the last segment that may be cleaned. */
  readonly until: number
  readonly segments: readonly Segment[]
}

/** What may be cleaned and is worth it, if anything. */
export function cleanableRange(
  log: SegmentedLog,
  settings: LogSettings,
  { nowMs, lastStableOffset, isForced }: Cleaning,
): CleanRange | undefined {
  const all = log.segments
  const segments: Segment[] = []
  for (const [at, segment] of all.slice(0, -1).entries()) {
    const next = all[at + 1] as Segment
    const isTooNew =
      settings.minCompactionLagMs > 0 && segment.maxTimestamp > nowMs - settings.minCompactionLagMs
    if (next.baseOffset > lastStableOffset || isTooNew) break
    segments.push(segment)
  }
  if (segments.length === 0) return undefined
  const until = (all[segments.length] as Segment).baseOffset
  const dirty = segments.filter(({ baseOffset }) => baseOffset >= log.cleanedTo)
  const range = { dirtyFrom: log.cleanedTo, until, segments }
  if (isForced) return range
  const bytesOf = (some: readonly Segment[]) => some.reduce((sum, { bytes }) => sum + bytes, 0)
  const [dirtyBytes, bytes] = [bytesOf(dirty), bytesOf(segments)]
  if (dirtyBytes === 0) return undefined
  const isDue = nowMs - (dirty[0]?.firstTimestamp ?? nowMs) > settings.maxCompactionLagMs
  return isDue || dirtyBytes / bytes > settings.minCleanableDirtyRatio ? range : undefined
}

/** Cleans batch by batch; whoever drives it may stop between any two. */
export function* cleanLog(
  log: SegmentedLog,
  home: SegmentHome,
  options: { readonly range: CleanRange; readonly settings: LogSettings; readonly cleaning: Cleaning },
): Generator<void> {
  const { range, settings, cleaning } = options
  const transactions = new TransactionScan()
  for (const batch of log.walk(log.segments[0]?.baseOffset ?? 0)) {
    transactions.add(readBatchHeader(batch), batch)
    yield
  }
  const latest = new Map<string, number>()
  let end = range.until
  for (const batch of log.walk(range.dirtyFrom, range.until)) {
    const header = readBatchHeader(batch)
    const lastOffset = header.baseOffset + header.lastOffsetDelta
    if (!isControl(header) && !transactions.isAborted(header)) {
      for (const { key, offsetDelta } of readable(batch, header) ?? []) {
        if (key !== null) latest.set(key.toString('latin1'), header.baseOffset + offsetDelta)
      }
    }
    if (latest.size >= KEYS_MAX) {
      end = lastOffset + 1
      break
    }
    yield
  }
  const cleaner = new BatchCleaner({ latest, end, transactions, cleaning, settings })
  for (const group of groupsOf(range.segments, settings)) {
    const [first, last] = [group[0] as Segment, group.at(-1) as Segment]
    const draft = home.draft(first.baseOffset)
    for (const batch of log.walk(first.baseOffset, nextBase(log, last))) {
      const kept = cleaner.clean(batch)
      if (kept !== undefined) draft.append(kept, readBatchHeader(kept))
      yield
    }
    log.replace(group, draft)
  }
  log.cleaned(end)
}

function nextBase(log: SegmentedLog, segment: Segment): number {
  return log.segments[log.segments.indexOf(segment) + 1]?.baseOffset ?? log.endOffset
}

/** Neighbours that fit into one segment are joined. */
function groupsOf(segments: readonly Segment[], { segmentBytes }: LogSettings): Segment[][] {
  const groups: Segment[][] = []
  let bytes = 0
  for (const segment of segments) {
    const group = groups.at(-1)
    const isFar = segment.endOffset - (group?.[0]?.baseOffset ?? 0) > 0x7fff_ffff
    if (group === undefined || bytes + segment.bytes > segmentBytes || isFar) {
      groups.push([segment])
      bytes = segment.bytes
    } else {
      group.push(segment)
      bytes += segment.bytes
    }
  }
  return groups
}

interface CleanerOptions {
  /** Offset of the latest record by key. */
  readonly latest: ReadonlyMap<string, number>
  /** What lies behind it has not been looked at. */
  readonly end: number
  readonly transactions: TransactionScan
  readonly cleaning: Cleaning
  readonly settings: LogSettings
}

class BatchCleaner {
  readonly #options: CleanerOptions
  /** Producers with records since their last marker. */
  readonly #withRecords = new Set<number>()

  constructor(options: CleanerOptions) {
    this.#options = options
  }

  /** What stays of a batch, if anything. */
  clean(batch: Buffer): Buffer | undefined {
    const header = readBatchHeader(batch)
    if (isControl(header)) return this.#cleanMarker(batch, header)
    if (isTransactional(header)) this.#withRecords.add(header.producerId)
    if (this.#options.transactions.isAborted(header)) return this.#emptied(batch, header)
    const records = readable(batch, header)
    if (records === undefined) return batch
    const kept = records.filter((record) => this.#stays(record, header))
    if (kept.length === 0) return this.#emptied(batch, header)
    const needsHorizon = deleteHorizonOf(header) === undefined && kept.some(({ value }) => value === null)
    if (kept.length === records.length && !needsHorizon) return batch
    return rewrittenBatch(header, kept, needsHorizon ? this.#horizonMs : undefined)
  }

  get #horizonMs(): number {
    return this.#options.cleaning.nowMs + this.#options.settings.deleteRetentionMs
  }

  #stays({ key, value, offsetDelta }: KafkaRecord, header: BatchHeader): boolean {
    const { latest, end, cleaning } = this.#options
    const offset = header.baseOffset + offsetDelta
    if (offset >= end) return true
    if (key === null || offset < (latest.get(key.toString('latin1')) ?? -1)) return false
    return value !== null || cleaning.nowMs < (deleteHorizonOf(header) ?? Number.POSITIVE_INFINITY)
  }

  #cleanMarker(batch: Buffer, header: BatchHeader): Buffer | undefined {
    if (this.#withRecords.delete(header.producerId)) return batch
    const horizonMs = deleteHorizonOf(header)
    if (horizonMs === undefined) return rewrittenBatch(header, recordsOf(batch, header), this.#horizonMs)
    return horizonMs <= this.#options.cleaning.nowMs ? this.#emptied(batch, header) : batch
  }

  #emptied(batch: Buffer, header: BatchHeader): Buffer | undefined {
    const { transactions, cleaning } = this.#options
    const isNeeded = transactions.isLastOf(header) && cleaning.isActiveProducer(header.producerId)
    return isNeeded ? emptiedBatch(batch, header) : undefined
  }
}

/** Its records, or undefined for a batch whose compression can't be undone here. */
function readable(batch: Buffer, header: BatchHeader): readonly KafkaRecord[] | undefined {
  return isReadable(header) ? recordsOf(batch, header) : undefined
}
