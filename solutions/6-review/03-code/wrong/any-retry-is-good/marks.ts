// mistake: takes every retry for a gain
// refused by: review-03.3
// says: faults in retrying found

/** The review of the three pull requests in `pulls/`. */

export interface Mark {
  /** Number of the pull request, 1 to 3. */
  readonly pull: 1 | 2 | 3
  /** As its heading says, such as `listener.ts`. */
  readonly file: string
  /** A line of the new file, as the page numbers it. */
  readonly line: number
  /**
   * - `errors`: something fails and nobody hears of it
   * - `retry`: trying again too often, too long, too soon, or in vain
   * - `idempotency`: the same thing twice has another result than once
   * - `ack`: an acknowledgement or a commit of an offset that says more than is true
   * - `event-sourcing`: the stored events, the state or what is published of them disagree
   */
  readonly kind: 'errors' | 'retry' | 'idempotency' | 'ack' | 'event-sourcing'
  /** What would happen, in a sentence. */
  readonly why: string
}

export const marks: readonly Mark[] = [
  {
    pull: 1,
    file: 'listener.ts',
    line: 28,
    kind: 'ack',
    why: 'Killed during handle(), the payment is acknowledged and not booked.',
  },
  {
    pull: 1,
    file: 'listener.ts',
    line: 33,
    kind: 'retry',
    why: 'No attempt is the last, and a body that never parses goes round for ever.',
  },
  {
    pull: 1,
    file: 'retry.ts',
    line: 12,
    kind: 'errors',
    why: 'A retry that the broker refuses is swallowed here, and the first copy is acked already.',
  },
  {
    pull: 1,
    file: 'shutdown.ts',
    line: 12,
    kind: 'ack',
    why: 'It acknowledges everything up to the last, those that failed among them.',
  },
  {
    pull: 2,
    file: 'wallet.ts',
    line: 28,
    kind: 'ack',
    why: 'A crash in the middle of the batch skips the rest of it: it is committed already.',
  },
  {
    pull: 2,
    file: 'wallet.ts',
    line: 37,
    kind: 'errors',
    why: 'A payment that fails for good ends in a log line and nowhere else.',
  },
  {
    pull: 2,
    file: 'inbox.ts',
    line: 6,
    kind: 'idempotency',
    why: 'Two payments of one customer with one amount are taken for the same.',
  },
  {
    pull: 2,
    file: 'inbox.ts',
    line: 12,
    kind: 'idempotency',
    why: 'A crash between booking and note books the payment again.',
  },
  {
    pull: 3,
    file: 'event-store.ts',
    line: 32,
    kind: 'event-sourcing',
    why: 'The event at the version of the snapshot is applied a second time.',
  },
  {
    pull: 3,
    file: 'event-store.ts',
    line: 39,
    kind: 'event-sourcing',
    why: 'If the insert fails, the others have heard of something that never was.',
  },
  {
    pull: 3,
    file: 'event-store.ts',
    line: 41,
    kind: 'event-sourcing',
    why: 'The expected version is not compared, so two withdrawals from one state are both stored.',
  },
  {
    pull: 3,
    file: 'transfer.ts',
    line: 18,
    kind: 'errors',
    why: 'The caller of a transfer that lost the race believes that it was made.',
  },
  {
    pull: 3,
    file: 'relay.ts',
    line: 4,
    kind: 'retry',
    why: 'While the broker is down, it spins without a pause and without an end.',
  },
  {
    pull: 3,
    file: 'relay.ts',
    line: 5,
    kind: 'idempotency',
    why: 'A new id for each attempt makes every repetition a new event to its readers.',
  },
]
