// mistake: changes the places of two neighbours only, and answers by kinds instead of by what comes out
// refused by: consistency-02.2
// says: and there is one

/** The failure, made on purpose: an order in which the same events come to something else. */
import type { LogEvent } from '#payments/wallet-log'
import { doesOrderMatter } from './commute.ts'

/**
 * The same events in an order in which they end at another state than in the order of the log (`foldLog`); undefined if there is
 * none. The wallet is empty before the first of them.
 */
export function harmfulOrder(log: readonly LogEvent[]): readonly LogEvent[] | undefined {
  for (const [at, event] of log.entries()) {
    const before = log[at - 1]
    if (before === undefined || !doesOrderMatter(before.kind, event.kind)) continue
    return [...log.slice(0, at - 1), event, before, ...log.slice(at + 1)]
  }
  return log.some(({ kind }) => kind === 'withdrawn') ? log.toReversed() : undefined
}
