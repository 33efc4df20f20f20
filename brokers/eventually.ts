/** For tests: waits for a fact, never for a time. */

/** Reached by what never comes alone: a busy computer takes its time. */
const WAIT_MS_MAX = 30_000
const STEP_MS = 5

/** Asks again and again until the answer is true. @throws Error naming the fact after half a minute, or the time given. */
export async function eventually(
  fact: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = WAIT_MS_MAX,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
  throw new Error(`waited ${withinMs / 1000} s in vain: ${fact}`)
}
