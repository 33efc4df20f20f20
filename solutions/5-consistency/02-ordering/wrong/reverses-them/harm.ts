// mistake: turns the log round, since that is the furthest from the right order
// refused by: consistency-02.2
// says: just as the log does

/** The failure, made on purpose: an order in which the same events come to something else. */
import type { LogEvent } from '#payments/wallet-log'

/**
 * The same events in an order in which they end at another state than in the order of the log (`foldLog`); undefined if there is
 * none. The wallet is empty before the first of them.
 */
export function harmfulOrder(log: readonly LogEvent[]): readonly LogEvent[] | undefined {
  return log.length > 1 ? log.toReversed() : undefined
}
