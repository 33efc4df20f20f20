/** The failure, made on purpose: an order in which the same events come to something else. */
import { foldLog, type LogEvent } from '#payments/wallet-log'
import { doesOrderMatter } from './commute.ts'

/**
 * The same events in an order in which they end at another state than in the order of the log (`foldLog`); undefined if there is
 * none. The wallet is empty before the first of them.
 */
export function harmfulOrder(log: readonly LogEvent[]): readonly LogEvent[] | undefined {
  const right = JSON.stringify(foldLog(log))
  for (const [at, event] of log.entries()) {
    for (let to = 0; to < at; to += 1) {
      // Only past somebody with whom it does not commute can a move do harm.
      if (!log.slice(to, at).some((passed) => doesOrderMatter(passed.kind, event.kind))) continue
      const order = [...log.slice(0, to), event, ...log.slice(to, at), ...log.slice(at + 1)]
      if (JSON.stringify(foldLog(order)) !== right) return order
    }
  }
  return undefined
}
