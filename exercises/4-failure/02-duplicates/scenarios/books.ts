/** The wallet, as the lab reads it. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import type { Currency } from '#payments/money'

/** A line in the books. */
export interface Entry {
  readonly message_id: string
  readonly merchant_id: string
  readonly currency: Currency
  readonly amount_minor: bigint
}

const opened = new WeakMap<Lab, Database>()

function walletOf(lab: Lab): Database {
  const database = opened.get(lab) ?? lab.openDatabase('wallet')
  opened.set(lab, database)
  return database
}

export function entriesOf(lab: Lab): readonly Entry[] {
  const rows = walletOf(lab)
    .prepare('SELECT message_id, merchant_id, currency, amount_minor FROM entry ORDER BY position')
    .safeIntegers()
    .all()
  return rows as Entry[]
}

/** Whether each balance is the sum of its entries. */
export function isBalanced(lab: Lab): boolean {
  const off = walletOf(lab)
    .prepare(
      `SELECT 1 FROM (SELECT merchant_id, currency, sum(amount_minor) AS total FROM entry GROUP BY 1, 2)
       FULL JOIN balance USING (merchant_id, currency) WHERE coalesce(total, 0) <> coalesce(amount_minor, 0)`,
    )
    .all()
  return off.length === 0
}

export function countsOf(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}
