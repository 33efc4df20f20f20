/** The design under attack: its files as one object, a store in memory, and what a call into it ended with. */
import Sqlite, { type Database } from 'better-sqlite3'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'

export interface Fact {
  readonly kind: 'opened' | 'deposited' | 'withdrawn' | 'sent' | 'received' | 'corrected'
  readonly currency: string
  readonly transactionId?: string
  readonly minor?: bigint
  readonly other?: string
  readonly reason?: string
}

export interface WrittenEvent {
  readonly type: string
  readonly data: unknown
}

export interface StoredEvent extends WrittenEvent {
  readonly streamId: string
  readonly version: number
  readonly eventId: string
  readonly position: number
}

export type NewEvent = WrittenEvent & { readonly eventId: string }

export interface EventStore {
  append(streamId: string, expectedVersion: number, events: readonly NewEvent[]): number
  read(streamId: string, afterVersion?: number, upToVersion?: number): readonly StoredEvent[]
  readAll(afterPosition: number, limit: number): readonly StoredEvent[]
}

export interface Wallet {
  readonly version: number
  readonly currency: string | undefined
  readonly minor: bigint
}

export interface History {
  replay(walletId: string, upToVersion?: number): Wallet
  load(walletId: string): Wallet
  record(
    walletId: string,
    expectedVersion: number,
    facts: readonly (Fact & { readonly eventId: string })[],
  ): number
}

export interface Projector {
  catchUp(): number
  rebuild(): number
  balances(): ReadonlyMap<string, bigint>
}

export interface OldRow {
  readonly stream_id: string
  readonly version: number
  readonly event_id: string
  readonly type: string
  readonly data: unknown
}

interface Tables {
  readonly event: Readonly<Record<'table' | 'stream' | 'version' | 'eventId' | 'position', string>>
  readonly snapshot: Readonly<Record<'table' | 'stream' | 'schemaVersion' | 'state', string>>
}

interface EventsFile {
  write(fact: Fact): WrittenEvent
  read(event: WrittenEvent): Fact
  problems(event: WrittenEvent): readonly string[]
  upcast(event: WrittenEvent): WrittenEvent
}

export interface Design extends EventsFile {
  readonly tables: Tables
  openStore(database: Database): EventStore
  openHistory(database: Database, store: EventStore): History
  openProjector(
    database: Database,
    store: EventStore,
    outside: { sendReceipt(eventId: string): void },
  ): Projector
  migrate(old: readonly OldRow[], store: EventStore): number
}

/** Loads the five files of the design. */
export async function load(subject: SubjectUnderTest): Promise<Design> {
  const events = await subject.load<EventsFile>('events.ts', ['write', 'read', 'problems', 'upcast'])
  const { openStore } = await subject.load<Design>('store.ts', ['openStore'])
  const { tables } = await subject.loadData<Pick<Design, 'tables'>>('store.ts', ['tables'])
  const { openHistory } = await subject.load<Design>('history.ts', ['openHistory'])
  const { openProjector } = await subject.load<Design>('projector.ts', ['openProjector'])
  const { migrate } = await subject.load<Design>('migration.ts', ['migrate'])
  return {
    ...events,
    tables,
    migrate,
    openStore: (database) => subject.guard(openStore(database), ['append', 'read', 'readAll'], 'store.ts'),
    openHistory: (database, store) =>
      subject.guard(openHistory(database, store), ['replay', 'load', 'record'], 'history.ts'),
    openProjector: (database, store, outside) =>
      subject.guard(
        openProjector(database, store, outside),
        ['catchUp', 'rebuild', 'balances'],
        'projector.ts',
      ),
  }
}

/** A store in memory, and all that stands on it. */
export function open(design: Design): { database: Database; store: EventStore; history: History } {
  const database = new Sqlite(':memory:')
  const store = design.openStore(database)
  return { database, store, history: design.openHistory(database, store) }
}

export const overJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

export function isWallet(wallet: Wallet, right: Wallet): boolean {
  return (
    wallet.minor === right.minor && wallet.version === right.version && wallet.currency === right.currency
  )
}

export function shown({ minor, version, currency }: Wallet): string {
  return `${minor} ${currency} at version ${version}`
}

/** What a call answers, or the error that it throws, without the sentence that is put around it. A TODO is no answer. */
export function attempt<Value>(call: () => Value): { readonly value: Value } | { readonly error: Error } {
  try {
    return { value: call() }
  } catch (error) {
    if (error instanceof Error && /is still a TODO/.test(error.message)) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { error: cause instanceof Error ? cause : new Error(String(cause)) }
  }
}
