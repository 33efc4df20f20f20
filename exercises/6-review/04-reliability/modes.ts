/** The failure scenarios of the week, and what your code did in each: the table that RELIABILITY.md argues from. */

export interface Mode {
  /** The task of the failure part: `failure-01` to `failure-08`. */
  readonly task: string
  /** The item whose run shows it, such as `failure-03.4`; `npm run progress failure-03` says whether it is verified with your code as it is. */
  readonly shownBy: string
  /** Where the fault was placed: before or after which frame, commit or call. `npm run explore` keeps what it tried in results/explored.json. */
  readonly tried: string
  /** Moments of the same scenario that nothing has tried yet; "none" if there are none. */
  readonly untried: string
  /** Acknowledged payments that were lost, and payments that were booked twice. */
  readonly lost: number
  readonly doubled: number
  /** What made it so, in a sentence. */
  readonly because: string
}

export const modes: readonly Mode[] = [
  // TODO review-04.1, review-04.2: { task: 'failure-01', shownBy: 'failure-01.2', tried: '', untried: '', lost: 0, doubled: 0, because: '' },
]
