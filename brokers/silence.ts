/** For tests: how long to wait for what is not to come. */
import { availableParallelism, loadavg } from 'node:os'

/** Beyond this a longer wait would prove no more. */
const factorMax = 20

/**
 * So many milliseconds on a computer that does nothing else, more where processes wait for a core: an answer that comes late is
 * not taken for silence. It follows the load of the last minute, which Windows does not tell.
 */
export function silenceFor(ms: number): number {
  const waiting = (loadavg()[0] ?? 0) / availableParallelism()
  return Math.round(ms * Math.min(factorMax, Math.max(1, waiting)))
}
