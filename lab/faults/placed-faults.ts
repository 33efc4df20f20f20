/** The faults that have been placed at a proxy: which one is due on the frame that comes by. */
import { isDeepStrictEqual } from 'node:util'
import type { Direction, Fault, FrameMatch, PlacedFault } from './fault.ts'
import type { FrameUnit } from './frame-unit.ts'

/** A placed fault from the proxy's side. */
export class PlacedFaultState implements PlacedFault {
  readonly fault: Fault
  readonly fired: Promise<void>
  state: 'placed' | 'fired' = 'placed'
  failure: Error | undefined
  /** Matching frames that have come by. */
  matches = 0
  /** Set while frames are held: lets them go. */
  onRelease: (() => void) | undefined
  readonly #done = Promise.withResolvers<void>()
  readonly #faults: PlacedFaults

  constructor(fault: Fault, faults: PlacedFaults) {
    this.fault = fault
    this.#faults = faults
    this.fired = this.#done.promise
  }

  release(): void {
    const release = this.onRelease
    this.onRelease = undefined
    release?.()
  }

  lift(): void {
    this.#faults.remove(this)
  }

  /** Its action is done, or could not be done for this reason. */
  done(failure?: Error): void {
    this.failure = failure
    this.#done.resolve()
  }
}

export class PlacedFaults {
  /** Those that have not fired, in the order in which they were placed. */
  #armed: PlacedFaultState[] = []

  place(fault: Fault): PlacedFaultState {
    const nth = fault.when.nth ?? 1
    if (!Number.isSafeInteger(nth) || nth < 1)
      throw new RangeError(`${fault.name}: nth counts from 1, ${nth} never comes`)
    const placed = new PlacedFaultState(fault, this)
    this.#armed.push(placed)
    return placed
  }

  remove(placed: PlacedFaultState): void {
    this.#armed = this.#armed.filter((each) => each !== placed)
  }

  /**
   * Counts the unit for every fault that it matches, and gives the one that fires on it. One frame has one
   * fault: another one that is due on it fires on its next match.
   */
  fire(direction: Direction, unit: FrameUnit): PlacedFaultState | undefined {
    if (this.#armed.length === 0) return undefined
    let firing: PlacedFaultState | undefined
    for (const placed of this.#armed) {
      if (!matches(placed.fault.when, direction, unit)) continue
      placed.matches += 1
      if (placed.matches >= (placed.fault.when.nth ?? 1)) firing ??= placed
    }
    if (firing === undefined) return undefined
    firing.state = 'fired'
    this.remove(firing)
    return firing
  }
}

/** Fields are looked up among the method's, then among the properties of the message that it carries. */
function matches(when: FrameMatch, direction: Direction, unit: FrameUnit): boolean {
  if (when.direction !== direction || when.method !== unit.method) return false
  return Object.entries(when.fields ?? {}).every(([name, wanted]) => {
    const found = name in unit.fields ? unit.fields[name] : unit.properties?.[name]
    return isDeepStrictEqual(found, wanted)
  })
}
