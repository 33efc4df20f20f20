/** Snapshots are counted as they are written, spoilt, and deleted. */
import { setImmediate as breathe } from 'node:timers/promises'
import Sqlite, { type Database } from 'better-sqlite3'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { Random } from '#lab/subject'
import { attempt, type EventStore, isWallet, load, shown } from './design.ts'
import { idOf, Ledger } from './filling.ts'
import { columnsOf } from './two-writers.ts'

/** What the brief asks of a load, and of snapshots. */
export const readMax = 250
export const eventsASnapshotMin = 25

export interface SnapshotsSeen {
  /** A table or column of snapshots that is named and is not there. */
  readonly absent: string | undefined
  readonly events: number
  readonly loads: number
  readonly readMost: { readonly events: number; readonly version: number }
  readonly snapshots: number
  readonly shortSnapshots: number
  /** A load that answers otherwise than the replay. */
  readonly differs:
    | {
        readonly when: 'always' | 'all-deleted' | 'another-shape'
        readonly version: number
        readonly said: string
        readonly right: string
      }
    | undefined
}

const nothingSeen: SnapshotsSeen = {
  absent: undefined,
  events: 0,
  loads: 0,
  readMost: { events: 0, version: 0 },
  snapshots: 0,
  shortSnapshots: 0,
  differs: undefined,
}

/** A long wallet and many short ones grow event by event; then their snapshots are spoilt, and deleted. */
export async function snapshotsLost(subject: SubjectUnderTest, random: Random): Promise<SnapshotsSeen> {
  const design = await load(subject)
  const database = new Sqlite(':memory:')
  const store = design.openStore(database)
  let read = 0
  const counting: EventStore = {
    ...store,
    read(...asked) {
      const events = store.read(...asked)
      read += events.length
      return events
    },
  }
  const history = design.openHistory(database, counting)
  const { table, schemaVersion, state, stream } = design.tables.snapshot
  const columns = columnsOf(database, table)
  const absent = [stream, schemaVersion, state].find((name) => !columns.includes(name))
  if (absent !== undefined) return { ...nothingSeen, absent: `${table}.${absent}` }
  const written = countWrites(database, table, stream)
  const ledger = new Ledger(random)
  const kinds = ['deposited', 'withdrawn', 'corrected'] as const
  let loads = 0
  let readMost = { events: 0, version: 0 }
  let differs: SnapshotsSeen['differs']
  const compare = async (
    walletId: string,
    when: NonNullable<SnapshotsSeen['differs']>['when'],
  ): Promise<void> => {
    read = 0
    const loaded = attempt(() => history.load(walletId))
    const version = ledger.versionOf(walletId)
    if (when === 'always' && read > readMost.events) readMost = { events: read, version }
    const right = history.replay(walletId)
    loads += 1
    await breathe()
    const same = 'value' in loaded && isWallet(loaded.value, right)
    if (!same) {
      const said = 'value' in loaded ? shown(loaded.value) : loaded.error.message
      differs ??= { when, version, said, right: shown(right) }
    }
  }
  const record = (wallet: number): void => {
    const fact = ledger.next(wallet, kinds)
    const before = ledger.versionOf(idOf(wallet))
    ledger.take(idOf(wallet), fact)
    history.record(idOf(wallet), before, [{ ...fact, eventId: ledger.eventId() }])
  }
  for (let nth = 0; nth < 2000; nth += 1) {
    record(0)
    if (nth % 37 === 0 || nth > 1980) await compare(idOf(0), 'always')
    if (nth % 10 === 0) await breathe()
  }
  for (let nth = 0; nth < 600; nth += 1) {
    record(1 + (nth % 60))
    if (nth % 20 === 0) await breathe()
  }
  for (let wallet = 1; wallet <= 60; wallet += 1) await compare(idOf(wallet), 'always')
  await breathe()
  // A release has changed the shape of a wallet: what stands in the table means nothing to it.
  database
    .prepare(
      `UPDATE "${table}" SET "${schemaVersion}" = "${schemaVersion}" + 1000, "${state}" = '{"balance":"1 million"}'`,
    )
    .run()
  await compare(idOf(0), 'another-shape')
  const snapshots = written()
  database.prepare(`DELETE FROM "${table}"`).run()
  for (const wallet of [0, 1, 30]) await compare(idOf(wallet), 'all-deleted')
  return {
    absent: undefined,
    events: ledger.count,
    loads,
    readMost,
    snapshots: snapshots.all,
    shortSnapshots: snapshots.short,
    differs,
  }
}

/** Counts what is written to the table of snapshots, whoever does it. */
function countWrites(
  database: Database,
  table: string,
  stream: string,
): () => { all: number; short: number } {
  database.exec(`CREATE TEMP TABLE written (stream TEXT)`)
  for (const event of ['INSERT', 'UPDATE'])
    database.exec(
      `CREATE TEMP TRIGGER written_${event} AFTER ${event} ON main."${table}" BEGIN INSERT INTO written VALUES (NEW."${stream}"); END`,
    )
  return () => {
    const streams = database.prepare('SELECT stream FROM temp.written').pluck().all() as string[]
    const own = streams.slice(
      0,
      streams.length - Number(database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()),
    )
    return { all: own.length, short: own.filter((each) => each !== idOf(0)).length }
  }
}
