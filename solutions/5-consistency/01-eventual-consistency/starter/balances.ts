/** What the app asks for a balance: it reads the copies, never the wallet's own database, and says what the answer is worth. */

import type { Running, Start } from '#lab/subject'

/** A balance as it is shown. */
export interface Balance {
  /** In the smallest unit. Undefined when the copy has never heard of this wallet. */
  readonly balance_minor: number | undefined
  /** The last change that it contains; 0 when there is none. */
  readonly version: number
  /**
   * Up to this moment no change of this wallet is missing, milliseconds since the Unix epoch; 0 when the wallet is unknown. What the
   * screen calls "as of 14:03:27".
   */
  readonly as_of: number
  /** Whether it is older than what was asked for. */
  readonly is_behind: boolean
}

/** "I have written version 7: show me nothing older, and wait for it no longer than that." */
export interface Asked {
  /** `Written.version` of the wallet. */
  readonly atLeast: number
  /** By world.clock. */
  readonly withinMs: number
}

/** One customer's visit. */
export interface Session {
  /** Answers at once with what there is, unless it is asked for a version. What this session has seen, it never takes back. */
  read(walletId: string, asked?: Asked): Promise<Balance>
}

export interface Balances extends Running {
  session(): Session
}

export const start: Start<Balances> = async (world) => {
  // TODO consistency-01.3: a read answers with what the copies (databases balances-a and balances-b) have at that moment.
  // TODO consistency-01.4: as behind any load balancer, one read meets replica a and the next one b. Within a session no read may
  //   go back behind an earlier one.
  // TODO consistency-01.6: whoever asks for a version waits for it, up to a deadline; then it is told that it has something older.
  throw new Error('TODO: read the balances')
}
