/**
 * The folder of one log, laid out as Kafka does it: `<base offset>.log`, `.index` and `.timeindex` for each segment, a
 * `<offset>.snapshot` of what is known of producers, and a checkpoint of where the log starts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../../../store/open-files.ts'
import { DELETED, type Disk, segmentEndings } from './disk.ts'
import { FileSegment } from './file-segment.ts'
import type { LogCheckpoint, Segment, SegmentHome } from './segment.ts'
import type { LogSettings } from './settings.ts'

/** What a cleaning writes, and what it has written and puts in the place of others. */
const CLEANED = '.cleaned'
const SWAP = '.swap'
const SNAPSHOTS_KEPT = 2
const NAME_DIGITS = 20
const CHECKPOINT = 'checkpoint.json'

export class FileHome implements SegmentHome {
  readonly checkpoint: LogCheckpoint
  onCheckpoint = () => {}
  readonly #disk: Disk
  readonly #folder: string
  readonly #settings: () => LogSettings

  /** @param folder is made if it is not there */
  constructor(disk: Disk, folder: string, settings: () => LogSettings) {
    this.#disk = disk
    this.#folder = folder
    this.#settings = settings
    mkdirSync(folder, { recursive: true })
    this.checkpoint = this.#readCheckpoint()
  }

  open(): Segment[] {
    this.#tidy()
    const baseOffsets = this.#numbersOf('.log')
    return baseOffsets.map((baseOffset, at) =>
      FileSegment.open(this.#options(baseOffset), { isLast: at === baseOffsets.length - 1 }),
    )
  }

  create(baseOffset: number): Segment {
    const segment = FileSegment.create(this.#options(baseOffset))
    if (this.#disk.isSynced) syncFolder(this.#folder)
    return segment
  }

  keep(checkpoint: LogCheckpoint): void {
    replaceFile(join(this.#folder, CHECKPOINT), Buffer.from(`${JSON.stringify(checkpoint)}\n`))
  }

  draft(baseOffset: number): Segment {
    const path = `${this.#pathOf(baseOffset)}${CLEANED}`
    for (const ending of segmentEndings) rmSync(`${path}${ending}`, { force: true })
    return FileSegment.create({ ...this.#options(baseOffset), path, onCheckpoint: () => {} })
  }

  // A crash before the first renaming leaves the old ones, one after it the draft: see #tidy.
  swap(draft: FileSegment, old: readonly Segment[]): void {
    const path = this.#pathOf(draft.baseOffset)
    const end = (old.at(-1) as Segment).baseOffset + 1
    const swapped = `${path}.${name(end)}${SWAP}`
    draft.seal()
    this.#disk.rename(`${draft.path}.log`, swapped)
    for (const segment of old) segment.remove()
    this.#disk.rename(swapped, `${path}.log`)
    for (const ending of ['.index', '.timeindex'])
      this.#disk.rename(`${draft.path}${ending}`, `${path}${ending}`)
    draft.renamed(path)
  }

  keepSnapshot(offset: number, bytes: Buffer): void {
    replaceFile(`${this.#pathOf(offset)}.snapshot`, bytes)
    for (const old of this.#numbersOf('.snapshot').slice(0, -SNAPSHOTS_KEPT)) {
      rmSync(`${this.#pathOf(old)}.snapshot`)
    }
  }

  snapshot(offset: number): { readonly offset: number; readonly bytes: Buffer } | undefined {
    const numbers = this.#numbersOf('.snapshot')
    // What lies behind the log's end speaks of records that are gone.
    for (const late of numbers.filter((number) => number > offset)) rmSync(`${this.#pathOf(late)}.snapshot`)
    const newest = numbers.findLast((number) => number <= offset)
    if (newest === undefined) return undefined
    return { offset: newest, bytes: readFileSync(`${this.#pathOf(newest)}.snapshot`) }
  }

  close(segments: readonly Segment[]): void {
    for (const segment of segments) (segment as FileSegment).close()
  }

  /** The folder gets another name at once, so that a topic of the same name may come. */
  remove(segments: readonly Segment[]): void {
    for (const segment of segments) (segment as FileSegment).abandon()
    const gone = `${this.#folder}.${Date.now().toString(36)}-delete`
    renameSync(this.#folder, gone)
    this.#disk.removeLater(gone, this.#settings().fileDeleteDelayMs)
  }

  #options(baseOffset: number) {
    return {
      disk: this.#disk,
      path: this.#pathOf(baseOffset),
      baseOffset,
      settings: this.#settings,
      onCheckpoint: () => this.onCheckpoint(),
    }
  }

  #pathOf(offset: number): string {
    return join(this.#folder, name(offset))
  }

  #numbersOf(ending: string): number[] {
    return readdirSync(this.#folder)
      .filter((file) => file.length === NAME_DIGITS + ending.length && file.endsWith(ending))
      .map((file) => Number(file.slice(0, NAME_DIGITS)))
      .sort((a, b) => a - b)
  }

  /** Ends what a crash interrupted: removals, and a cleaning. */
  #tidy(): void {
    const files = readdirSync(this.#folder)
    for (const file of files) {
      if (file.endsWith(DELETED) || file.includes(CLEANED)) rmSync(join(this.#folder, file))
    }
    for (const file of files) {
      const [, from, end] = /^(\d{20})\.(\d{20})\.swap$/.exec(file) ?? []
      if (from !== undefined) this.#endSwap(file, Number(from), Number(end))
    }
  }

  /** The cleaned segment takes the place of all those that begin where it says; its indexes are made anew. */
  #endSwap(file: string, from: number, end: number): void {
    for (const old of this.#numbersOf('.log').filter((number) => number >= from && number < end)) {
      for (const ending of segmentEndings) rmSync(`${this.#pathOf(old)}${ending}`, { force: true })
    }
    renameSync(join(this.#folder, file), `${this.#pathOf(from)}.log`)
  }

  #readCheckpoint(): LogCheckpoint {
    const path = join(this.#folder, CHECKPOINT)
    if (!existsSync(path)) return { startOffset: 0, cleanedTo: 0 }
    return JSON.parse(readFileSync(path, 'utf8')) as LogCheckpoint
  }
}

function name(offset: number): string {
  return String(offset).padStart(NAME_DIGITS, '0')
}

/** Either the old content or the new is there, whatever happens. */
function replaceFile(path: string, bytes: Buffer): void {
  const aside = `${path}.tmp`
  writeFileSync(aside, bytes, { flush: true })
  renameSync(aside, path)
}
