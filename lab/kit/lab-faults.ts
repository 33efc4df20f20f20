/** The faults that have been placed in one lab, and what whoever watches hears of them. */
import type { Fault, PlacedFault } from '../faults/fault.ts'
import type { Lane } from '../verdict/verdict.ts'
import { CannotTell, labDefect } from './failure.ts'
import type { LabLanes } from './lab-lanes.ts'
import type { RunContext } from './run-context.ts'

/** A fault, and in front of which lane it stands. */
export interface LabFault extends Fault {
  /** Default `producer`. */
  readonly lane?: Lane
}

export class LabFaults {
  private readonly lanes: LabLanes
  private readonly run: RunContext
  private readonly mustBeOpen: () => void
  private readonly placed: PlacedFault[] = []

  constructor(options: { lanes: LabLanes; run: RunContext; mustBeOpen: () => void }) {
    this.lanes = options.lanes
    this.run = options.run
    this.mustBeOpen = options.mustBeOpen
  }

  /** Places a fault in front of a lane. */
  async place({ lane, ...fault }: LabFault): Promise<PlacedFault> {
    const proxy = await this.lanes.proxy(lane ?? 'producer')
    this.mustBeOpen()
    const placed = proxy.place(fault)
    this.placed.push(placed)
    const said = { kind: 'fault', fault: fault.name, text: fault.text } as const
    this.run.emit({ ...said, state: 'placed' })
    void placed.fired.then(() =>
      this.run.emit({ ...said, state: placed.failure === undefined ? 'fired' : 'impossible' }),
    )
    return placed
  }

  /** Nothing fires any more, and nothing is held back. */
  liftAll(): void {
    for (const placed of this.placed) placed.lift()
    for (const placed of this.placed) placed.release()
  }
}

/** Throws why a fault's action could not be done: a cause in the lab, never the subject's. */
export function throwIfImpossible(placed: PlacedFault): void {
  if (placed.failure === undefined) return
  const { cause } = placed.failure
  throw cause instanceof CannotTell ? cause : labDefect(cause ?? placed.failure)
}
