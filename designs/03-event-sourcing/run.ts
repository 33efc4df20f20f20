/** The attacks on the event-sourced history: ten thousand events, every kind of fact spoilt, and the events of the first years. */
import { readFileSync } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import { below, isObject, type Json, without, withValue } from '#lab/lint/json-pointer'
import type { Random } from '#lab/subject'
import { attempt, type Fact, isWallet, load, type OldRow, open, overJson, shown } from './attacks/design.ts'
import { fill } from './attacks/filling.ts'

const golden = JSON.parse(
  readFileSync(new URL('./golden/first-years.json', import.meta.url), 'utf8'),
) as OldRow[]

export interface RebuiltSeen {
  readonly events: number
  readonly wallets: number
  readonly looksBack: number
  readonly wrong:
    | { readonly walletId: string; readonly at: number; readonly said: string; readonly right: string }
    | undefined
  /** Money that is in all wallets together and came from nowhere, or is gone. */
  readonly unbalanced:
    | { readonly currency: string; readonly said: bigint; readonly right: bigint }
    | undefined
}

/** Fills the store, then asks for every balance of today and some of the past. */
export async function rebuilt(subject: SubjectUnderTest, random: Random): Promise<RebuiltSeen> {
  const design = await load(subject)
  const { history, ledger, past } = await fill(design, random, { events: 10_000, wallets: 100 })
  const sums = new Map<string, bigint>()
  let wrong: RebuiltSeen['wrong']
  for (const [walletId, { minor, version, currency }] of ledger.wallets) {
    const wallet = history.replay(walletId)
    if (!isWallet(wallet, { minor, version, currency }))
      wrong ??= { walletId, at: version, said: shown(wallet), right: shown({ minor, version, currency }) }
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(wallet.minor))
    await breathe()
  }
  for (const { walletId, version, minor } of past) {
    const wallet = history.replay(walletId, version)
    if (wallet.minor !== minor)
      wrong ??= { walletId, at: version, said: shown(wallet), right: `${minor} at version ${version}` }
    await breathe()
  }
  const off = [...sums].find(([currency, sum]) => sum !== (ledger.inside.get(currency) ?? 0n))
  return {
    events: ledger.count,
    wallets: ledger.wallets.size,
    looksBack: past.length,
    wrong,
    unbalanced: off && { currency: off[0], said: off[1], right: ledger.inside.get(off[0]) ?? 0n },
  }
}

export interface SchemasSeen {
  readonly kinds: number
  readonly spoilt: number
  readonly lost: { readonly kind: string; readonly read: unknown; readonly fact: unknown } | undefined
  readonly refused: { readonly kind: string; readonly problems: readonly string[] } | undefined
  /** What may be stored and must not. */
  readonly takenIn: readonly string[]
  readonly unknownRead: boolean
}

const someFacts: readonly Fact[] = [
  { kind: 'opened', currency: 'KWD' },
  { kind: 'deposited', transactionId: 'tx-1', minor: 9_007_199_254_740_993n, currency: 'VND' },
  { kind: 'withdrawn', transactionId: 'tx-2', minor: 1250n, currency: 'USD' },
  { kind: 'sent', transactionId: 'tx-3', minor: 1n, currency: 'VND', other: 'wallet-9' },
  { kind: 'received', transactionId: 'tx-3', minor: 1n, currency: 'VND', other: 'wallet-8' },
  { kind: 'corrected', transactionId: 'tx-1', minor: -42_000n, currency: 'VND', reason: 'booked twice' },
]

/** Writes each kind of fact, reads it, and spoils it in every member. */
export async function schemasLookedAt(subject: SubjectUnderTest, _random: Random): Promise<SchemasSeen> {
  const design = await load(subject)
  let spoilt = 0
  const takenIn: string[] = []
  let lost: SchemasSeen['lost']
  let refused: SchemasSeen['refused']
  for (const fact of someFacts) {
    const event = overJson(design.write(fact))
    const read = attempt(() => design.read(event))
    const back = 'value' in read ? read.value : read.error.message
    if (!isDeepStrictEqual(back, fact)) lost ??= { kind: fact.kind, read: back, fact }
    const found = design.problems(event)
    if (found.length > 0) refused ??= { kind: fact.kind, problems: found }
    const isTaken = (what: string, data: unknown): void => {
      spoilt += 1
      const bad = { ...event, data }
      if (design.problems(bad).length > 0) return
      // What is missing may be what nobody needs: it must then read as the same fact.
      const again = attempt(() => design.read(bad))
      if (!('value' in again) || !isDeepStrictEqual(again.value, fact))
        takenIn.push(`${what} in "${fact.kind}"`)
    }
    for (const [pointer, value] of membersOf(event.data)) {
      const data = event.data as Json
      isTaken(`nothing at ${pointer}`, without(data, pointer))
      isTaken(`null at ${pointer}`, withValue(data, pointer, null))
      const digits = typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value))
      if (digits) {
        isTaken(
          `half a unit at ${pointer}`,
          withValue(data, pointer, typeof value === 'number' ? value + 0.5 : `${value}.5`),
        )
        isTaken(`an amount of 0 at ${pointer}`, withValue(data, pointer, typeof value === 'number' ? 0 : '0'))
      }
    }
    spoilt += 1
    if (
      design.problems({ ...event, data: withValue(event.data as Json, '/card_number', '4111111111111111') })
        .length === 0
    )
      takenIn.push(`a card number in "${fact.kind}"`)
  }
  const unknown = { type: 'workbook.payments.nobody-knows.v9', data: {} }
  if (design.problems(unknown).length === 0) takenIn.push('an event of a type that nobody knows')
  return {
    kinds: someFacts.length,
    spoilt,
    lost,
    refused,
    takenIn,
    unknownRead: 'value' in attempt(() => design.read(unknown)),
  }
}

