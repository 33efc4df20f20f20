/** Histories that nobody played: made up from the seed, with anomalies of every kind and with much that only looks like one. */
import type { WalletHistory, WalletOperation } from '#lab/checkers/wallet-anomalies'
import type { Random } from '#lab/subject'

const wallets = ['wallet-1', 'wallet-2'] as const
const clients = ['app', 'support', 'merchant'] as const
const operationsMax = 16
const stepMsMax = 60
const steps = ['charge', 'book', 'notify'] as const

export function madeUpHistory(random: Pick<Random, 'next'>): WalletHistory {
  const chance = (share: number): boolean => random.next() < share
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random.next() * items.length)] ?? items[0]
  const operations: WalletOperation[] = []
  const entries: { operation: number; wallet: string; amount_minor: number; version: number }[] = []
  const sagas: { operation: number; steps: readonly string[]; done: string[]; undone: string[] }[] = []
  const of = (wallet: string) => entries.filter((entry) => entry.wallet === wallet)
  let nowMs = 0
  const count = 4 + Math.floor(random.next() * operationsMax)
  for (let id = 1; id <= count; id += 1) {
    // Often the same moment as before: "earlier" has to mean earlier.
    nowMs += chance(0.3) ? 0 : Math.floor(random.next() * stepMsMax)
    const wallet = pick(wallets)
    const ending = chance(0.7) ? 'ok' : chance(0.5) ? 'unknown' : 'fail'
    const endedMs = nowMs + Math.floor(random.next() * stepMsMax)
    const operation = { id, client: pick(clients), wallet, invokedMs: nowMs, endedMs, ending } as const
    if (chance(0.1)) {
      operations.push({ ...operation, does: 'saga' })
      const done = steps.filter(() => chance(0.7))
      sagas.push({ operation: id, steps, done, undone: done.filter(() => chance(0.4)) })
    } else if (chance(0.4)) {
      const times = ending === 'fail' ? 0 : chance(ending === 'ok' ? 0.9 : 0.5) ? (chance(0.1) ? 2 : 1) : 0
      const version = of(wallet).length + 1
      for (let time = 0; time < times; time += 1) {
        entries.push({ operation: id, wallet, amount_minor: id * 10, version: version + time })
      }
      operations.push({ ...operation, does: 'pay', ...(ending === 'ok' ? { version } : {}) })
    } else if (ending !== 'ok') {
      operations.push({ ...operation, does: 'read' })
    } else {
      const known = of(wallet)
      const version = Math.max(0, known.length - (chance(0.5) ? 0 : Math.floor(random.next() * 4)))
      const right = known
        .filter((entry) => entry.version <= version)
        .reduce((sum, { amount_minor }) => sum + amount_minor, 0)
      operations.push({ ...operation, does: 'read', version, balance_minor: right + (chance(0.1) ? 1 : 0) })
    }
  }
  return { operations, entries, sagas }
}
