/** The learner's projector, held against a hundred shuffles of one log. */
import { setImmediate as turn } from 'node:timers/promises'
import Sqlite, { type Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import { seededSource } from '#payments/fixtures'
import { foldLog, type LogEvent, WalletBook, type WalletState, walletLog } from '#payments/wallet-log'
import { isSame, permutations, shuffled, wallet } from './log.ts'

interface Projector {
  take(event: LogEvent): void
}

interface ProjectorModule {
  projector(database: Database): Projector
}

const projectorFile = 'projector.ts'

interface Wrongly {
  readonly arrival: readonly LogEvent[]
  readonly right: WalletState
  readonly ended: WalletState
  /** How many had arrived when something was missing that could not have waited. */
  readonly after: number
  readonly isLate: boolean
}

export interface ShuffledSeen {
  readonly shuffles: number
  readonly events: number
  readonly duplicates: number
  readonly wrongly: Wrongly | undefined
}

const longLog = 12
const longShuffles = 100

/** Every order of a short log, and a hundred seeded ones of a long log with duplicates, each into a database of its own. */
export async function everyShuffle(lab: Lab): Promise<ShuffledSeen> {
  const module = await lab.subject.load<ProjectorModule>(projectorFile, ['projector'])
  const source = seededSource(lab.run.seed)
  // The first withdrawal finds nothing, and is refused.
  const kinds = ['withdrawn', 'deposited', 'points-earned', 'address-set'] as const
  const short = walletLog(wallet, 5, source, kinds)
  const long = walletLog(wallet, longLog, source, kinds)
  const shuffles = [
    ...permutations(short),
    ...Array.from({ length: longShuffles }, () => shuffled(long, source.random)),
  ]
  let events = 0
  let duplicates = 0
  for (const order of shuffles) {
    // Others get their turn: hundreds of databases take a while.
    await turn()
    const log = order.length === short.length ? short : long
    // Every third event once more, right behind it or at the end: a redelivery knows no better.
    const again = order.filter((_, at) => at % 3 === 1)
    const arrival = [...order.flatMap((event, at) => (at % 6 === 1 ? [event, event] : [event])), ...again]
    events += order.length
    duplicates += arrival.length - order.length
    const database = new Sqlite(':memory:')
    try {
      const { take } = lab.subject.guard<Projector>(module.projector(database), ['take'], projectorFile)
      const book = new WalletBook(database)
      for (const [at, event] of arrival.entries()) {
        take(event)
        const soFar = arrival.slice(0, at + 1)
        const state = book.state(wallet)
        const [points, address] = [pointsOf(soFar), addressOf(soFar)]
        if (state.points !== points || state.address !== address)
          return {
            shuffles: shuffles.length,
            events,
            duplicates,
            wrongly: {
              arrival,
              right: { ...state, points, address },
              ended: state,
              after: at + 1,
              isLate: true,
            },
          }
      }
      const [right, ended] = [foldLog(log), book.state(wallet)]
      if (!isSame(right, ended))
        return {
          shuffles: shuffles.length,
          events,
          duplicates,
          wrongly: { arrival, right, ended, after: arrival.length, isLate: false },
        }
    } finally {
      database.close()
    }
  }
  return { shuffles: shuffles.length, events, duplicates, wrongly: undefined }
}

/** Each event's points once. */
export function pointsOf(arrived: readonly LogEvent[]): number {
  const once = new Map(arrived.map((event) => [event.sequence, event]))
  return [...once.values()].reduce(
    (sum, event) => sum + (event.kind === 'points-earned' ? event.points : 0),
    0,
  )
}

export function addressOf(arrived: readonly LogEvent[]): string {
  const newest = arrived
    .filter((event) => event.kind === 'address-set')
    .toSorted((a, b) => b.sequence - a.sequence)[0]
  return newest?.address ?? ''
}
