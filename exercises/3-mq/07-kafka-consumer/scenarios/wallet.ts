/** The ledger that the consumer books in. */
import type { Lab } from '#lab/kit'
import { seededSource } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): { ledger: Ledger; transactions: () => number } {
  const database = lab.openDatabase('wallet')
  const ledger = new Ledger(database, seededSource(lab.run.seed))
  const count = database.prepare('SELECT count(*) AS count FROM txn')
  return { ledger, transactions: () => (count.get() as { count: number }).count }
}
