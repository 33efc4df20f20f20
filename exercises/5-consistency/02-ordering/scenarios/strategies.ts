/** The strategy that the learner declares for each kind of log. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { seededSource } from '#payments/fixtures'
import {
  emptyWallet,
  evolveWallet,
  foldLog,
  type LogEvent,
  type LogKind,
  logKinds,
  type WalletState,
  walletLog,
} from '#payments/wallet-log'
import { displaced, isSame, permutations, shortLog, wallet } from './log.ts'
import { companions } from './pairs.ts'

interface StrategiesModule {
  readonly strategies: unknown
}

/** What each kind can do with, at the least. */
export const leastStrategies = {
  deposited: 'in order',
  withdrawn: 'in order',
  'points-earned': 'any order',
  'address-set': 'newest wins',
} as const satisfies Record<LogKind, string>

type Strategy = 'in order' | 'newest wins' | 'any order'
const strategyWords: readonly Strategy[] = ['any order', 'newest wins', 'in order']

export interface Declared {
  readonly kind: LogKind
  readonly strategy: unknown
  readonly isStrategy: boolean
  readonly isTooWeak: boolean
  readonly isTooStrict: boolean
  /** Where it is too weak: an order of arrival, and what the wallet ends at instead. */
  readonly example:
    | { readonly arrival: readonly LogEvent[]; readonly right: WalletState; readonly wrong: WalletState }
    | undefined
}

/** What is declared for each kind, played over every order of short logs by the meaning of the words alone. */
export async function declared(lab: Lab): Promise<readonly Declared[]> {
  const { strategies } = await lab.subject.loadData<StrategiesModule>('strategies.ts', ['strategies'])
  const given = (typeof strategies === 'object' && strategies !== null ? strategies : {}) as Record<
    string,
    unknown
  >
  const source = seededSource(lab.run.seed)
  const seen: Declared[] = []
  for (const kind of logKinds) {
    // Others get their turn: these are all orders of six events.
    await turn()
    const strategy = given[kind]
    const isStrategy = strategyWords.some((each) => each === strategy)
    // The others as they have to be, so that the blame falls on this kind alone.
    const played = { ...leastStrategies, [kind]: strategy } as Record<LogKind, Strategy>
    const log = walletLog(wallet, shortLog, source, companions[kind])
    const right = foldLog(log)
    const arrival = permutations(log)
      .toSorted((a, b) => displaced(a) - displaced(b))
      .find((order) => isStrategy && !isSame(playedBy(played, order), right))
    const example = arrival === undefined ? undefined : { arrival, right, wrong: playedBy(played, arrival) }
    const isTooWeak = example !== undefined
    const isTooStrict = isStrategy && !isTooWeak && strategy !== leastStrategies[kind]
    seen.push({ kind, strategy, isStrategy, isTooWeak, isTooStrict, example })
  }
  return seen
}

/** What a wallet comes to if each kind is treated as declared. */
function playedBy(strategies: Record<LogKind, Strategy>, arrival: readonly LogEvent[]): WalletState {
  let state = emptyWallet
  const arrived = new Map<number, LogEvent>()
  const newest = new Map<LogKind, number>()
  let next = 1
  for (const event of arrival) {
    const strategy = strategies[event.kind]
    arrived.set(event.sequence, event)
    if (
      strategy === 'any order' ||
      (strategy === 'newest wins' && event.sequence > (newest.get(event.kind) ?? 0))
    )
      state = evolveWallet(state, event)
    newest.set(event.kind, Math.max(event.sequence, newest.get(event.kind) ?? 0))
    for (let one = arrived.get(next); one !== undefined; one = arrived.get(next)) {
      if (strategies[one.kind] === 'in order') state = evolveWallet(state, one)
      next += 1
    }
  }
  return state
}
