/**
 * Points that are announced rather than seen on the wire: commits of a subject's database, calls at the card gateway.
 * Whoever announces one waits until its faults are done.
 */
import type { Fault, PointMatch, Side } from './fault.ts'
import { checkCount, fieldsMatch, PlacedFaultState } from './placed-fault.ts'

/** One point as it is announced. */
export interface Point {
  /** `commit`, `card-gateway`, or another that a world announces. */
  readonly name: string
  readonly side: Side
  readonly fields: Readonly<Record<string, unknown>>
}

export class Points {
  #armed: PlacedFaultState<PointMatch>[] = []

  /** @throws RangeError when it can never come, or its action makes no sense at a point */
  place(fault: Fault<PointMatch>): PlacedFaultState<PointMatch> {
    const { name, when, what } = fault
    checkCount(name, when.nth)
    if (what.kind === 'cut' || what.kind === 'cut-after' || what.kind === 'drop-reply')
      throw new RangeError(`${name}: ${what.kind} needs a frame, and ${when.point} is none`)
    const placed = new PlacedFaultState(fault, this)
    this.#armed.push(placed)
    return placed
  }

  remove(placed: PlacedFaultState): void {
    this.#armed = this.#armed.filter((each) => each !== placed)
  }

  /** Whoever reached the point goes on when this resolves. */
  async reach(point: Point): Promise<void> {
    const firing = this.#due(point)
    if (firing !== undefined) await this.#act(firing)
  }

  /** The point is reached where nobody can wait: a fault that is due there can't be done. */
  refuse(point: Point, reason: Error): void {
    this.#due(point)?.done(reason)
  }

  #due(point: Point): PlacedFaultState<PointMatch> | undefined {
    let firing: PlacedFaultState<PointMatch> | undefined
    for (const placed of this.#armed) {
      if (!matches(placed.fault.when, point)) continue
      placed.matches += 1
      if (placed.matches >= (placed.fault.when.nth ?? 1)) firing ??= placed
    }
    firing?.fire()
    return firing
  }

  async #act(placed: PlacedFaultState<PointMatch>): Promise<void> {
    const { what } = placed.fault
    if (what.kind === 'hold' || what.kind === 'delay') {
      const { promise, resolve } = Promise.withResolvers<void>()
      placed.onRelease = resolve
      const timer = what.kind === 'delay' ? setTimeout(resolve, what.ms) : undefined
      if (what.kind === 'hold') placed.done()
      await promise
      clearTimeout(timer)
      placed.done()
    } else if (what.kind === 'do') {
      placed.done(await placed.attempt(what.action))
    }
  }
}

function matches(when: PointMatch, { name, side, fields }: Point): boolean {
  return when.point === name && when.side === side && fieldsMatch(when.fields, (field) => fields[field])
}
