/**
 * What both brokers keep on disk: small state by key, and records in numbered logs. Changes gather until `commit`, which
 * keeps all of them or none.
 */

/** How much a commit promises. */
export type Durability =
  /** On the disk when `commit` returns, whatever happens to process or computer. */
  | 'fsync'
  /** With the operating system when `commit` returns: survives SIGKILL, not a power cut. */
  | 'os'

/** One record of a log. Its bytes may share memory with much else: copy what stays. */
export interface StoredRecord {
  /** Unique over all logs, growing in the order of appends. */
  readonly id: number
  readonly log: number
  /** What its owner must know of it without its body. */
  readonly head: Buffer
  readonly body: Buffer
}

export interface Store {
  /** False for a store that forgets records at once: their owner must keep them, and `fetch` knows none. */
  readonly keepsRecords: boolean
  /** Sets small state: what changes seldom. */
  put(key: string, value: Uint8Array): void
  delete(key: string): void
  /** The bytes must not change until the commit. */
  append(log: number, id: number, head: Buffer, body: Buffer): void
  /** Replaces the head of a record. */
  amend(id: number, head: Buffer): void
  remove(id: number): void
  /** Sets the one number that belongs to a log and may change often; 0 takes it away. */
  mark(log: number, number: number): void
  /**
   * Keeps the changes since the last commit; does nothing if there are none. Of records and marks it keeps all or none.
   * Small state may be kept before them: after a crash in between it is there alone.
   * `isAwaited`: somebody is told that they are safe, so with `fsync` they must be on the disk. Otherwise they only have to
   * survive the process: losing them in a power cut repeats work, and loses none.
   * @throws Error saying what could not be written and where; the changes are lost then.
   */
  commit(options: { readonly isAwaited: boolean }): void
  /** All small state whose key starts with `prefix`. */
  read(prefix: string): Map<string, Buffer>
  /** Numbers by log. */
  marks(): Map<number, number>
  /** One record, committed or appended since. @throws Error if there is none, or if it can't be read. */
  fetch(id: number): StoredRecord
  /** All records, in order of id. For the start only: it may take as long as the data is large. */
  recover(): Iterable<StoredRecord>
  close(): void
}
