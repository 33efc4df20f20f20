/**
 * The entries of the log, and how a commit is made of them.
 *
 *      0          4          8      9
 *     +----------+----------+------+---------+
 *     | checksum | length   | kind | payload |      checksum: CRC-32 of kind and payload
 *     +----------+----------+------+---------+      length: of kind and payload
 *      long       long       octet
 *
 *     kind 1 record    id double | log long | head length long | head | body
 *     kind 2 amend     id double | head
 *     kind 3 remove    segment that holds the records, long | their ids, double each
 *     kind 4 mark      log long | number double
 *
 * The highest bit of the kind is set on the last entry of a commit: what follows the last such entry was never committed.
 */
import { crc32 } from 'node:zlib'

export const KIND_RECORD = 1
export const KIND_AMEND = 2
export const KIND_REMOVE = 3
export const KIND_MARK = 4
const LAST_OF_COMMIT = 0x80

/** Checksum, length and kind. */
const BEFORE_PAYLOAD_BYTES = 9
export const BEFORE_KIND_BYTES = 8
const RECORD_FIELDS_BYTES = 16
const AMEND_FIELDS_BYTES = 8
const ID_BYTES = 8
/** A batch buffer that has grown beyond this is given back after its commit. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024
/** Nearly all commits fit. */
const FIRST_BYTES = 512 * 1024

/** Where an entry lies in its batch. */
export interface Span {
  readonly at: number
  readonly bytes: number
}

/** Gathers the entries of one commit in one buffer, which the next commit uses again. */
export class BatchWriter {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0
  /** The entry that has no checksum yet: whether it is the last is known when the next one comes, or none. */
  #open = -1

  get length(): number {
    return this.#length
  }

  record(id: number, log: number, head: Uint8Array, body: Uint8Array): Span {
    const span = this.#begin(KIND_RECORD, RECORD_FIELDS_BYTES + head.length + body.length)
    const buffer = this.#buffer
    let at = span.at + BEFORE_PAYLOAD_BYTES
    buffer.writeDoubleBE(id, at)
    buffer.writeUInt32BE(log, at + 8)
    buffer.writeUInt32BE(head.length, at + 12)
    at += RECORD_FIELDS_BYTES
    buffer.set(head, at)
    buffer.set(body, at + head.length)
    return span
  }

  amend(id: number, head: Uint8Array): Span {
    const span = this.#begin(KIND_AMEND, AMEND_FIELDS_BYTES + head.length)
    this.#buffer.writeDoubleBE(id, span.at + BEFORE_PAYLOAD_BYTES)
    this.#buffer.set(head, span.at + BEFORE_PAYLOAD_BYTES + AMEND_FIELDS_BYTES)
    return span
  }

  remove(holder: number, ids: readonly number[]): Span {
    const span = this.#begin(KIND_REMOVE, 4 + ids.length * ID_BYTES)
    let at = span.at + BEFORE_PAYLOAD_BYTES
    this.#buffer.writeUInt32BE(holder, at)
    at += 4
    for (const id of ids) {
      this.#buffer.writeDoubleBE(id, at)
      at += ID_BYTES
    }
    return span
  }

  mark(log: number, number: number): Span {
    const span = this.#begin(KIND_MARK, 12)
    this.#buffer.writeUInt32BE(log, span.at + BEFORE_PAYLOAD_BYTES)
    this.#buffer.writeDoubleBE(number, span.at + BEFORE_PAYLOAD_BYTES + 4)
    return span
  }

  /** The bytes of the commit; they are good until the next entry. */
  seal(): Buffer {
    const kindAt = this.#open + BEFORE_KIND_BYTES
    this.#buffer[kindAt] = (this.#buffer[kindAt] as number) | LAST_OF_COMMIT
    this.#sealOpen()
    return this.#buffer.subarray(0, this.#length)
  }

