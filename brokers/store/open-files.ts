/**
 * Descriptors of files that are read anywhere and written at their ends: as many as an operating system likes to give to one
 * process, the one that was not used for longest closed for the next.
 */
import { closeSync, fsyncSync, openSync, readSync, writeSync, writevSync } from 'node:fs'

export class OpenFiles {
  readonly #max: number
  /** The one used last at the end. */
  readonly #descriptors = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** For reading and writing; the file must be there. The number is good until the next call. */
  descriptor(path: string): number {
    const known = this.#descriptors.get(path)
    if (known !== undefined) {
      this.#descriptors.delete(path)
      this.#descriptors.set(path, known)
      return known
    }
    return this.#add(path, 'r+')
  }

  /** Makes a new file. @throws Error if there is one */
  create(path: string): void {
    this.#add(path, 'wx+')
  }

  /** Before a file is renamed or removed: Windows does neither with an open one. */
  forget(path: string): void {
    const descriptor = this.#descriptors.get(path)
    if (descriptor === undefined) return
    this.#descriptors.delete(path)
    closeSync(descriptor)
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor)
    this.#descriptors.clear()
  }

  #add(path: string, flags: 'r+' | 'wx+'): number {
    this.#shrink(this.#max - 1)
    const descriptor = this.#open(path, flags)
    this.#descriptors.set(path, descriptor)
    return descriptor
  }

  #open(path: string, flags: string): number {
    try {
      return openSync(path, flags)
    } catch (error) {
      // This process may have fewer of them than we thought, and others need some, too.
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE' || this.#descriptors.size === 0) throw error
      this.#shrink(this.#descriptors.size >> 1)
      return openSync(path, flags)
    }
  }

  /** Closes those that were not used for longest. */
  #shrink(size: number): void {
    if (this.#descriptors.size <= size) return
    const surplus = this.#descriptors.size - size
    for (const oldest of this.#descriptors.keys().take(surplus)) this.forget(oldest)
  }
}

/** Up to `bytes` bytes from `position` on, as far as the file goes. */
export function readAt(descriptor: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(bytes)
  let filled = 0
  while (filled < bytes) {
    const count = readSync(descriptor, buffer, filled, bytes - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}

export function writeAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at)
  }
}

/** One call of the system for all of them, where it takes them all. */
export function writeAllAt(descriptor: number, pieces: readonly Buffer[], position: number): void {
  const [first] = pieces
  if (first !== undefined && pieces.length === 1) return writeAt(descriptor, first, position)
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const written = writevSync(descriptor, pieces, position)
  if (written < bytes) writeAt(descriptor, Buffer.concat(pieces).subarray(written), position + written)
}

/** That files have come or gone in a folder is on the disk afterwards; Windows has no such call, and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
