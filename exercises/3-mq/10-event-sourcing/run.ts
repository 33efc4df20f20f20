/** The scenarios of mq-10: each writes to the streams of wallets, lets something happen, and answers what they hold then. */
import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Database } from 'better-sqlite3'
import type { Act, Lab } from '#lab/kit'
import { collectIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { Random } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { type IdSource, newId } from '#payments/ids'

/** What wallet.ts declares. Amounts are in the smallest unit. */
export interface WrittenEvent {
  readonly type: string
  readonly data: unknown
}
interface Wallet {
  readonly owner: string | undefined
  readonly currency: string | undefined
  readonly posted: bigint
  readonly movements: Readonly<Record<string, { readonly is: string; readonly minor: bigint }>>
}
interface WalletModule {
  evolve(wallet: Wallet, event: WrittenEvent): Wallet
  upcast(event: WrittenEvent): WrittenEvent
}

/** What event-store.ts exports. */
interface StoredEvent extends WrittenEvent {
  readonly version: number
}
interface EventStore {
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
interface Amount {
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
const storeFile = 'event-store.ts'
const walletsFile = 'wallets.ts'
const walletFile = 'wallet.ts'
const prefix = 'workbook.payments'
/** After so many events the next snapshot is due; wallets.ts says the same. */
export const snapshotEvery = 20
const momentMs = 100
const momentMsMax = 2000
const day = 86_400_000

const vnd = (minor: number): Amount => ({ minor, currency: 'VND' })
const opened: WrittenEvent = {
  type: `${prefix}.wallet-opened.v1`,
  data: { owner: 'lien', currency: 'VND' },
}
const deposited = (reference: string, minor: number): WrittenEvent => ({
  type: `${prefix}.funds-deposited.v3`,
  data: { reference, amount: vnd(minor) },
})
const reserved = (reference: string, minor: number): WrittenEvent => ({
  type: `${prefix}.funds-reserved.v1`,
  data: { reference, amount: vnd(minor) },
})
const ended = (how: 'captured' | 'released', reference: string): WrittenEvent => ({
  type: `${prefix}.funds-${how}.v1`,
  data: { reference },
})
const open: Command = { kind: 'open', owner: 'lien', currency: 'VND' }
const deposit = (reference: string, minor: number): Command => ({
  kind: 'deposit',
  reference,
  amount: vnd(minor),
})

/** How one call ended. `conflict`: with the error that the task names for it. */
export type Ending = 'ok' | 'conflict' | { readonly error: string }

export interface ContendedSeen {
  /** The second of two writers who both take the stream for new, and one who expects a version that is not there yet. */
  readonly stale: Ending
  readonly ahead: Ending
  /** Versions of the stream that the two wrote to, as they stand in the table. */
  readonly versions: readonly number[]
  /** Reservations of 80,000 that two services made out of 100,000. */
  readonly reservations: number
  readonly versionsOfBoth: readonly number[]
  readonly accepted: number
}

/** Two writers on one stream: first one after the other, then two services, one of which is stopped before its commit. */
export async function contended(lab: Lab): Promise<ContendedSeen> {
  const [first, second] = [await storeOf(lab), await storeOf(lab)]
  const id = someId(lab, 1)
  await first.append(id, 0, [opened])
  const stale = await endingOf(lab, () => second.append(id, 0, [opened]))
  const ahead = await endingOf(lab, () => second.append(id, 7, [deposited('top-up-1', 1000)]))
  const versions = eventsOf(lab, id).map(({ version }) => version)

  await declare(lab)
  const wallet = someId(lab, 2)
  // Nothing is published meanwhile: the commits that follow are those of commands.
  const quiet = await lab.place({
    name: 'publishing waits',
    lane,
    text: text('publishing waits', 'việc publish phải chờ'),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'hold' },
  })
  const [one, two] = await Promise.all([lab.start(serviceFile, lane), lab.start(serviceFile, lane)])
  await handled(lab, one, wallet, open)
  await handled(lab, one, wallet, deposit('top-up-1', 100_000))
  const asked = lab.run.now()
  await handled(lab, two, wallet, open)
  const answerMs = lab.run.now() - asked
  await lab.settles(() => quiet.state === 'fired')
  const slow = await lab.place({
    name: 'stopped before its commit',
    text: text('one service is stopped before its commit', 'một service bị chặn ngay trước commit'),
    when: { point: 'commit', side: 'before', fields: { database: 'wallets' } },
    what: { kind: 'hold' },
  })
  const reserve = (reference: string): Command => ({
    kind: 'reserve',
    reference,
    amount: vnd(80_000),
  })
  const slowly = endingOf(lab, () => one.call('handle', wallet, reserve('order-1')))
  await lab.fired(
    slow,
    text(
      'a reservation was asked for, and nothing was committed',
      'có yêu cầu giữ tiền mà không có commit nào',
    ),
    { file: walletsFile, near: ['append('] },
  )
  let isOver = false
  const meanwhile = endingOf(lab, () => two.call('handle', wallet, reserve('order-2'))).finally(() => {
    isOver = true
  })
  // It may wait for the first one's lock, which is what is hoped for and shows nowhere: so it gets ten times as long as a
  // command takes it now, and no fact is waited for.
  await becomes(lab, () => isOver, Math.max(4 * momentMs, 10 * answerMs))
  slow.release()
  const endings = [await bounded(lab, slowly, 'handle()'), await bounded(lab, meanwhile, 'handle()')]
  const rows = eventsOf(lab, wallet)
  return {
    stale,
    ahead,
    versions,
    reservations: rows.filter(({ type }) => type.includes('funds-reserved')).length,
    versionsOfBoth: rows.map(({ version }) => version),
    accepted: endings.filter((ending) => ending === 'ok').length,
  }
}

export interface PublishedSeen {
  readonly stored: readonly string[]
  /** Ids of the messages in the queue, in the order in which they came. */
  readonly published: readonly string[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** The service is killed before a commit; then its connection is torn as an event leaves, and it is killed again. */
export async function published(lab: Lab): Promise<PublishedSeen> {
  const published = await listening(lab)
  const wallet = someId(lab, 1)
  let service = await lab.start(serviceFile, lane)
  const beforeCommit = await lab.place({
    name: 'kill before the commit',
    lane,
    text: text(
      'the service is killed before its commit (SIGKILL)',
      'service bị kill ngay trước commit (SIGKILL)',
    ),
    when: { point: 'commit', side: 'before', fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: service },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    beforeCommit,
    text('a wallet was to be opened, and nothing was committed', 'yêu cầu mở ví mà không có commit nào'),
    { file: storeFile, near: ['.transaction(', 'INSERT'] },
  )

  service = await lab.start(serviceFile, lane)
  const torn = await lab.place({
    name: 'cut at the publish',
    lane,
    text: text('the connection is torn as the event leaves', 'kết nối đứt khi event vừa rời đi'),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'cut' },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    torn,
    text('a wallet was opened, and nothing was published', 'ví đã mở mà không có gì được publish'),
    { file: serviceFile, near: ['.publish('] },
  )
  // Whoever connects again by themselves may; whoever leaves that to an operator gets one.
  await lab.killSubject(service)

  service = await lab.start(serviceFile, lane)
  // Whoever was killed before the event was stored stores it now; for the others it is done already.
  await handled(lab, service, wallet, open)
  await handled(lab, service, wallet, deposit('top-up-1', 50_000))
  await lastPublished(lab, wallet, published)
  return {
    stored: eventsOf(lab).map(({ event_id }) => event_id),
    published,
    kills: 2,
    trace: await traceOf(lab),
  }
}

export interface AppendedSeen {
  /** What an append with an event that no JSON can hold answered, and how many rows it left. */
  readonly torn: Ending
  readonly tornRows: number
  readonly stored: readonly string[]
  readonly published: readonly string[]
  readonly kills: number
  /** Rows of old events before and after a replay, a command and a new start. */
  readonly before: readonly EventRow[]
  readonly after: readonly EventRow[]
}

/** An append that fails in its middle; a kill right after a commit; and old events that a new service meets. */
export async function appended(lab: Lab): Promise<AppendedSeen> {
  const published = await listening(lab)
  const store = await storeOf(lab)
  const half = someId(lab, 1)
  const unwritable = { ...deposited('top-up-2', 1), data: { reference: 'top-up-2', amount: 1n } }
  const torn = await endingOf(lab, () =>
    store.append(half, 0, [opened, deposited('top-up-1', 1000), unwritable]),
  )
  const tornRows = eventsOf(lab, half).length

  const wallet = someId(lab, 3)
  // Nothing waits to be published: the first commit is that of the command.
  let service = await lab.start(serviceFile, lane)
  const afterCommit = await lab.place({
    name: 'kill after the commit',
    lane,
    text: text(
      'the service is killed right after a commit (SIGKILL)',
      'service bị kill ngay sau một commit (SIGKILL)',
    ),
    when: { point: 'commit', side: 'after', fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: service },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    afterCommit,
    text('a wallet was to be opened, and nothing was committed', 'yêu cầu mở ví mà không có commit nào'),
    { file: storeFile, near: ['.transaction(', 'INSERT'] },
  )
  const old = someId(lab, 2)
  await store.append(old, 0, oldStream)
  const before = eventsOf(lab, old)
  service = await lab.start(serviceFile, lane)
  await handled(lab, service, wallet, open)
  await handled(lab, service, old, deposit('top-up-9', 1000))
  const wallets = await walletsOf(lab, store)
  await wallets.replay(old)
  await lastPublished(lab, old, published)
  return {
    torn,
    tornRows,
    stored: eventsOf(lab).map(({ event_id }) => event_id),
    published,
    kills: 1,
    before,
    after: eventsOf(lab, old).slice(0, before.length),
  }
}

export interface ReplayedSeen {
  /** Versions as read() answered them. */
  readonly versions: readonly number[]
  readonly expected: Shown
  readonly replayed: Shown
  /** Events of each old version that upcast() did not bring to today's. */
  readonly notUpcast: readonly string[]
  readonly events: number
  /** Events that were published once more. */
  readonly publishedAgain: readonly string[]
  /** Rows of the table event that replays and new starts left behind. */
  readonly added: number
}

/** A stream in three schemas, written while the clock ran backwards; then replays and a new start, which may tell nobody. */
export async function replayed(lab: Lab): Promise<ReplayedSeen> {
  const { upcast } = await lab.subject.load<WalletModule>(walletFile, ['upcast'])
  const notUpcast = oldForms.flatMap(({ form, now }) => {
    const seen = upcast(deeplyFrozen(structuredClone(form)))
    return isDeepStrictEqual(plain(seen), plain(now)) ? [] : [form.type]
  })
  const seen = {
    versions: [],
    expected: shown(nothing),
    replayed: shown(nothing),
    publishedAgain: [],
    added: 0,
  }
  // A replay of events that nobody understands would only fail in another way.
  if (notUpcast.length > 0) return { ...seen, notUpcast, events: oldForms.length }
  const published = await listening(lab)
  const store = await storeOf(lab, backwards(lab))
  const old = someId(lab, 1)
  for (const [index, event] of oldStream.entries()) await store.append(old, index, [event])
  const versions = (await store.read(old)).map(({ version }) => version)
  const wallets = await walletsOf(lab, store)
  const { wallet } = await wallets.replay(old)

  const service = await lab.start(serviceFile, lane)
  const other = someId(lab, 2)
  await handled(lab, service, other, open)
  await allPublished(lab, published)
  await stopped(lab, service)
  const rows = eventsOf(lab).length
  for (let time = 0; time < 3; time += 1) await wallets.replay(old)
  const again = await lab.start(serviceFile, lane)
  // What a start publishes goes out before this one, over the same channel.
  await handled(lab, again, other, deposit('top-up-1', 1000))
  await allPublished(lab, published)
  return {
    versions,
    expected: shown(modelOf(oldStream)),
    replayed: shown(wallet),
    notUpcast,
    events: oldStream.length,
    publishedAgain: repeated(published),
    added: eventsOf(lab).length - rows - 1,
  }
}

export interface SnapshottedSeen {
  readonly events: number
  /** Rows of the table snapshot at the end. */
  readonly snapshots: readonly { readonly version: number; readonly schema_version: number }[]
  /** Versions at which a snapshot was seen, after each command. */
  readonly taken: readonly number[]
}

/** Forty-five commands on one wallet. */
export async function snapshotted(lab: Lab): Promise<SnapshottedSeen> {
  const wallets = await walletsOf(lab, await storeOf(lab))
  const id = someId(lab, 1)
  const taken = new Set<number>()
  const events = 45
  for (const command of someCommands(events)) {
    await wallets.handle(id, command)
    await turn()
    for (const { version } of snapshotsOf(lab, id)) taken.add(version)
  }
  return { events: eventsOf(lab, id).length, snapshots: snapshotsOf(lab, id), taken: [...taken] }
}

export interface RebuiltSeen {
  readonly streams: number
  readonly events: number
  /** The first stream whose state is not what its events come to, by what is special about it. */
  readonly wrong: { readonly what: string; readonly expected: Shown; readonly seen: Shown } | undefined
  /** How evolve() ended on an event that today's rules would refuse. */
  readonly overdraft: Ending
}

/** Streams applied event by event to a wallet that nobody may change. */
export async function rebuilt(lab: Lab): Promise<RebuiltSeen> {
  const { evolve } = await lab.subject.load<WalletModule>(walletFile, ['evolve'])
  const streams: [string, readonly WrittenEvent[]][] = [
    ['top-ups only', [opened, deposited('top-up-1', 70_000), deposited('top-up-2', 5_000)]],
    [
      'a payment captured',
      [opened, deposited('top-up-1', 70_000), reserved('order-1', 20_000), ended('captured', 'order-1')],
    ],
    [
      'a payment released',
      [opened, deposited('top-up-1', 70_000), reserved('order-1', 20_000), ended('released', 'order-1')],
    ],
    ...Array.from({ length: 40 }, (_, nth): [string, readonly WrittenEvent[]] => [
      `stream ${nth + 1} of seed ${lab.run.seed}`,
      someEvents(lab.random, 30),
    ]),
  ]
  let wrong: RebuiltSeen['wrong']
  for (const [what, events] of streams) {
    const [expected, seen] = [shown(modelOf(events)), shown(foldFrozen(evolve, events))]
    if (wrong === undefined && !isDeepStrictEqual(expected, seen)) wrong = { what, expected, seen }
    await turn()
  }
  const overdrawn = [opened, deposited('top-up-1', 1_000), reserved('order-1', 9_000)]
  const overdraft = await endingOf(lab, () => foldFrozen(evolve, overdrawn))
  const events = streams.reduce((sum, [, each]) => sum + each.length, 0)
  return { streams: streams.length, events, wrong, overdraft }
}

export interface TwiceSeen {
  readonly streams: number
  readonly events: number
  readonly differing: { readonly first: Shown; readonly second: Shown } | undefined
  /** Versions that a replay up to a point answered instead of that point. */
  readonly pastThePoint: readonly number[]
}

/** Streams of all lengths, replayed now and in a year. */
export async function replayedTwice(lab: Lab): Promise<TwiceSeen> {
  const store = await storeOf(lab)
  const wallets = await walletsOf(lab, store)
  let [differing, events]: [TwiceSeen['differing'], number] = [undefined, 0]
  const pastThePoint: number[] = []
  const streams = 25
  for (let nth = 1; nth <= streams; nth += 1) {
    const [id, stream] = [someId(lab, nth), someEvents(lab.random, nth)]
    events += stream.length
    await store.append(id, 0, stream)
    const first = shown((await wallets.replay(id)).wallet)
    const second = await aYearLater(async () => shown((await wallets.replay(id)).wallet))
    if (differing === undefined && !isDeepStrictEqual(first, second)) differing = { first, second }
    const half = Math.ceil(stream.length / 2)
    const { version } = await wallets.replay(id, half)
    if (version !== half) pastThePoint.push(version)
    await turn()
  }
  return { streams, events, differing, pastThePoint }
}

export interface EqualSeen {
  readonly points: number
  /** The first version at which a load and a replay differ. */
  readonly differing:
    | { readonly version: number; readonly loaded: Shown; readonly replayed: Shown }
    | undefined
  readonly events: number
  /** Events that a load read in the end. */
  readonly read: number
  readonly expected: Shown
  /** What a load answers when the snapshots are of an older shape, and when there are none; or how it failed. */
  readonly ofAnotherShape: Shown | { readonly error: string }
  readonly withoutSnapshots: Shown | { readonly error: string }
}

/** A wallet after each of fifty commands; then its snapshots are those of an older version, and then they are gone. */
export async function equalAtEveryPoint(lab: Lab): Promise<EqualSeen> {
  const store = await storeOf(lab)
  const wallets = await walletsOf(lab, store)
  const id = someId(lab, 1)
  let differing: EqualSeen['differing']
  const commands = someCommands(50)
  for (const command of commands) {
    await wallets.handle(id, command)
    // Opened again each time: what a process remembers is not what it has kept.
    const [loaded, whole] = [await (await walletsOf(lab, store)).load(id), await wallets.replay(id)]
    const isSame =
      loaded.version === whole.version && isDeepStrictEqual(shown(loaded.wallet), shown(whole.wallet))
    if (!isSame) {
      differing = { version: whole.version, loaded: shown(loaded.wallet), replayed: shown(whole.wallet) }
      // The next command would be decided on what never was.
      break
    }
    await turn()
  }
  const expected = shown((await wallets.replay(id)).wallet)
  let read = 0
  const counting: EventStore = {
    append: (...args) => store.append(...args),
    read(...args) {
      const found = store.read(...args)
      // Synchronous stays synchronous: whoever wrote a load that does not wait could not read it otherwise.
      if ('length' in found) read += found.length
      else void found.then(({ length }) => (read += length))
      return found
    },
  }
  await (await walletsOf(lab, counting)).load(id)
  const loadAgain = async (): Promise<EqualSeen['withoutSnapshots']> => {
    let answer: Shown | undefined
    const ending = await endingOf(lab, async () => {
      answer = shown((await (await walletsOf(lab, store)).load(id)).wallet)
    })
    return answer ?? { error: typeof ending === 'object' ? ending.error : ending }
  }
  const database = lab.openDatabase('wallets')
  database.prepare(`UPDATE snapshot SET schema_version = schema_version - 1, state = '{"balance": 1}'`).run()
  const ofAnotherShape = await loadAgain()
  database.prepare('DELETE FROM snapshot').run()
  return {
    points: commands.length,
    differing,
    events: eventsOf(lab, id).length,
    read,
    expected,
    ofAnotherShape,
    withoutSnapshots: await loadAgain(),
  }
}

/** Played by `npm run exercise mq-10 live`. */
export const live: readonly Act[] = [
  {
    title: text('Two services want the same money.', 'Hai service cùng muốn một khoản tiền.'),
    scenario: contended,
  },
  {
    title: text(
      'The service is killed before its commit, and as an event leaves.',
      'Service bị kill trước commit, rồi khi event vừa rời đi.',
    ),
    scenario: published,
  },
  {
    title: text('A replay, which tells nobody.', 'Một lần replay, không báo cho ai.'),
    scenario: replayed,
  },
]

/** A wallet as texts, which can be compared and shown. */
export interface Shown {
  readonly posted: string
  readonly movements: Readonly<Record<string, string>>
}

const oldForms: readonly { readonly form: WrittenEvent; readonly now: WrittenEvent }[] = [
  {
    form: { type: `${prefix}.funds-deposited.v1`, data: { reference: 'top-up-1', amount: 12_000 } },
    now: deposited('top-up-1', 12_000),
  },
  {
    form: {
      type: `${prefix}.funds-deposited.v2`,
      data: { reference: 'top-up-2', minor: 3_000, currency: 'VND' },
    },
    now: deposited('top-up-2', 3_000),
  },
  { form: deposited('top-up-3', 500), now: deposited('top-up-3', 500) },
]

/** A wallet that has lived through three schemas. */
const oldStream: readonly WrittenEvent[] = [
  opened,
  ...oldForms.map(({ form }) => form),
  reserved('order-1', 9_000),
  ended('captured', 'order-1'),
  reserved('order-2', 1_000),
  ended('released', 'order-2'),
]

/** The exchange of the events, and a queue that gets all of them. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('wallets'), 'topic', { durable: true })
  await channel.assertQueue(lab.name(publishedQueue), { durable: true })
  await channel.bindQueue(lab.name(publishedQueue), lab.name('wallets'), '#')
  await channel.close()
}

/** Declares, and answers the ids of all that is published from now on. */
async function listening(lab: Lab): Promise<readonly string[]> {
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

function snapshotsOf(lab: Lab, streamId: string): { version: number; schema_version: number }[] {
  const rows = rowsOf<{ stream_id: string; version: number; schema_version: number }>(lab, 'snapshot', {
    columns: 'stream_id, version, schema_version',
    file: walletsFile,
  })
  return rows
    .filter(({ stream_id }) => stream_id === streamId)
    .map(({ version, schema_version }) => ({ version, schema_version }))
}

const databases = new WeakMap<Lab, Database>()

function rowsOf<Row>(lab: Lab, table: string, asked: { columns: string; file: string }): Row[] {
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

/** Waits until every event that is stored has been published. */
async function allPublished(lab: Lab, published: readonly string[]): Promise<void> {
  await lab.until(
    text('an event was stored and never published', 'có event đã lưu mà không bao giờ được publish'),
    () => areAll(lab, published),
    { at: { file: serviceFile, near: ['.publish(', 'unsent('] } },
  )
}

/**
 * Waits until the last event of a wallet has been published. What was stored before it and has not come a moment later
 * never will.
 */
async function lastPublished(lab: Lab, walletId: string, published: readonly string[]): Promise<void> {
  const last = eventsOf(lab, walletId).at(-1)?.event_id ?? ''
  await lab.until(
    text('an event was stored and never published', 'có event đã lưu mà không bao giờ được publish'),
    () => published.includes(last),
    { at: { file: serviceFile, near: ['.publish(', 'unsent('] } },
  )
  await becomes(lab, () => areAll(lab, published), momentMs * 3)
}

function areAll(lab: Lab, published: readonly string[]): boolean {
  return eventsOf(lab).every(({ event_id }) => published.includes(event_id))
}

type Service = Awaited<ReturnType<Lab['start']>>

async function handled(lab: Lab, service: Service, walletId: string, command: Command): Promise<void> {
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

async function stopped(lab: Lab, service: Service): Promise<void> {
  const ending = await endingOf(lab, () => service.stop())
  if (typeof ending === 'object') {
    throw lab.breaks(text(`stop() failed: ${ending.error}`, `stop() thất bại: ${ending.error}`), {
      file: serviceFile,
      near: ['stop'],
    })
  }
}

/** Gives something that may never come a moment to happen. */
async function becomes(lab: Lab, fact: () => boolean, withinMs: number): Promise<void> {
  const deadline = lab.run.now() + Math.min(withinMs, momentMsMax)
  while (!fact() && lab.run.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 4))
}

function bounded(lab: Lab, ending: Promise<Ending>, what: string): Promise<Ending> {
  return lab.finished(ending, text(what, what), { file: walletsFile, near: ['handle'] })
}

/** A TODO is no ending: it is thrown. */
async function endingOf(lab: Lab, act: () => unknown): Promise<Ending> {
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

/** Ids and times of a computer whose clock is set back again and again. */
function backwards(lab: Lab): IdSource {
  let now = Date.UTC(2026, 6, 19)
  return { clock: { now: () => (now -= 1000) }, random: lab.random }
}

/** Commands that are all accepted, one event each. */
function someCommands(howMany: number): Command[] {
  return Array.from({ length: howMany }, (_, index): Command => {
    if (index === 0) return open
    const turn = (index - 1) % 4
    const reference = `${turn < 1 ? 'top-up' : 'order'}-${Math.floor((index - 1) / 4)}`
    if (turn === 0) return deposit(reference, 10_000)
    if (turn === 1) return { kind: 'reserve', reference, amount: vnd(4_000) }
    if (turn === 2) return { kind: index % 8 === 3 ? 'release' : 'capture', reference }
    return deposit(`bonus-${index}`, 500)
  })
}

/** A wallet of so many events that all hold: what was reserved is captured at once, so that its size is that of its payments. */
export function longStream(howMany: number): WrittenEvent[] {
  return Array.from({ length: howMany }, (_, index): WrittenEvent => {
    if (index === 0) return opened
    const reference = `order-${Math.floor((index - 1) / 3)}`
    if (index % 3 === 1) return deposited(`top-up-${index}`, 10_000)
    return index % 3 === 2 ? reserved(reference, 4_000) : ended('captured', reference)
  })
}

/** A stream of so many events that a wallet can have had: nothing is reserved that is not there. */
function someEvents(random: Random, howMany: number): WrittenEvent[] {
  const events = [opened]
  const held: { reference: string; minor: number }[] = []
  let free = 0
  while (events.length < howMany) {
    const nth = events.length
    const kind = random.integer(0, 3)
    const oldest = kind === 3 || held.length > 3 ? held.shift() : undefined
    if (oldest !== undefined) {
      const how = random.next() < 0.5 ? 'captured' : 'released'
      if (how === 'released') free += oldest.minor
      events.push(ended(how, oldest.reference))
    } else if (kind === 2 && free > 0) {
      const minor = random.integer(1, free)
      free -= minor
      held.push({ reference: `order-${nth}`, minor })
      events.push(reserved(`order-${nth}`, minor))
    } else {
      const minor = random.integer(1, 90) * 1000
      free += minor
      events.push(deposited(`top-up-${nth}`, minor))
    }
  }
  return events.slice(0, howMany)
}

/** What a stream comes to, counted by the lab itself. */
function modelOf(events: readonly WrittenEvent[]): Wallet {
  let posted = 0n
  const movements: Record<string, { is: string; minor: bigint }> = {}
  for (const { type, data } of events) {
    const {
      reference = '',
      amount,
      minor,
    } = data as {
      reference?: string
      amount?: Amount | number
      minor?: number
    }
    const size = BigInt(typeof amount === 'object' ? amount.minor : (amount ?? minor ?? 0))
    const before = movements[reference]
    if (type.includes('.funds-deposited.')) {
      posted += size
      movements[reference] = { is: 'deposited', minor: size }
    } else if (type.includes('.funds-reserved.')) movements[reference] = { is: 'reserved', minor: size }
    else if (before !== undefined) {
      const isCaptured = type.includes('.funds-captured.')
      if (isCaptured) posted -= before.minor
      movements[reference] = { is: isCaptured ? 'captured' : 'released', minor: before.minor }
    }
  }
  return { ...nothing, posted, movements }
}

const nothing: Wallet = { owner: undefined, currency: undefined, posted: 0n, movements: {} }

function foldFrozen(evolve: WalletModule['evolve'], events: readonly WrittenEvent[]): Wallet {
  return events.reduce(
    (wallet, event) => deeplyFrozen(evolve(wallet, deeplyFrozen(structuredClone(event)))),
    deeplyFrozen(structuredClone(nothing)),
  )
}

function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deeplyFrozen(inner)
  return Object.freeze(value)
}

export function shown({ posted, movements }: Wallet): Shown {
  const entries = Object.entries(movements ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    posted: String(posted),
    movements: Object.fromEntries(entries.map(([reference, { is, minor }]) => [reference, `${is} ${minor}`])),
  }
}

/** Without what JSON would not carry. */
const plain = (event: WrittenEvent): unknown => JSON.parse(JSON.stringify(event))

/** Runs something in a process whose clock and dice are others. */
async function aYearLater<Value>(act: () => Promise<Value>): Promise<Value> {
  const [RealDate, random] = [Date, Math.random]
  const later = (): number => RealDate.now() + 365 * day
  class LaterDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(args.length === 0 ? later() : args[0])
    }
    static override now(): number {
      return later()
    }
  }
  globalThis.Date = LaterDate as DateConstructor
  Math.random = () => 0.5
  try {
    return await act()
  } finally {
    globalThis.Date = RealDate
    Math.random = random
  }
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))]
}

async function traceOf(lab: Lab): Promise<TraceStep[]> {
  const frames = await lab.frames(lane)
  return frames
    .filter(({ method }) => /^basic\.(?:publish|return|ack|nack)$/.test(method))
    .map((frame) => traceStep(frame, lane))
    .slice(-12)
}
