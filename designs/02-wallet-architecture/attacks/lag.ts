/** Balances that lag, read while they do: stopped at the worst moment, started again, fed with stragglers, and robbed of an event. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import { carriagesOf } from '#lab/simulate/carriage'
import { text } from '#lab/verdict/language'
import { load, modelFile, onTheirBrokers, outageMs, wordsMin, wrongMsMax } from './model.ts'

const balancesFile = 'balances.ts'

interface OwnedBalance {
  readonly walletId: string
  readonly version: number
  readonly minor: bigint
  readonly changedAt: number
}

interface Balances {
  apply(told: OwnedBalance): void
  read(walletId: string, atLeast?: number): unknown
  reconcile(owned: readonly OwnedBalance[], now: number): unknown
}

interface BalancesModule {
  openBalances(database: Database): Balances
}

/** A moment at which somebody looked, and what they should have seen. */
export type Moment =
  | 'own-write-on-its-way'
  | 'others-meanwhile'
  | 'caught-up'
  | 'straggler'
  | 'after-a-restart'
  | 'never-heard-of'
  | 'beyond-2^53'
  | 'repaired'

export interface Look {
  readonly moment: Moment
  readonly seen: string
  readonly right: string
}

export interface StaleSeen {
  readonly reads: readonly {
    readonly what: string
    readonly problem: 'window' | 'meanwhile' | 'not-own' | 'disagrees'
  }[]
  readonly declared: number
  /** Events that waited for the service while users looked. */
  readonly behind: number
  readonly looks: number
  readonly wrong: readonly Look[]
  /** What reconciliation said, and what it should have said, by wallet. */
  readonly reconciled: { readonly said: string; readonly right: string }
  /** What it said when it was run once more. */
  readonly again: string
}

const noon = Date.UTC(2026, 6, 19, 5)
/** How long what was told may be on its way. */
const heardMsMax = 20_000
const reader = 'balances'

/** Feeds balances through their broker to a reader that is stopped at the worst moment, started, and given stragglers; then an event is lost. */
export const readWhileLagging = onTheirBrokers(readStale)

async function readStale(lab: Lab): Promise<StaleSeen> {
  const reads = await readsLookedAt(lab)
  const { openBalances } = await lab.subject.load<BalancesModule>(balancesFile, ['openBalances'])
  const open = () =>
    lab.subject.guard(
      openBalances(lab.openDatabase('balances')),
      ['apply', 'read', 'reconcile'],
      balancesFile,
    )
  let balances = open()
  const line = await telling(lab, (told) => balances.apply(told))
  const looks: Look[] = []
  const look = (moment: Moment, right: Answer, walletId: string, atLeast?: number): void => {
    const asked = atLeast === undefined ? walletId : `${walletId}, ${atLeast}`
    const answered = shownAs(balances.read(walletId, atLeast))
    lab.say(`read(${asked}) answers: ${answered}`, `read(${asked}) trả về: ${answered}`)
    looks.push({ moment, seen: answered, right: shownAs(right) })
  }
  const of = (walletId: string, version: number, minor = BigInt(version * 1000), agoMs = 600_000) => ({
    walletId,
    version,
    minor,
    changedAt: noon - agoMs + version,
  })
  const shown = ({ version, minor, changedAt }: OwnedBalance): Answer => ({
    is: 'shown',
    version,
    minor,
    asOf: changedAt,
  })

  await line.tell(...[1, 2, 3, 4, 5].map((version) => of('mine', version)))
  await line.untilHeard()
  lab.say(
    'The balances service is being deployed; a top-up is booked meanwhile.',
    'Service balances đang được deploy; đúng lúc đó một lần nạp tiền được ghi sổ.',
  )
  await line.pause()
  await line.tell(of('mine', 6))
  const behind = await line.behind()
  lab.say(
    `${behind} event waits; users look at their balances.`,
    `${behind} event đang chờ; người dùng mở xem số dư.`,
  )
  look('own-write-on-its-way', { is: 'pending', awaited: 6 }, 'mine', 6)
  look('others-meanwhile', shown(of('mine', 5)), 'mine')
  await line.resume()
  await line.untilHeard()
  look('caught-up', shown(of('mine', 6)), 'mine', 6)
  for (const [version, newest] of [
    [1, 1],
    [3, 3],
    [2, 3],
    [3, 3],
    [1, 3],
  ] as const) {
    await line.tell(of('mixed', version))
    await line.untilHeard()
    look('straggler', shown(of('mixed', newest)), 'mixed')
  }
  const large = of('large', 1, 9_007_199_254_740_993n)
  await line.tell(large, of('dropped', 1), of('wrong', 1, 777n), of('late', 1))
  await line.untilHeard()
  look('beyond-2^53', shown(large), 'large')
  look('never-heard-of', { is: 'unknown' }, 'nobody')
  balances = open()
  look('after-a-restart', shown(of('mine', 6)), 'mine', 6)
  look('after-a-restart', shown(of('mixed', 3)), 'mixed')

  lab.say(
    'One event was lost on its way. Reconciliation compares with the ledger.',
    'Một event bị mất dọc đường. Việc đối soát so với sổ cái.',
  )
  const owned = [
    of('mine', 6),
    of('mixed', 3),
    large,
    of('dropped', 2),
    of('never', 1),
    of('wrong', 1, 999n),
    of('late', 2, 2000n, 5000),
  ]
  const said = reconciledAs(balances.reconcile(owned, noon))
  for (const each of owned.filter(({ walletId }) => ['dropped', 'never', 'wrong'].includes(walletId)))
    look('repaired', shown(each), each.walletId)
  return {
    ...reads,
    behind,
    looks: looks.length,
    wrong: looks.filter(({ seen, right }) => seen !== right),
    reconciled: { said, right: 'dropped behind, never missing, wrong wrong' },
    again: reconciledAs(balances.reconcile(owned, noon)),
  }
}

