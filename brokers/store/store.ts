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

/** One record of a log. */
export interface StoredRecord {
  /** Unique over all logs, growing in the order of appends. */
  readonly id: number
  readonly log: number
  /** What its owner must know of it without its body. */
  readonly head: Buffer
  readonly body: Buffer
}

export interface Store {
  /** Sets small state. */
  put(key: string, value: Uint8Array): void
  delete(key: string): void
  append(log: number, id: number, head: Buffer, body: Buffer): void
  /** Replaces the head of a record. */
  amend(id: number, head: Buffer): void
  remove(id: number): void
  /**
   * Keeps the changes since the last commit; does nothing if there are none.
   * `isAwaited`: somebody is told that they are safe, so with `fsync` they must be on the disk. Otherwise they only have to
   * survive the process: losing them in a power cut repeats work, and loses none.
   * @throws Error saying what could not be written and where; the changes are lost then.
   */
  commit(options: { readonly isAwaited: boolean }): void
  /** All small state whose key starts with `prefix`. */
  read(prefix: string): Map<string, Buffer>
  /** All records, in order of id. For the start only: it may take as long as the data is large. */
  recover(): Iterable<StoredRecord>
  close(): void
}
