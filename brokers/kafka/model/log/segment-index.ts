/**
 * The two indexes of a segment on disk. Those of the segment that is written to are in memory and are kept now and then;
 * those of the others are read when they are needed, a few at a time.
 */
import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import type { OpenFiles } from '../../../store/open-files.ts'
import { writeAt } from '../../../store/open-files.ts'
import { SparseIndex } from './sparse-index.ts'

/** Indexes of segments that are no longer written to, in memory at a time: at Kafka's defaults 3 MB each. */
const LOADED_MAX = 16

interface Loaded {
  readonly offsets: SparseIndex
  readonly times: SparseIndex
}

export interface IndexCounts {
  readonly offsets: number
  readonly times: number
}

/** Says which indexes are dropped when others are read. */
export class LoadedIndexes {
  readonly #loaded = new Set<SegmentIndex>()

  /** It was used just now. */
  touch(index: SegmentIndex): void {
    this.#loaded.delete(index)
    this.#loaded.add(index)
    if (this.#loaded.size <= LOADED_MAX) return
    for (const oldest of this.#loaded) {
      oldest.unload()
      break
    }
  }

  delete(index: SegmentIndex): void {
    this.#loaded.delete(index)
  }
}

export class SegmentIndex {
  #path: string
  readonly #files: OpenFiles
  readonly #indexes: LoadedIndexes
  #loaded: Loaded | undefined
  /** So many entries are in the files. */
  #saved: IndexCounts = { offsets: 0, times: 0 }
  /** Of the segment that is written to: it stays in memory. */
  #isActive = true

  /** @param path of the segment, without the ending */
  constructor(path: string, files: OpenFiles, indexes: LoadedIndexes) {
    this.#path = path
    this.#files = files
    this.#indexes = indexes
  }

  get offsets(): SparseIndex {
    return this.#both().offsets
  }

  get times(): SparseIndex {
    return this.#both().times
  }

  get counts(): IndexCounts {
    return { offsets: this.offsets.count, times: this.times.count }
  }

  /** Forgets all entries. */
  clear(): void {
    this.#loaded = { offsets: new SparseIndex('offset'), times: new SparseIndex('time') }
    this.#cutFiles({ offsets: 0, times: 0 })
  }

  /** Drops what points to `position` or behind it, or to `relativeOffset` or behind it. */
  truncate(position: number, relativeOffset: number): void {
    this.#isActive = true
    this.#indexes.delete(this)
    this.offsets.truncate(position)
    this.times.truncate(relativeOffset)
    const { offsets, times } = this.counts
    this.#cutFiles({
      offsets: Math.min(this.#saved.offsets, offsets),
      times: Math.min(this.#saved.times, times),
    })
  }

  /** Writes entries that are not in the files yet, up to `until`. */
  save(until: IndexCounts = this.counts): void {
    const { offsets, times } = this.#both()
    this.#append(
      'index',
      offsets.entries(this.#saved.offsets, until.offsets),
      this.#saved.offsets * offsets.entryBytes,
    )
    this.#append(
      'timeindex',
      times.entries(this.#saved.times, until.times),
      this.#saved.times * times.entryBytes,
    )
    this.#saved = {
      offsets: Math.max(this.#saved.offsets, until.offsets),
      times: Math.max(this.#saved.times, until.times),
    }
  }

  /** Nothing more will be added: it can be read back whenever it is needed. */
  retire(): void {
    this.save()
    this.#isActive = false
    this.unload()
  }

  unload(): void {
    this.#indexes.delete(this)
    this.#loaded = undefined
  }

  /** The files have another name now. */
  renamed(path: string): void {
    this.#path = path
  }

  #both(): Loaded {
    if (!this.#isActive) this.#indexes.touch(this)
    this.#loaded ??= this.#read()
    return this.#loaded
  }

  #read(): Loaded {
    const read = (ending: string) => {
      const path = `${this.#path}.${ending}`
      return existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    }
    const loaded = {
      offsets: new SparseIndex('offset', read('index')),
      times: new SparseIndex('time', read('timeindex')),
    }
    this.#saved = { offsets: loaded.offsets.count, times: loaded.times.count }
    return loaded
  }

  #append(ending: string, entries: Buffer, position: number): void {
    const path = `${this.#path}.${ending}`
    if (entries.length === 0 && existsSync(path)) return
    if (!existsSync(path)) this.#files.create(path)
    writeAt(this.#files.descriptor(path), entries, position)
    this.#files.forget(path)
  }

  #cutFiles(counts: IndexCounts): void {
    const { offsets, times } = this.#both()
    for (const [ending, bytes] of [
      ['index', counts.offsets * offsets.entryBytes],
      ['timeindex', counts.times * times.entryBytes],
    ] as const) {
      const path = `${this.#path}.${ending}`
      if (!existsSync(path)) continue
      if (bytes === 0) rmSync(path)
      else truncateSync(path, bytes)
    }
    this.#saved = counts
  }
}
