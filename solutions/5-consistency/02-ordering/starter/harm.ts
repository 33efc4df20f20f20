/** The failure, made on purpose: an order in which the same events come to something else. */
import type { LogEvent } from '#payments/wallet-log'

/**
 * The same events in an order in which they end at another state than in the order of the log (`foldLog`); undefined if there is
 * none. The wallet is empty before the first of them.
 */
export function harmfulOrder(log: readonly LogEvent[]): readonly LogEvent[] | undefined {
  // TODO consistency-02.2: of all orders one is enough. Which two events would you look for?
  throw new Error('TODO: find an order that does harm')
}
