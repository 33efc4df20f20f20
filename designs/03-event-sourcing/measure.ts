/** design-03 measured: what a balance costs the processor by the length of its stream, from the first event on and from a snapshot. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { formatNumber, text } from '#lab/verdict/language'
import { type Design, type History, load, open } from './attacks/design.ts'
import { fill } from './attacks/filling.ts'

const lengths = [100, 1000, 10_000] as const
const warmUp = 20
const times = 100

export const measurement: Measurement = {
  libraries: ['better-sqlite3'],
  brokers: {},
  async measure(lab: Lab, meter: Meter) {
    const design = await load(lab.subject)
    await ofOneWallet(design, meter)
    await ofAll(design, lab, meter)
  },
}

async function ofOneWallet(design: Design, meter: Meter): Promise<void> {
  const { database, history } = open(design)
  for (const length of lengths) {
    const walletId = `wallet-${length}`
    // One short of a round number of events: a snapshot that is due at round numbers is as far behind as it gets.
    await grow(history, walletId, length - 1)
    const [en, vi] = [formatNumber(length, 'en'), formatNumber(length, 'vi')]
    for (const how of ['replay', 'load'] as const) {
      for (let nth = 0; nth < warmUp; nth += 1) history[how](walletId)
      const distribution = new Distribution()
      for (let nth = 0; nth < times; nth += 1) distribution.add(processorMs(() => history[how](walletId)))
      meter.distribution(
        {
          name: `${how}-${length}`,
          said:
            how === 'replay'
              ? text(`a wallet of ${en} events, by replay`, `ví có ${vi} event, bằng replay`)
              : text(`a wallet of ${en} events, by snapshot`, `ví có ${vi} event, nhờ snapshot`),
          method: text(
            `processor time of ${times} in a row behind ${warmUp} for warming up; SQLite in memory`,
            `thời gian processor của ${times} lần liên tiếp sau ${warmUp} lần làm nóng; SQLite trong bộ nhớ`,
          ),
        },
        distribution,
      )
    }
  }
  // What a snapshot costs the command that takes it: the same commands, where one is due and where none is.
  const { table } = design.tables.snapshot
  const counted = database.prepare(`SELECT total_changes()`).pluck()
  const [withOne, without] = [[] as number[], [] as number[]]
  for (let version = lengths[1] - 1, nth = 0; nth < 4000; nth += 1, version += 1) {
    const before = Number(counted.get())
    const ms = processorMs(() => history.record('wallet-1000', version, [deposit(version)]))
    // Whoever keeps snapshots in the same database changes one row more.
    ;(Number(counted.get()) - before > 1 ? withOne : without).push(ms)
    if (nth % 100 === 0) await breathe()
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  meter.value(
    {
      name: 'snapshot-write',
      said: text('a command that takes a snapshot, longer by', 'command có tạo snapshot, lâu hơn'),
      method: text(
        `processor time, medians of ${withOne.length} commands with a write to ${table} and ${without.length} without; SQLite in memory`,
        `thời gian processor, trung vị của ${withOne.length} command có ghi vào ${table} và ${without.length} command không ghi; SQLite trong bộ nhớ`,
      ),
    },
    {
      value: Math.round((median(withOne) - median(without)) * 10_000) / 10_000,
      unit: 'ms',
      n: Math.max(1, withOne.length),
    },
  )
}

/** What a piece of work takes of the processor, milliseconds: other work on the computer does not count. */
function processorMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function grow(history: History, walletId: string, length: number): Promise<void> {
  history.record(walletId, 0, [{ kind: 'opened', currency: 'VND', eventId: `${walletId}-opened` }])
  for (let version = 1; version < length; version += 1) {
    history.record(walletId, version, [{ ...deposit(version), eventId: `${walletId}-${version}` }])
    if (version % 200 === 0) await breathe()
  }
}

const deposit = (version: number) =>
  ({
    kind: 'deposited',
    transactionId: `tx-${version}`,
    minor: 500n,
    currency: 'VND',
    eventId: `late-${version}`,
  }) as const

async function ofAll(design: Design, lab: Lab, meter: Meter): Promise<void> {
  const { history, ledger } = await fill(design, lab.random, { events: 100_000, wallets: 1000 })
  const ms = processorMs(() => {
    for (const walletId of ledger.wallets.keys()) history.replay(walletId)
  })
  meter.rate(
    {
      name: 'replay-all',
      said: text('events replayed, all wallets', 'event được replay, mọi ví'),
      method: text(
        `${formatNumber(ledger.count, 'en')} events of ${formatNumber(ledger.wallets.size, 'en')} wallets by processor time, one wallet after the other; SQLite in memory`,
        `${formatNumber(ledger.count, 'vi')} event của ${formatNumber(ledger.wallets.size, 'vi')} ví theo thời gian processor, ví này tới ví kia; SQLite trong bộ nhớ`,
      ),
    },
    { n: ledger.count, ms, unit: 'events/s' },
  )
}
