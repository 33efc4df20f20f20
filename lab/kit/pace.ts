/** How long things may take on the computer that plays them: a busy one is no wrong answer. */
import { availableParallelism, loadavg } from 'node:os'

/** Beyond this a limit would only keep people waiting for what hangs. Whoever knows better sets `MQ_PACE`, up to `askedPaceMax`. */
export const paceMax = 4
export const askedPaceMax = 20

/** A check, its brokers and its processes keep each core as busy as this by themselves. */
const ownLoadOfCore = 2

/**
 * By which factor limits are longer right now: 1 on a computer that does nothing else, up to `paceMax`. It follows the load of the last
 * minute, which Windows does not tell (always 1 there).
 */
export function pace(load: number = loadavg()[0] ?? 0, cores: number = availableParallelism()): number {
  return Math.min(paceMax, Math.max(1, load / (cores * ownLoadOfCore)))
}
