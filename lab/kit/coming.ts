/** What a scenario waits for that may never come, and what it makes handlers wait for. */
import { text } from '../verdict/language.ts'
import type { Lab } from './lab.ts'
import { sleepMs } from './waiting.ts'

/** Only what never comes is waited for so long. */
const momentMs = 1500
/** The broker's own state is the fact that is waited for, and nobody announces it; asking without a pause would keep it from its work. */
const lookAgainMs = 10

/** Gives something that may never come a moment to happen. */
export async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(momentMs)
  while (!(await fact()) && lab.run.now() < deadline) await sleepMs(lookAgainMs)
}

/** Whether a fact comes true in time; that it does not is something to judge, not the end of the scenario. */
export async function comesTrue(
  lab: Lab,
  withinMs: number,
  fact: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const outcome = await lab.outcomeOf(
    lab.until(text('it did not come', 'nó không tới'), fact, { withinMs, everyMs: 15 }),
    withinMs * 2,
  )
  return outcome.state === 'resolved'
}

/** Something that handlers wait for. */
export class Gate {
  readonly opened: Promise<void>
  readonly open: () => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.opened = promise
    this.open = resolve
  }
}
