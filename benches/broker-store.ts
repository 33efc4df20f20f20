/**
 * What it costs a broker to keep messages: SQLite or the segment log. Each commit appends as many 1 KB messages as clients
 * sent in one turn and removes as many that were acknowledged; 10,000 wait in between. Both stores, fsync and os, in
 * interleaved rounds; the figures are medians.
 *
 *     node benches/broker-store.ts [rounds=5] [seconds=1]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openLogStore } from '#brokers/store/log'
import { openSqliteStore } from '#brokers/store/sqlite'
import { percentile, printMachine, printTable, thousands, word } from './kit/figures.ts'

const rounds = Number(word('rounds') ?? 5)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const WAITING = 10_000
const perCommit = [1, 10, 100, 300]
const head = Buffer.alloc(30, 'h')
const body = Buffer.alloc(1024, 'x')

const stores = { SQLite: openSqliteStore, log: openLogStore } as const
const rows = (['fsync', 'os'] as const).flatMap((durability) =>
  Object.entries(stores).flatMap(([name, open]) =>
    perCommit.map((count) => ({
      name,
      open,
      durability,
      count,
      rates: [] as number[],
      p99s: [] as number[],
    })),
  ),
)

function measure(
  store: ReturnType<typeof openLogStore>,
  count: number,
): { perSecond: number; p99Ms: number } {
  const tookMs: number[] = []
  let next = 0
  const commit = () => {
    const began = performance.now()
    for (let each = 0; each < count; each++) {
      store.append(1, ++next, head, body)
      if (next > WAITING) store.remove(next - WAITING)
    }
    store.commit({ isAwaited: true })
    tookMs.push(performance.now() - began)
  }
  while (next < WAITING) {
    for (let each = 0; each < 500; each++) store.append(1, ++next, head, body)
    store.commit({ isAwaited: true })
  }
  const began = performance.now()
  while (performance.now() - began < measuredMs) commit()
  const perSecond = ((tookMs.length * count) / (performance.now() - began)) * 1000
  return { perSecond, p99Ms: percentile(tookMs, 0.99) }
}

printMachine(`median of ${rounds} rounds of ${measuredMs} ms, ${WAITING} messages waiting`)
for (let round = 0; round < rounds; round++) {
  for (const row of rows) {
    const dataDir = mkdtempSync(join(tmpdir(), 'broker-store-'))
    const store = row.open({ dataDir, name: 'bench', durability: row.durability })
    const { perSecond, p99Ms } = measure(store, row.count)
    store.close()
    rmSync(dataDir, { recursive: true, force: true })
    row.rates.push(perSecond)
    row.p99s.push(p99Ms)
  }
}
console.log('Messages through (kept once, removed once) per second, and p99 of a commit in ms\n')
printTable(
  ['durability', 'messages per commit', 'SQLite', 'log', 'log to SQLite'],
  (['fsync', 'os'] as const).flatMap((durability) =>
    perCommit.map((count) => {
      const [sqlite, log] = Object.keys(stores).map((name) => figureOf(name, durability, count))
      const cell = (one: typeof sqlite) => `${thousands(one?.rate ?? 0)}; ${one?.p99.toFixed(2)}`
      const ratio = (log?.rate ?? 0) / (sqlite?.rate ?? 1)
      return [durability, String(count), cell(sqlite), cell(log), ratio.toFixed(1)]
    }),
  ),
)

function figureOf(name: string, durability: string, count: number): { rate: number; p99: number } {
  const row = rows.find((one) => one.name === name && one.durability === durability && one.count === count)
  return { rate: percentile(row?.rates ?? [], 0.5), p99: percentile(row?.p99s ?? [], 0.5) }
}
