/** The clock of this computer, as a subject sees it. */
import type { Clock } from '../subject/world.ts'

/** The longest sleep that a timer can hold; Node turns a longer one into one millisecond. */
export const sleepMsMax = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (!(ms >= 0 && ms <= sleepMsMax))
        throw new RangeError(`cannot sleep ${ms} ms: 0 to ${sleepMsMax} will do`)
      signal?.throwIfAborted()
      const wake = (): void => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', giveUp, { once: true })
    }),
}
