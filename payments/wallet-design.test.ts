/** The references of the designs about wallets come to the balances of this folder, though neither imports the other. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { readBalanceChanged, sealBalanceChanged } from './balance-changed.ts'
import { seededSource } from './fixtures.ts'
import { Accounts, balanceAfter, type WalletEvent, walletHistory } from './wallet-events.ts'

const designs = join(import.meta.dirname, '..', 'solutions', 'designs')
const load = async <Module>(path: string) => (await import(pathToFileURL(join(designs, path)).href)) as Module

interface StoreFile {
  openStore(database: Sqlite.Database): object
}

interface HistoryFile {
  openHistory(
    database: Sqlite.Database,
    store: object,
  ): {
    record(walletId: string, expectedVersion: number, facts: readonly object[]): number
    load(walletId: string): { version: number; minor: bigint }
    replay(walletId: string, upToVersion?: number): { version: number; minor: bigint }
  }
}

interface BalancesFile {
  readonly staleMsMax: number
  openBalances(database: Sqlite.Database): {
    apply(told: OwnedBalance): void
    read(walletId: string, atLeast?: number): object
    reconcile(owned: readonly OwnedBalance[], now: number): readonly object[]
  }
}

interface OwnedBalance {
  readonly walletId: string
  readonly version: number
  readonly minor: bigint
  readonly changedAt: number
}

interface Arrival {
  readonly eventId: string
  readonly sequence: number
  readonly occurredAt: number
}

interface SequencerFile {
  readonly initial: object
  take(
    state: object,
    arrival: Arrival,
    now: number,
  ): { state: object; effects: readonly { do: string; arrival: Arrival }[] }
}

const events = walletHistory('wallet-1', 300, seededSource(7))

describe('the history of design-03', () => {
  const fact = ({ id, kind, amount_minor }: WalletEvent) => ({
    kind,
    eventId: id,
    transactionId: `tx-${id}`,
    minor: BigInt(amount_minor),
    currency: 'VND',
  })

  test('comes to the balance of payments after every event, by replay and by snapshot', async () => {
    const { openStore } = await load<StoreFile>('03-event-sourcing/store.ts')
    const { openHistory } = await load<HistoryFile>('03-event-sourcing/history.ts')
    const database = new Sqlite(':memory:')
    const history = openHistory(database, openStore(database))
    for (const [at, event] of events.entries()) history.record('wallet-1', at, [fact(event)])

    expect(history.load('wallet-1')).toMatchObject({ version: 300, minor: BigInt(balanceAfter(events)) })
    for (const version of [1, 2, 99, 100, 101, 250])
      expect(history.replay('wallet-1', version).minor).toBe(BigInt(balanceAfter(events.slice(0, version))))
  })
})

describe('the balances of design-02', () => {
  const began = Date.UTC(2026, 6, 19, 5)
  const changes = events.map((event, at) => {
    const [before, balance] = [balanceAfter(events.slice(0, at)), balanceAfter(events.slice(0, at + 1))]
    return {
      wallet_id: event.wallet_id,
      version: event.sequence,
      delta_minor: balance - before,
      balance_minor: balance,
      committed_at: began + at,
    }
  })
  /** As they come out of the messages of this folder. */
  const told = (change: (typeof changes)[number]): OwnedBalance => {
    const envelope = sealBalanceChanged(change, seededSource(change.version))
    const read = readBalanceChanged(Buffer.from(JSON.stringify(envelope)))
    return {
      walletId: read.wallet_id,
      version: read.version,
      minor: BigInt(read.balance_minor),
      changedAt: read.committed_at,
    }
  }

  test('show what the balance events of payments come to, however they were shuffled, and find nothing amiss', async () => {
    const { openBalances, staleMsMax } = await load<BalancesFile>('02-wallet-architecture/balances.ts')
    const balances = openBalances(new Sqlite(':memory:'))
    const random = seededSource(13).random
    const shuffled = changes
      .map((change, at) => ({ change, due: at + random.next() * 20 }))
      .toSorted((one, other) => one.due - other.due)
      .flatMap(({ change }, at) => (at % 9 === 2 ? [change, change] : [change]))
    let newest = 0
    for (const change of shuffled) {
      balances.apply(told(change))
      newest = Math.max(newest, change.version)
      const minor = BigInt(changes[newest - 1]?.balance_minor ?? -1)
      expect(balances.read('wallet-1')).toMatchObject({ is: 'shown', version: newest, minor })
    }

    const last = changes.at(-1) as (typeof changes)[number]
    expect(balances.read('wallet-1', last.version)).toMatchObject({ is: 'shown', asOf: last.committed_at })
    expect(balances.reconcile([told(last)], last.committed_at + staleMsMax + 1)).toEqual([])
  })
})

describe('the sequencer of design-06', () => {
  test('gives accounts their balance back, however the events were shuffled', async () => {
    const { initial, take } = await load<SequencerFile>('06-event-ordering/sequencer.ts')
    const random = seededSource(11).random
    const shuffled = events
      .map((event, at) => ({ event, due: at + random.next() * 20 }))
      .toSorted((one, other) => one.due - other.due)
      .flatMap(({ event }, at) => (at % 9 === 2 ? [event, event] : [event]))
    const [inTurn, asTheyCome] = [new Sqlite(':memory:'), new Sqlite(':memory:')].map(
      (database) => new Accounts(database, { now: () => 0 }),
    ) as [Accounts, Accounts]
    const byId = new Map(events.map((event) => [event.id, event]))

    let state = initial
    for (const event of shuffled) {
      asTheyCome.apply(event)
      const step = take(state, { eventId: event.id, sequence: event.sequence, occurredAt: 0 }, 0)
      state = step.state
      for (const { arrival } of step.effects) inTurn.apply(byId.get(arrival.eventId) as WalletEvent)
    }

    expect(inTurn.balance('wallet-1')).toBe(balanceAfter(events))
    expect(inTurn.applied().map(({ sequence }) => sequence)).toEqual(events.map(({ sequence }) => sequence))
    // Or the shuffle would have shown nothing.
    expect(asTheyCome.balance('wallet-1')).not.toBe(balanceAfter(events))
  })
})
