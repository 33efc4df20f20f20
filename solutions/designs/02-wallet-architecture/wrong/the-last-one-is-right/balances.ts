// mistake: the last event that comes has the balance
// refused by: design-02.7
// says: come late and twice
/** The balances that users see: kept from events that come late, twice and out of order, and honest about what they don't know. */
import type { Database } from 'better-sqlite3'

/** A balance as its owner has it. `minor` counts the smallest unit of the wallet's currency. */
export interface OwnedBalance {
  readonly walletId: string
  /** Counts the changes of this wallet, from 1 without gaps. */
  readonly version: number
  readonly minor: bigint
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number
}

export type Answer =
  /** What is known, and as of when. */
  | { readonly is: 'shown'; readonly version: number; readonly minor: bigint; readonly asOf: number }
  /** What was asked for has not arrived yet: no figure, since any would be wrong. */
  | { readonly is: 'pending'; readonly awaited: number }
  /** Nothing was ever told of this wallet. That is not a balance of 0. */
  | { readonly is: 'unknown' }

/** A wallet that users see otherwise than its owner has it, though there was time enough for the news to arrive. */
export interface Difference {
  readonly walletId: string
  /** `missing`: never told. `behind`: an older version is shown. `wrong`: the same version with another balance. */
  readonly is: 'missing' | 'behind' | 'wrong'
}

export interface Balances {
  /** Takes an event in, whichever it is: a repeat and a straggler change nothing. */
  apply(told: OwnedBalance): void
  /** @param atLeast the version that the reader knows of, from their own transaction: nothing older is shown as the balance */
  read(walletId: string, atLeast?: number): Answer
  /**
   * Compares with what the owner has, and repairs what differs. What changed within the stale window is passed over: it may be on its way.
   * @param now milliseconds since the Unix epoch
   */
  reconcile(owned: readonly OwnedBalance[], now: number): readonly Difference[]
}

/** How far behind users may be, milliseconds: a deployment, and time to catch up. The same as in architecture.ts. */
export const staleMsMax = 45_000

const schema = `
CREATE TABLE IF NOT EXISTS shown_balance (
  wallet_id  TEXT PRIMARY KEY,
  version    INTEGER NOT NULL,
  minor      INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT`

interface Row {
  readonly version: bigint
  readonly minor: bigint
  readonly changed_at: bigint
}

/** Makes the table when it is missing. */
export function openBalances(database: Database): Balances {
  database.exec(schema)
  // The guard is in the statement: two processes that apply the same wallet can't overtake each other between a look and a write.
  const keep = database.prepare(
    `INSERT INTO shown_balance VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id) DO UPDATE
     SET version = excluded.version, minor = excluded.minor, changed_at = excluded.changed_at`,
  )
  const repair = database.prepare(
    `INSERT INTO shown_balance VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id) DO UPDATE
     SET version = excluded.version, minor = excluded.minor, changed_at = excluded.changed_at
     WHERE excluded.version >= shown_balance.version`,
  )
  // Balances are larger than a JavaScript number can count.
  const find = database.prepare('SELECT * FROM shown_balance WHERE wallet_id = ?').safeIntegers()
  const kept = (walletId: string) => find.get(walletId) as Row | undefined
  const row = ({ walletId, version, minor, changedAt }: OwnedBalance) => [walletId, version, minor, changedAt]

  function difference(owned: OwnedBalance): Difference['is'] | undefined {
    const shown = kept(owned.walletId)
    if (shown === undefined) return 'missing'
    if (Number(shown.version) < owned.version) return 'behind'
    return Number(shown.version) === owned.version && shown.minor !== owned.minor ? 'wrong' : undefined
  }

  return {
    apply: (told) => void keep.run(...row(told)),
    read(walletId, atLeast = 0) {
      const shown = kept(walletId)
      const version = Number(shown?.version ?? 0)
      if (version < atLeast) return { is: 'pending', awaited: atLeast }
      if (shown === undefined) return { is: 'unknown' }
      return { is: 'shown', version, minor: shown.minor, asOf: Number(shown.changed_at) }
    },
    reconcile(owned, now) {
      return owned.flatMap((each) => {
        // Younger than the window: late is not lost.
        const is = now - each.changedAt > staleMsMax ? difference(each) : undefined
        if (is === undefined) return []
        repair.run(...row(each))
        return [{ walletId: each.walletId, is }]
      })
    },
  }
}
