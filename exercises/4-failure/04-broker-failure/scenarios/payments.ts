/** The payments of a run, and the books that they belong into. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return paymentsOf(lab, howMany).map((payment) => requestedEvent(payment, lab.run.seed))
}

export function ledgerOf(lab: Lab): Ledger {
  return new Ledger(databaseOf(lab, 'wallet'), seededSource(lab.run.seed))
}

const opened = new WeakMap<Lab, Map<string, Database>>()

export function databaseOf(lab: Lab, name: string): Database {
  const databases = opened.get(lab) ?? new Map<string, Database>()
  opened.set(lab, databases)
  const database = databases.get(name) ?? lab.openDatabase(name)
  databases.set(name, database)
  return database
}

/** The id of the event in a message's body; undefined where there is none. */
export function idIn(body: Buffer | undefined): string | undefined {
  try {
    return (JSON.parse(body?.toString('utf8') ?? '') as { id?: string }).id
  } catch {
    return undefined
  }
}
