/** Your review of the three pull requests in `pulls/`: one mark for each fault that you would not let pass. */

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
  // TODO review-03.1 to 03.6: { pull: 1, file: 'listener.ts', line: 0, kind: 'ack', why: '' },
]