  /** Begins the next commit. */
  clear(): void {
    this.#length = 0
    this.#open = -1
    if (this.#buffer.length > KEPT_BYTES_MAX) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  #begin(kind: number, payloadBytes: number): Span {
    if (this.#open >= 0) this.#sealOpen()
    const at = this.#length
    const bytes = BEFORE_PAYLOAD_BYTES + payloadBytes
    if (at + bytes > this.#buffer.length) this.#grow(at + bytes)
    this.#buffer.writeUInt32BE(payloadBytes + 1, at + 4)
    this.#buffer[at + BEFORE_KIND_BYTES] = kind
    this.#open = at
    this.#length = at + bytes
    return { at, bytes }
  }

  #sealOpen(): void {
    const from = this.#open + BEFORE_KIND_BYTES
    const length = this.#buffer.readUInt32BE(from - 4)
    this.#buffer.writeUInt32BE(crc32(this.#buffer.subarray(from, from + length)), this.#open)
    this.#open = -1
  }

  #grow(needed: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(bigger, 0, 0, this.#length)
    this.#buffer = bigger
  }
}

/** One entry as read; the parts share the memory of what they were read from. */
export type LogEntry = Span &
  (
    | {
        readonly kind: typeof KIND_RECORD
        readonly id: number
        readonly log: number
        readonly head: Buffer
        readonly body: Buffer
      }
    | { readonly kind: typeof KIND_AMEND; readonly id: number; readonly head: Buffer }
    | { readonly kind: typeof KIND_REMOVE; readonly holder: number; readonly ids: readonly number[] }
    | { readonly kind: typeof KIND_MARK; readonly log: number; readonly number: number }
  )

/** The entry that begins at `at`, or undefined if what lies there is no whole and sound entry. */
export function readEntry(buffer: Buffer, at: number): (LogEntry & { isLast: boolean }) | undefined {
  const from = at + BEFORE_KIND_BYTES
  if (from >= buffer.length) return undefined
  const length = buffer.readUInt32BE(at + 4)
  const end = from + length
  // A file that has grown without its content reaching the disk reads as zeros, whose checksum would fit.
  if (length === 0 || end > buffer.length) return undefined
  if (crc32(buffer.subarray(from, end)) !== buffer.readUInt32BE(at)) return undefined
  const octet = buffer[from] as number
  const isLast = (octet & LAST_OF_COMMIT) !== 0
  const place = { at, bytes: end - at, isLast }
  const payload = from + 1
  switch (octet & ~LAST_OF_COMMIT) {
    case KIND_RECORD: {
      const headAt = payload + RECORD_FIELDS_BYTES
      const bodyAt = headAt + buffer.readUInt32BE(payload + 12)
      return {
        ...place,
        kind: KIND_RECORD,
        id: buffer.readDoubleBE(payload),
        log: buffer.readUInt32BE(payload + 8),
        head: buffer.subarray(headAt, bodyAt),
        body: buffer.subarray(bodyAt, end),
      }
    }
    case KIND_AMEND: {
      const head = buffer.subarray(payload + AMEND_FIELDS_BYTES, end)
      return { ...place, kind: KIND_AMEND, id: buffer.readDoubleBE(payload), head }
    }
    case KIND_REMOVE: {
      const ids: number[] = []
      for (let id = payload + 4; id < end; id += ID_BYTES) ids.push(buffer.readDoubleBE(id))
      return { ...place, kind: KIND_REMOVE, holder: buffer.readUInt32BE(payload), ids }
    }
    case KIND_MARK: {
      const [log, number] = [buffer.readUInt32BE(payload), buffer.readDoubleBE(payload + 4)]
      return { ...place, kind: KIND_MARK, log, number }
    }
    default:
      return undefined
  }
}

/** How long an entry says that it is; its first eight bytes must be there. */
export function entryBytes(start: Buffer): number {
  return BEFORE_KIND_BYTES + start.readUInt32BE(4)
}

/** Gives the entries of all whole commits to `apply`, in order; gives where the last of them ends. */
export function readCommits(buffer: Buffer, apply: (entry: LogEntry) => void): number {
  let committed = 0
  let entries: LogEntry[] = []
  for (let at = 0; ; ) {
    const entry = readEntry(buffer, at)
    if (entry === undefined) return committed
    at += entry.bytes
    entries.push(entry)
    if (!entry.isLast) continue
    for (const one of entries) apply(one)
    entries = []
    committed = at
  }
}
