/**
 * The files of the log: `<name>-<number>.log`, each written once from its beginning to its end and read anywhere. The last one
 * is written to. Reading back what follows what was read before takes one call of the system for many records.
 */
import { readdirSync, readFileSync, truncateSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { AppendFile } from './append-file.ts'
import type { Location } from './location-index.ts'
import { OpenFiles, readAt, syncFolder } from './open-files.ts'

const NUMBER_DIGITS = 10
/** How much is read at once where reading goes on in order. */
const AHEAD_BYTES = 128 * 1024
/** Places at which reading goes on in order: about one for each queue that is being read. */
const BLOCKS_MAX = 8
const OPEN_FILES_MAX = 32

interface Block {
  readonly segment: number
  readonly from: number
  readonly bytes: Buffer
}

interface Tail {
  readonly number: number
  readonly file: AppendFile
}

export class SegmentFiles {
  readonly #folder: string
  readonly #name: string
  readonly #isSynced: boolean
  readonly #open = new OpenFiles(OPEN_FILES_MAX)
  /** The one used last at the end. */
  readonly #blocks: Block[] = []
  #tail: Tail | undefined

  /** `isSynced`: most writes will be followed by `sync`. */
  constructor(folder: string, name: string, options: { isSynced: boolean }) {
    this.#folder = folder
    this.#name = name
    this.#isSynced = options.isSynced
  }

  /** Numbers of the files that are there, in order. */
  numbers(): number[] {
    return readdirSync(this.#folder)
      .filter((file) => file.startsWith(`${this.#name}-`))
      .map((file) => Number(/-(\d{10})\.log$/.exec(file)?.[1] ?? 0))
      .filter((number) => number > 0)
      .sort((a, b) => a - b)
  }

  fileOf(number: number): string {
    return join(this.#folder, `${this.#name}-${String(number).padStart(NUMBER_DIGITS, '0')}.log`)
  }

  load(number: number): Buffer {
    return readFileSync(this.fileOf(number))
  }

  /** Cuts off what lies behind `bytes`. */
  cut(number: number, bytes: number): void {
    truncateSync(this.fileOf(number), bytes)
  }

  /** Begins the file that is written to from now on. */
  begin(number: number): void {
    this.#closeTail()
    const path = this.fileOf(number)
    this.#open.create(path)
    this.#tail = { number, file: new AppendFile(this.#open, path, { bytes: 0, isSynced: this.#isSynced }) }
  }

  /** Writes behind what is there. If it can't, nothing of it stays. */
  write(bytes: Buffer): void {
    if (this.#tail === undefined) throw new Error('no file has been begun')
    this.#tail.file.write([bytes])
  }

  /** Everything written is on the disk afterwards. */
  sync(): void {
    this.#tail?.file.sync()
  }

  /** That files have come or gone is on the disk afterwards. */
  syncFolder(): void {
    syncFolder(this.#folder)
  }

  /** The bytes of one entry; they share memory with their neighbours' and are never written again. */
  read({ segment, at, bytes }: Location): Buffer {
    let before = -1
    for (let index = this.#blocks.length - 1; index >= 0; index--) {
      const block = this.#blocks[index] as Block
      if (block.segment !== segment || at < block.from) continue
      const end = block.from + block.bytes.length
      if (at + bytes <= end) return block.bytes.subarray(at - block.from, at - block.from + bytes)
      if (at < end + AHEAD_BYTES) before = index
    }
    if (before !== -1) this.#blocks.splice(before, 1)
    else if (this.#blocks.length === BLOCKS_MAX) this.#blocks.shift()
    const wanted = before === -1 ? bytes : Math.max(bytes, AHEAD_BYTES)
    const block = { segment, from: at, bytes: this.readPart(segment, at, wanted) }
    this.#blocks.push(block)
    return block.bytes.subarray(0, bytes)
  }

  /** Up to `bytes` bytes from `at` on, as far as the file is written. */
  readPart(number: number, at: number, bytesMax: number): Buffer {
    const bytes = this.#tail?.number === number ? Math.min(bytesMax, this.#tail.file.bytes - at) : bytesMax
    return readAt(this.#open.descriptor(this.fileOf(number)), at, bytes)
  }

  remove(number: number): void {
    if (this.#tail?.number === number) this.#closeTail()
    this.#open.forget(this.fileOf(number))
    const kept = this.#blocks.filter((block) => block.segment !== number)
    this.#blocks.splice(0, this.#blocks.length, ...kept)
    unlinkSync(this.fileOf(number))
  }

  close(): void {
    this.#closeTail()
    this.#open.close()
    this.#blocks.length = 0
  }

  #closeTail(): void {
    this.#tail?.file.finish()
    this.#tail = undefined
  }
}
