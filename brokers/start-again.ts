/** Starts a broker again at the addresses that were its own. */
import { setTimeout as pause } from 'node:timers/promises'
import { StartError } from './start-error.ts'

/** A connection of somebody that goes out from the port rarely lasts so long; a program that listens there does. */
const WAIT_MS_MAX = 3000
const STEP_MS = 20

/**
 * While a broker is away, the system may give its port to a connection that goes out from this computer: then it tries again for a while.
 * @throws what `start` throws, at once unless it is an address in use
 */
export async function startAgain<Started>(
  start: () => Promise<Started>,
  withinMs = WAIT_MS_MAX,
): Promise<Started> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const isInUse = error instanceof StartError && error.problem === 'address-in-use'
      if (!isInUse || performance.now() > deadline) throw error
    }
    await pause(STEP_MS)
  }
}
