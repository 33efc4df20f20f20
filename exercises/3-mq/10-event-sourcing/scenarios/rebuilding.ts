/** A wallet is built from its events, all of them or those after a snapshot: the same one, at every point and at any time. */
import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Lab } from '#lab/kit'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import {
  deeplyFrozen,
  deposited,
  ended,
  modelOf,
  nothing,
  opened,
  reserved,
  type Shown,
  shown,
  someCommands,
  someEvents,
} from './streams.ts'
import {
  type Ending,
  type EventStore,
  endingOf,
  eventsOf,
  rowsOf,
  someId,
  storeOf,
  type Wallet,
  type WalletModule,
  type WrittenEvent,
  walletFile,
  walletsFile,
  walletsOf,
} from './subject.ts'

/** After so many events the next snapshot is due; wallets.ts says the same. */
export const snapshotEvery = 20

const day = 86_400_000

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
  readonly wrong: { readonly what: Text; readonly expected: Shown; readonly seen: Shown } | undefined
  /** How evolve() ended on an event that today's rules would refuse. */
  readonly overdraft: Ending
}

/** Streams applied event by event to a wallet that nobody may change. */
export async function rebuilt(lab: Lab): Promise<RebuiltSeen> {
  const { evolve } = await lab.subject.load<WalletModule>(walletFile, ['evolve'])
  const streams: [Text, readonly WrittenEvent[]][] = [
    [
      text('top-ups only', 'chỉ có nạp tiền'),
      [opened, deposited('top-up-1', 70_000), deposited('top-up-2', 5_000)],
    ],
    [
      text('a payment captured', 'một thanh toán đã capture'),
      [opened, deposited('top-up-1', 70_000), reserved('order-1', 20_000), ended('captured', 'order-1')],
    ],
    [
      text('a payment released', 'một thanh toán đã được thả ra'),
      [opened, deposited('top-up-1', 70_000), reserved('order-1', 20_000), ended('released', 'order-1')],
    ],
    ...Array.from({ length: 40 }, (_, nth): [Text, readonly WrittenEvent[]] => [
      text(`stream ${nth + 1} of seed ${lab.run.seed}`, `stream thứ ${nth + 1} của seed ${lab.run.seed}`),
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

function snapshotsOf(lab: Lab, streamId: string): { version: number; schema_version: number }[] {
  const rows = rowsOf<{ stream_id: string; version: number; schema_version: number }>(lab, 'snapshot', {
    columns: 'stream_id, version, schema_version',
    file: walletsFile,
  })
  return rows
    .filter(({ stream_id }) => stream_id === streamId)
    .map(({ version, schema_version }) => ({ version, schema_version }))
}

function foldFrozen(evolve: WalletModule['evolve'], events: readonly WrittenEvent[]): Wallet {
  return events.reduce(
    (wallet, event) => deeplyFrozen(evolve(wallet, deeplyFrozen(structuredClone(event)))),
    deeplyFrozen(structuredClone(nothing)),
  )
}

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
