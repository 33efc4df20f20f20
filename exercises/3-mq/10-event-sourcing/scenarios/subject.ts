/** The subject as the scenarios use it: what its files export, its rows, and how a call to it ends. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import { collectIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { type IdSource, newId } from '#payments/ids'

/** What wallet.ts declares. Amounts are in the smallest unit. */
export interface WrittenEvent {
  readonly type: string
  readonly data: unknown
}

export interface Wallet {
  readonly owner: string | undefined
  readonly currency: string | undefined
  readonly posted: bigint
  readonly movements: Readonly<Record<string, { readonly is: string; readonly minor: bigint }>>
}

export interface WalletModule {
  evolve(wallet: Wallet, event: WrittenEvent): Wallet
  upcast(event: WrittenEvent): WrittenEvent
}

/** What event-store.ts exports. */
interface StoredEvent extends WrittenEvent {
  readonly version: number
}

export interface EventStore {
  append(streamId: string, expectedVersion: number, events: readonly WrittenEvent[]): number | Promise<number>
  read(streamId: string, afterVersion?: number): readonly StoredEvent[] | Promise<readonly StoredEvent[]>
}

interface StoreModule {
  openEventStore(ids: IdSource, database: Database): EventStore
}

/** What wallets.ts exports. */
interface Loaded {
  readonly wallet: Wallet
  readonly version: number
}

interface Wallets {
  replay(walletId: string, upToVersion?: number): Loaded | Promise<Loaded>
  load(walletId: string): Loaded | Promise<Loaded>
  handle(walletId: string, command: Command): number | Promise<number>
}

interface WalletsModule {
  openWallets(database: Database, store: EventStore): Wallets
}

export type Command =
  | { readonly kind: 'open'; readonly owner: string; readonly currency: string }
  | { readonly kind: 'deposit' | 'reserve'; readonly reference: string; readonly amount: Amount }
  | { readonly kind: 'capture' | 'release'; readonly reference: string }

export interface Amount {
  readonly minor: number
  readonly currency: string
}

/** A row of the table event. */
export interface EventRow {
  readonly stream_id: string
  readonly version: number
  readonly event_id: string
  readonly type: string
  readonly data: string
}

/** What service.ts has to be started with; its lane. */
export const serviceFile = 'service.ts'

export const lane = 'producer'

/** The lab's queue that gets every event. */
export const publishedQueue = 'wallets.all'

export const storeFile = 'event-store.ts'
export const walletsFile = 'wallets.ts'
export const walletFile = 'wallet.ts'
export const momentMs = 100
const momentMsMax = 2000

/** How one call ended. `conflict`: with the error that the task names for it. */
export type Ending = 'ok' | 'conflict' | { readonly error: string }

/** The exchange of the events, and a queue that gets all of them. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('wallets'), 'topic', { durable: true })
  await channel.assertQueue(lab.name(publishedQueue), { durable: true })
  await channel.bindQueue(lab.name(publishedQueue), lab.name('wallets'), '#')
  await channel.close()
}

/** Declares, and answers the ids of all that is published from now on. */
export async function listening(lab: Lab): Promise<readonly string[]> {
  await declare(lab)
  return await collectIds(lab, publishedQueue)
}

export async function storeOf(lab: Lab, ids?: IdSource): Promise<EventStore> {
  const { openEventStore } = await lab.subject.load<StoreModule>(storeFile, ['openEventStore'])
  const source: IdSource = ids ?? (await lab.world(lane))
  return lab.subject.guard<EventStore>(
    openEventStore(source, lab.openDatabase('wallets')),
    ['append', 'read'],
    storeFile,
  )
}

export async function walletsOf(lab: Lab, store: EventStore): Promise<Wallets> {
  const { openWallets } = await lab.subject.load<WalletsModule>(walletsFile, ['openWallets'])
  return lab.subject.guard<Wallets>(
    openWallets(lab.openDatabase('wallets'), store),
    ['replay', 'load', 'handle'],
    walletsFile,
  )
}

/** The rows of the table event, by whoever wrote them. */
export function eventsOf(lab: Lab, streamId?: string): EventRow[] {
  const rows = rowsOf<EventRow>(lab, 'event', {
    columns: 'stream_id, version, event_id, type, data',
    file: storeFile,
  })
  return rows.filter(({ stream_id }) => streamId === undefined || stream_id === streamId)
}

const databases = new WeakMap<Lab, Database>()

export function rowsOf<Row>(lab: Lab, table: string, asked: { columns: string; file: string }): Row[] {
  const database = databases.get(lab) ?? lab.openDatabase('wallets')
  databases.set(lab, database)
  const order = table === 'event' ? ' ORDER BY stream_id, version' : ' ORDER BY version'
  try {
    return database.prepare(`SELECT ${asked.columns} FROM ${table}${order}`).all() as Row[]
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw lab.breaks(
      text(
        `the database "wallets" has no table ${table} (${asked.columns}): ${why}`,
        `database "wallets" không có bảng ${table} (${asked.columns}): ${why}`,
      ),
      { file: asked.file, near: ['CREATE TABLE', '.exec('] },
    )
  }
}

type Service = Awaited<ReturnType<Lab['start']>>

export async function handled(lab: Lab, service: Service, walletId: string, command: Command): Promise<void> {
  const ending = await bounded(
    lab,
    endingOf(lab, () => service.call('handle', walletId, command)),
    'handle()',
  )
  if (ending === 'ok') return
  const why = ending === 'conflict' ? 'VersionConflict' : ending.error
  throw lab.breaks(
    text(
      `handle() refused "${command.kind}", which nothing speaks against: ${why}`,
      `handle() từ chối "${command.kind}" dù không có gì cản: ${why}`,
    ),
    { file: walletsFile, near: ['handle'] },
  )
}

export async function stopped(lab: Lab, service: Service): Promise<void> {
  const ending = await endingOf(lab, () => service.stop())
  if (typeof ending === 'object') {
    throw lab.breaks(text(`stop() failed: ${ending.error}`, `stop() thất bại: ${ending.error}`), {
      file: serviceFile,
      near: ['stop'],
    })
  }
}

/** Gives something that may never come a moment to happen. */
export async function becomes(lab: Lab, fact: () => boolean, withinMs: number): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(Math.min(withinMs, momentMsMax))
  while (!fact() && lab.run.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 4))
}

export function bounded(lab: Lab, ending: Promise<Ending>, what: string): Promise<Ending> {
  return lab.finished(ending, text(what, what), { file: walletsFile, near: ['handle'] })
}

/** A TODO is no ending: it is thrown. */
export async function endingOf(lab: Lab, act: () => unknown): Promise<Ending> {
  try {
    await act()
    return 'ok'
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    if (!(cause instanceof Error)) throw error
    if (/^TODO\b/i.test(cause.message)) {
      throw lab.subject.brokenBy(error, { file: serviceFile, doing: text('the service', 'service') })
    }
    return cause.name === 'VersionConflict' ? 'conflict' : { error: cause.message }
  }
}

/** The nth id of this run. */
export function someId(lab: Lab, nth: number): string {
  return newId(seededSource(lab.run.seed + nth * 1009))
}

export async function traceOf(lab: Lab): Promise<TraceStep[]> {
  const frames = await lab.frames(lane)
  return frames
    .filter(({ method }) => /^basic\.(?:publish|return|ack|nack)$/.test(method))
    .map((frame) => traceStep(frame, lane))
    .slice(-12)
}
