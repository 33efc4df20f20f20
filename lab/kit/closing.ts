/** Ends things that may not want to end: each step in bounded time, and no failing step keeps another from being done. */
import { messageOf } from './failure.ts'
import { settleMsMax, sleepMs } from './waiting.ts'

/** How long one step of closing a lab may take, but for a broker's start. */
const closeStepMsMax = 5000

/** Does one step of closing in bounded time and answers what went wrong, if anything did. */
export async function failureOf(
  doing: string,
  work: () => Promise<unknown>,
  msMax = closeStepMsMax,
): Promise<Error | undefined> {
  const timer = new AbortController()
  const late = sleepMs(msMax, timer.signal).then(() => `not done after ${msMax} ms`)
  try {
    const trouble = await Promise.race([work().then(() => undefined), late])
    return trouble === undefined ? undefined : new Error(`${doing}: ${trouble}`)
  } catch (error) {
    return new Error(`${doing}: ${messageOf(error)}`, { cause: error })
  } finally {
    timer.abort()
  }
}

/** All of it at once, told in this order. Together it may take as long as one after the other. */
export async function brieflyAll(work: readonly (() => Promise<void>)[]): Promise<void> {
  await Promise.all(work.map((each) => briefly(each, settleMsMax * work.length)))
}

/** Runs work that may never end: a client whose socket was torn waits for ever for its close-ok. */
export async function briefly(work: () => Promise<void>, msMax = settleMsMax): Promise<void> {
  const timer = new AbortController()
  const done = Promise.resolve()
    .then(work)
    .catch(() => {})
  await Promise.race([done, sleepMs(msMax, timer.signal)])
  timer.abort()
}
