/**
 * The end of a turn of the event loop, where there is something to keep: everything that the clients sent in it is kept at
 * once, then their answers leave. Nothing leaves for a client before what it tells of has been kept.
 */

/** A connection with bytes to send. */
export interface Flushing {
  flush(): void
}

export class Turn {
  readonly #commit: () => void
  readonly #flushing = new Set<Flushing>()
  #isScheduled = false
  #isOver = false

  /** @param commit keeps what has changed; what it throws ends the broker, which can keep nothing any more */
  constructor(commit: () => void) {
    this.#commit = commit
  }

  /** Something happened that has to be kept. */
  touch(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    // The check phase comes right after the poll phase, in which every readable socket has been read.
    setImmediate(() => this.end())
  }

  flushLater(connection: Flushing): void {
    this.#flushing.add(connection)
    this.touch()
  }

  /** Ends the last turn: what a broker that stops does from now on is kept by nobody. */
  close(): void {
    this.end()
    this.#isOver = true
  }

  /** Ends the turn now. */
  end(): void {
    this.#isScheduled = false
    if (this.#isOver) return
    this.#commit()
    for (const connection of this.#flushing) connection.flush()
    this.#flushing.clear()
  }
}
