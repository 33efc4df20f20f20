/**
 * The disk as all logs of a broker share it: files that are open, memory for recent batches, and the one commit at the end of
 * a turn of the event loop, which hands everything that was appended in it to the operating system, log by log.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Clock } from '../../../clock.ts'
import { OpenFiles } from '../../../store/open-files.ts'
import type { Durability } from '../../../store/store.ts'
import type { FileSegment } from './file-segment.ts'
import { LoadedIndexes } from './segment-index.ts'

/** Of the 4,096 that even a stingy system allows a process; the rest is for clients. */
const OPEN_FILES_MAX = 3000
export const DELETED = '.deleted'
/** So many entries for nothing are worth going through all. */
const GONE_MIN = 1024
export const segmentEndings = ['.log', '.index', '.timeindex'] as const

export interface DiskOptions {
  readonly durability: Durability
  /** For what is deleted after a while. */
  readonly clock: Clock
  /** How much of recent batches may be in memory, of all logs together. */
  readonly memoryBytesMax: number
  /** Called when something waits for the commit. */
  readonly onChange: () => void
}

export class Disk {
  readonly files = new OpenFiles(OPEN_FILES_MAX)
  readonly indexes = new LoadedIndexes()
  /** Whether a commit reaches the disk itself. */
  readonly isSynced: boolean
  readonly #clock: Clock
  readonly #memoryBytesMax: number
  readonly #onChange: () => void
  readonly #changed = new Set<FileSegment>()
  /** Whose batch came in when, oldest first; what lies before `#oldest` has been forgotten. */
  #recent: FileSegment[] = []
  #oldest = 0
  #recentBytes = 0
  /** Entries of `#recent` whose batches were forgotten with their segment. */
  #gone = 0
  /** What is being kept in the background. */
  readonly #underWay = new Set<Promise<void>>()

  constructor({ durability, clock, memoryBytesMax, onChange }: DiskOptions) {
    this.isSynced = durability === 'fsync'
    this.#clock = clock
    this.#memoryBytesMax = memoryBytesMax
    this.#onChange = onChange
  }

  /** A batch waits for the commit. */
  appended(segment: FileSegment, bytes: number): void {
    this.#changed.add(segment)
    this.#onChange()
    this.#recent.push(segment)
    this.#recentBytes += bytes
    while (this.#recentBytes > this.#memoryBytesMax && this.#oldest < this.#recent.length)
      this.#forgetOldest()
  }

  /** A segment has no batches in memory any more, of which it had so many. */
  forgot({ bytes, length }: { readonly bytes: number; readonly length: number }): void {
    this.#recentBytes -= bytes
    this.#gone += length
    if (this.#gone < GONE_MIN || this.#gone * 2 < this.#recent.length) return
    // Their entries would come up only when memory is short, and it may never be.
    this.#recent = this.#recent.slice(this.#oldest).filter(({ hasRecent }) => hasRecent)
    this.#oldest = 0
    this.#gone = 0
  }

  /** Of the recent batches of all logs. */
  get recentBytes(): number {
    return this.#recentBytes
  }

  /** Everything appended is with the operating system afterwards, and on the disk if it is synced. @throws Error */
  commit(): void {
    if (this.#changed.size === 0) return
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const segment of changed) segment.commit()
  }

  /** Keeps the index of a segment once what it points to is on the disk. */
  keepIndexLater(segment: FileSegment): void {
    const counts = segment.indexCounts
    const kept = syncFile(`${segment.path}.log`)
      .then(() => segment.keepIndex(counts))
      // The file may have been removed meanwhile; and without an index a start only takes longer.
      .catch(() => {})
      .finally(() => this.#underWay.delete(kept))
    this.#underWay.add(kept)
  }

  /** Removes the files of a segment after `delayMs`; until then they have another ending. */
  remove(path: string, delayMs: number): void {
    for (const ending of segmentEndings) {
      const file = `${path}${ending}`
      if (!existsSync(file)) continue
      this.rename(file, `${file}${DELETED}`)
      this.removeLater(`${file}${DELETED}`, delayMs)
    }
  }

  rename(from: string, to: string): void {
    this.files.forget(from)
    this.files.forget(to)
    renameSync(from, to)
  }

  /** A file, or a folder with everything in it. */
  removeLater(path: string, delayMs: number): void {
    const remove = () => rmSync(path, { recursive: true, force: true })
    if (delayMs === 0) remove()
    else this.#clock.at(this.#clock.now() + delayMs, remove)
  }

  /** Resolves when nothing is under way; then the files are closed. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay)
    this.files.close()
  }

  #forgetOldest(): void {
    this.#recentBytes -= (this.#recent[this.#oldest] as FileSegment).forgetOldest()
    this.#oldest++
    if (this.#oldest < 1024 || this.#oldest * 2 < this.#recent.length) return
    this.#recent = this.#recent.slice(this.#oldest)
    this.#oldest = 0
  }
}

/** Without holding up the event loop. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
