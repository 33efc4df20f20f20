/**
 * The files of the log: `<name>-<number>.log`, each written once from its beginning to its end and read anywhere. The last one
 * is written to. Reading back what follows what was read before takes one call of the system for many records.
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Location } from './location-index.ts'

const NUMBER_DIGITS = 10
/** How much is read at once where reading goes on in order. */
const AHEAD_BYTES = 128 * 1024
/** Places at which reading goes on in order: about one for each queue that is being read. */
const BLOCKS_MAX = 8
const OPEN_FILES_MAX = 32
/**
 * To sync a file that has grown, the disk must also write down that it has, which costs half as much again. So where small
 * pieces are synced one by one, zeros are written ahead of them.
 */
const ZEROS = Buffer.alloc(256 * 1024)
const SMALL_BYTES = 16 * 1024

interface Block {
  readonly segment: number
  readonly from: number
  readonly bytes: Buffer
}

interface Tail {
  readonly number: number
  readonly descriptor: number
  /** How far it is written; what lies behind is zeros. */
  bytes: number
  fileBytes: number
}

export class SegmentFiles {
  readonly #folder: string
  readonly #name: string
  readonly #isSynced: boolean
  /** Descriptors for reading, the one used last at the end. */
  readonly #open = new Map<number, number>()
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
    this.#tail = { number, descriptor: openSync(this.fileOf(number), 'wx'), bytes: 0, fileBytes: 0 }
  }

  /** Writes behind what is there. If it can't, nothing of it stays. */
  write(bytes: Buffer): void {
    const tail = this.#tail
    if (tail === undefined) throw new Error('no file has been begun')
    const end = tail.bytes + bytes.length
    try {
      if (this.#isSynced && bytes.length <= SMALL_BYTES && end > tail.fileBytes) {
        writeAt(tail.descriptor, ZEROS, tail.bytes)
        tail.fileBytes = tail.bytes + ZEROS.length
      }
      writeAt(tail.descriptor, bytes, tail.bytes)
    } catch (error) {
      ftruncateSync(tail.descriptor, tail.bytes)
      throw error
    }
    tail.bytes = end
    tail.fileBytes = Math.max(tail.fileBytes, end)
  }

  /** Everything written is on the disk afterwards. */
  sync(): void {
    if (this.#tail !== undefined) fdatasyncSync(this.#tail.descriptor)
  }

  /** That files have come or gone is on the disk afterwards. */
  syncFolder(): void {
    const descriptor = openSync(this.#folder, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
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
    const bytes = this.#tail?.number === number ? Math.min(bytesMax, this.#tail.bytes - at) : bytesMax
    const buffer = Buffer.allocUnsafeSlow(bytes)
    const descriptor = this.#descriptorOf(number)
    let filled = 0
    while (filled < bytes) {
      const count = readSync(descriptor, buffer, filled, bytes - filled, at + filled)
      if (count === 0) break
      filled += count
    }
    return buffer.subarray(0, filled)
  }

  remove(number: number): void {
    if (this.#tail?.number === number) this.#closeTail()
    const descriptor = this.#open.get(number)
    if (descriptor !== undefined) closeSync(descriptor)
    this.#open.delete(number)
    const kept = this.#blocks.filter((block) => block.segment !== number)
    this.#blocks.splice(0, this.#blocks.length, ...kept)
    unlinkSync(this.fileOf(number))
  }

  close(): void {
    this.#closeTail()
    for (const descriptor of this.#open.values()) closeSync(descriptor)
    this.#open.clear()
    this.#blocks.length = 0
  }

  #closeTail(): void {
    const tail = this.#tail
    if (tail === undefined) return
    this.#tail = undefined
    if (tail.fileBytes > tail.bytes) ftruncateSync(tail.descriptor, tail.bytes)
    closeSync(tail.descriptor)
  }

  #descriptorOf(number: number): number {
    const known = this.#open.get(number)
    if (known !== undefined) {
      this.#open.delete(number)
      this.#open.set(number, known)
      return known
    }
    if (this.#open.size === OPEN_FILES_MAX) {
      const [oldest, descriptor] = [...this.#open][0] as [number, number]
      closeSync(descriptor)
      this.#open.delete(oldest)
    }
    const descriptor = openSync(this.fileOf(number), 'r')
    this.#open.set(number, descriptor)
    return descriptor
  }
}

function writeAt(descriptor: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at)
  }
}
