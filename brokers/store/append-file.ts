/** A file that is written from its beginning to its end, and cut only at its end. */
import { fdatasyncSync, ftruncateSync } from 'node:fs'
import { type OpenFiles, writeAllAt, writeAt } from './open-files.ts'

/**
 * To sync a file that has grown, the disk must also write down that it has, which costs half as much again. So where small
 * pieces are synced one by one, zeros are written ahead of them.
 */
const ZEROS = Buffer.alloc(256 * 1024)
const SMALL_BYTES = 16 * 1024

export class AppendFile {
  readonly path: string
  readonly #files: OpenFiles
  readonly #isSynced: boolean
  #bytes: number
  /** What lies behind `bytes` is zeros. */
  #fileBytes: number

  /** @param options.bytes how far it is written; `isSynced`: most writes will be followed by `sync` */
  constructor(
    files: OpenFiles,
    path: string,
    options: { readonly bytes: number; readonly isSynced: boolean },
  ) {
    this.#files = files
    this.path = path
    this.#isSynced = options.isSynced
    this.#bytes = options.bytes
    this.#fileBytes = options.bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Writes behind what is there. If it can't, nothing of it stays. */
  write(pieces: readonly Buffer[]): void {
    const descriptor = this.#files.descriptor(this.path)
    let bytes = 0
    for (const piece of pieces) bytes += piece.length
    const end = this.#bytes + bytes
    try {
      if (this.#isSynced && bytes <= SMALL_BYTES && end > this.#fileBytes) {
        writeAt(descriptor, ZEROS, this.#bytes)
        this.#fileBytes = this.#bytes + ZEROS.length
      }
      writeAllAt(descriptor, pieces, this.#bytes)
    } catch (error) {
      ftruncateSync(descriptor, this.#bytes)
      throw error
    }
    this.#bytes = end
    this.#fileBytes = Math.max(this.#fileBytes, end)
  }

  /** Everything written is on the disk afterwards. */
  sync(): void {
    fdatasyncSync(this.#files.descriptor(this.path))
  }

  /** Takes away what lies behind `bytes`, zeros included. */
  cut(bytes: number): void {
    ftruncateSync(this.#files.descriptor(this.path), bytes)
    this.#bytes = bytes
    this.#fileBytes = bytes
  }

  /** Nothing more is going to be written. */
  finish(): void {
    if (this.#fileBytes > this.#bytes) this.cut(this.#bytes)
    this.#files.forget(this.path)
  }
}
