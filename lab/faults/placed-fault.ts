/** One placed fault, from the side of whoever fires it. */
import { isDeepStrictEqual } from 'node:util'
import type { Address } from '#brokers/engines'
import type { Fault, FaultMatch, PlacedFault } from './fault.ts'

export class PlacedFaultState<When extends FaultMatch = FaultMatch> implements PlacedFault {
  readonly fault: Fault<When>
  readonly fired: Promise<void>
  state: 'placed' | 'fired' = 'placed'
  failure: Error | undefined
  peer: Address | undefined
  /** Matching frames, points or bytes that have come by. */
  matches = 0
  /** Set while something is held: lets it go. */
  onRelease: (() => void) | undefined
  readonly #done = Promise.withResolvers<void>()
  readonly #holder: { remove(placed: PlacedFaultState): void }

  constructor(fault: Fault<When>, holder: { remove(placed: PlacedFaultState): void }) {
    this.fault = fault
    this.#holder = holder
    this.fired = this.#done.promise
  }

  /** It is due now, and only once. */
  fire(): void {
    this.state = 'fired'
    this.lift()
  }

  release(): void {
    const release = this.onRelease
    this.onRelease = undefined
    release?.()
  }

  lift(): void {
    this.#holder.remove(this)
  }

  /** Its action is done, or could not be done for this reason. */
  done(failure?: Error): void {
    this.failure = failure
    this.#done.resolve()
  }

  /** Runs the action and answers why it failed, if it did. */
  async attempt(action: () => Promise<void>): Promise<Error | undefined> {
    try {
      await action()
      return undefined
    } catch (error) {
      return new Error(`the action of "${this.fault.name}" failed`, { cause: error })
    }
  }
}

/** @throws RangeError when the nth never comes */
export function checkCount(name: string, nth = 1): void {
  if (!Number.isSafeInteger(nth) || nth < 1)
    throw new RangeError(`${name}: nth counts from 1, ${nth} never comes`)
}

/** Whether all wanted fields are there with equal values. */
export function fieldsMatch(
  wanted: Readonly<Record<string, unknown>> | undefined,
  found: (name: string) => unknown,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => isDeepStrictEqual(found(name), value))
}