async function readsLookedAt(lab: Lab): Promise<Pick<StaleSeen, 'reads' | 'declared'>> {
  const design = await load(lab.subject)
  const { staleMsMax } = await lab.subject.loadData<{ staleMsMax: number }>(balancesFile, ['staleMsMax'])
  const hearing = design.services.filter(({ handles }) =>
    handles.some(({ on }) => on === design.roles.balanceChanged),
  )
  const projected = hearing.flatMap(({ handles, owns }) =>
    handles
      .filter(({ on }) => on === design.roles.balanceChanged)
      .flatMap(({ writes }) => writes.filter((table) => owns.includes(table))),
  )
  const isWindow = (ms: number) => ms >= outageMs && ms <= wrongMsMax
  return {
    declared: design.reads.length,
    reads: design.reads.flatMap(({ what, from, staleMsMax: ms, meanwhile }) => [
      ...(projected.includes(from) ? [] : [{ what, problem: 'not-own' as const }]),
      ...(isWindow(ms) ? [] : [{ what, problem: 'window' as const }]),
      ...(meanwhile.trim().split(/\s+/).length >= wordsMin ? [] : [{ what, problem: 'meanwhile' as const }]),
      ...(design.reads.some((each) => each.staleMsMax === staleMsMax)
        ? []
        : [{ what, problem: 'disagrees' as const }]),
    ]),
  }
}

type Answer =
  | { readonly is: 'shown'; readonly version: number; readonly minor: bigint; readonly asOf: number }
  | { readonly is: 'pending'; readonly awaited: number }
  | { readonly is: 'unknown' }

/** An answer in a few words, whatever else stands in it. */
function shownAs(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer)
  const { is, version, minor, asOf } = answer as Partial<Record<'is' | 'version' | 'minor' | 'asOf', unknown>>
  return is === 'shown' ? `${minor} (version ${version}, as of ${timeOf(asOf)})` : String(is)
}

function timeOf(asOf: unknown): string {
  const time = new Date(Number(asOf))
  return Number.isNaN(time.getTime()) ? String(asOf) : time.toISOString().slice(11, -1)
}

function reconciledAs(differences: unknown): string {
  if (!Array.isArray(differences)) return String(differences)
  return differences
    .map((each: { walletId?: unknown; is?: unknown }) => `${each?.walletId} ${each?.is}`)
    .toSorted()
    .join(', ')
}

/** The event of a changed balance on the broker that the design names for it, and one reader, which can be stopped. */
async function telling(lab: Lab, apply: (told: OwnedBalance) => void) {
  const { events, roles } = await load(lab.subject)
  const event = events.find(({ name }) => name === roles.balanceChanged)
  if (event === undefined) {
    throw lab.breaks(
      text(
        'roles.balanceChanged names no event of yours yet',
        'roles.balanceChanged chưa trỏ tới event nào của bạn',
      ),
      { file: modelFile, near: ['    balanceChanged:'] },
    )
  }
  const { name, carrier, key, carries } = event
  const carriage = carriagesOf(lab)[carrier]
  await carriage.declare(name, [reader])
  let told = 0
  const heard = new Set<number>()
  let thrown: unknown
  const resume = () =>
    carriage.read(name, reader, async (body) => {
      const { nth, minor, ...rest } = JSON.parse(body) as Omit<OwnedBalance, 'minor'> & {
        readonly nth: number
        readonly minor: string
      }
      try {
        apply({ ...rest, minor: BigInt(minor) })
      } catch (error) {
        thrown ??= error
      }
      heard.add(nth)
    })
  let stop = await resume()
  // Whatever else it may be keyed by is another value each time.
  const keyFor = ({ walletId, version }: OwnedBalance) =>
    key === undefined ? undefined : carries[key] === 'wallet id' ? walletId : `${walletId} ${version}`
  return {
    behind: () => carriage.behind(name, reader),
    async resume(): Promise<void> {
      stop = await resume()
    },
    async pause(): Promise<void> {
      await stop()
    },
    async tell(...all: readonly OwnedBalance[]): Promise<void> {
      for (const each of all) {
        const body = JSON.stringify({ ...each, minor: `${each.minor}`, nth: told })
        told += 1
        await carriage.send(name, body, keyFor(each))
      }
    },
    async untilHeard(): Promise<void> {
      const what = text('a balance did not reach its reader in the lab', 'có số dư không tới được bên đọc')
      await lab.until(what, () => heard.size === told, { whose: 'lab', withinMs: heardMsMax })
      if (thrown !== undefined) throw thrown
    },
  }
}
