/** The payments of a run, and where they are written down. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'
import { paymentsFile } from './services.ts'

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

/** The payments that the service has saved, by id. */
export function committed(lab: Lab): string[] {
  const database = databaseOf(lab, 'payments')
  const isThere = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'payment'")
    .get()
  if (isThere === undefined) {
    throw lab.breaks(
      text('the database "payments" has no table payment', 'database "payments" không có bảng payment'),
      { file: paymentsFile, near: ['CREATE TABLE', 'openDatabase('] },
    )
  }
  const rows = database.prepare('SELECT payment_id FROM payment ORDER BY payment_id').all()
  return (rows as { payment_id: string }[]).map(({ payment_id }) => payment_id)
}

/** The wallet's ledger, as the lab reads it. */
export function ledgerOf(lab: Lab): Ledger {
  return new Ledger(databaseOf(lab, 'wallet'), seededSource(lab.run.seed))
}

const opened = new WeakMap<Lab, Map<string, Database>>()

/** Opened once for each lab: it is looked at over and over. */
function databaseOf(lab: Lab, name: string): Database {
  const databases = opened.get(lab) ?? new Map<string, Database>()
  opened.set(lab, databases)
  const database = databases.get(name) ?? lab.openDatabase(name)
  databases.set(name, database)
  return database
}