function membersOf(value: unknown, path = ''): [string, unknown][] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    [below(path, name), inner] as [string, unknown],
    ...membersOf(inner, below(path, name)),
  ])
}

export interface MigrationSeen {
  readonly old: number
  readonly misread: { readonly row: OldRow; readonly read: unknown; readonly right: unknown } | undefined
  readonly changedToday: string | undefined
  /** What `upcast` or `migrate` did to the rows that it was given. */
  readonly touched: string | undefined
  readonly copies: {
    readonly first: number
    readonly rest: number
    readonly again: number
    readonly stored: number
  }
  readonly newIds: boolean
  readonly wrong: { readonly walletId: string; readonly said: string; readonly right: string } | undefined
}

/** The events of the first years are read as they are, and copied into a store of today in two goes. */
export async function migrated(subject: SubjectUnderTest, _random: Random): Promise<MigrationSeen> {
  const design = await load(subject)
  const rows = frozen(structuredClone(golden))
  const readings = rows.map((row) => {
    const read = attempt(() => design.read({ type: row.type, data: row.data }))
    return { row, read: 'value' in read ? read.value : read.error.message, right: meantBy(row) }
  })
  const today = someFacts.map((fact) => overJson(design.write(fact)))
  const changed = today.find((event) => !isDeepStrictEqual(overJson(design.upcast(event)), event))
  const { store, history } = open(design)
  const run = (some: readonly OldRow[]) => attempt(() => design.migrate(some, store))
  const [first, rest, again] = [run(rows.slice(0, 4)), run(rows), run(rows)]
  const failure = [first, rest, again].find((each) => 'error' in each)
  const stored = store.readAll(0, 100)
  const wallets = new Map<string, bigint>()
  for (const row of rows) {
    const { kind, minor = 0n } = meantBy(row)
    const before = wallets.get(row.stream_id) ?? 0n
    wallets.set(row.stream_id, kind === 'withdrawn' ? before - minor : before + minor)
  }
  const replays = [...wallets].map(([walletId, right]) => {
    const wallet = attempt(() => history.replay(walletId))
    return {
      walletId,
      said: 'value' in wallet ? String(wallet.value.minor) : wallet.error.message,
      right: String(right),
    }
  })
  const countOf = (each: ReturnType<typeof run>) => ('value' in each ? Number(each.value) : -1)
  return {
    old: rows.length,
    misread: readings.find(({ read, right }) => !isDeepStrictEqual(read, right)),
    changedToday: changed?.type,
    touched:
      failure !== undefined && 'error' in failure
        ? failure.error.message
        : isDeepStrictEqual(rows, golden)
          ? undefined
          : 'a row was changed',
    copies: { first: countOf(first), rest: countOf(rest), again: countOf(again), stored: stored.length },
    newIds: stored.some((event) => !rows.some((row) => row.event_id === event.eventId)),
    wrong: replays.find(({ said, right }) => said !== right),
  }
}

/** What stands in the data of one old event or another. */
interface OldData {
  readonly tx: number
  readonly amount: number
  readonly currency?: string
  readonly transaction_id: string
  readonly minor: number
}

/** What an event of the first years has always meant, whoever reads it. */
function meantBy({ type, data }: OldRow): Fact {
  const { tx, amount, currency = 'VND', transaction_id, minor } = data as OldData
  if (type === 'wallet.created' || type.endsWith('wallet-opened.v1')) return { kind: 'opened', currency }
  if (type === 'wallet.movement') {
    const moved = BigInt(amount)
    return {
      kind: moved < 0n ? 'withdrawn' : 'deposited',
      transactionId: String(tx),
      minor: moved < 0n ? -moved : moved,
      currency,
    }
  }
  const kind = type.includes('withdrawn') ? 'withdrawn' : 'deposited'
  return { kind, transactionId: transaction_id, minor: BigInt(minor), currency }
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner)
    Object.freeze(value)
  }
  return value
}
