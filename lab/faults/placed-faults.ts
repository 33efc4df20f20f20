/** The faults that have been placed at a proxy: which one is due on the frame, or at the byte, that comes by. */
import type { BytesMatch, Direction, Fault, FrameMatch, WireFault } from './fault.ts'
import { checkCount, fieldsMatch, PlacedFaultState } from './placed-fault.ts'
import { hasReply } from './reply.ts'

/** What a fault looks at in a frame, whatever the protocol. */
export interface Matchable {
  /** An AMQP method, or the name of one of Kafka's APIs. */
  readonly method: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly properties?: Readonly<Record<string, unknown>>
  /** For Kafka: the partitions concerned. */
  readonly about?: readonly object[]
}

export class PlacedFaults {
  /** Those that have not fired, in the order in which they were placed. */
  #armed: PlacedFaultState<FrameMatch>[] = []
  #atBytes: PlacedFaultState<BytesMatch>[] = []

  /** @throws RangeError when it can never come, or its action makes no sense there */
  place(fault: WireFault): PlacedFaultState<FrameMatch | BytesMatch> {
    const placed = 'bytes' in fault.when ? this.#placeAtBytes(fault) : this.#placeAtFrame(fault)
    return placed
  }

  remove(placed: PlacedFaultState): void {
    this.#armed = this.#armed.filter((each) => each !== placed)
    this.#atBytes = this.#atBytes.filter((each) => each !== placed)
  }

  /**
   * Counts the unit for every fault that it matches, and gives the one that fires on it. One frame has one
   * fault: another one that is due on it fires on its next match.
   */
  fire(direction: Direction, unit: Matchable): PlacedFaultState | undefined {
    if (this.#armed.length === 0) return undefined
    let firing: PlacedFaultState | undefined
    for (const placed of this.#armed) {
      const { when } = placed.fault
      if (!matches(when, direction, unit)) continue
      placed.matches += 1
      if (placed.matches >= (when.nth ?? 1)) firing ??= placed
    }
    firing?.fire()
    return firing
  }

  /** Counts bytes that are about to be forwarded. Gives the fault that fires among them, and how many go before it. */
  fireAmong(
    direction: Direction,
    bytes: number,
  ): { readonly placed: PlacedFaultState; readonly keep: number } | undefined {
    if (this.#atBytes.length === 0) return undefined
    let firing: { placed: PlacedFaultState; keep: number } | undefined
    for (const placed of this.#atBytes) {
      const { when } = placed.fault
      if (when.direction !== direction) continue
      const keep = when.bytes - placed.matches
      placed.matches += bytes
      if (keep < bytes) firing ??= { placed, keep }
    }
    firing?.placed.fire()
    return firing
  }

  #placeAtFrame(fault: WireFault): PlacedFaultState<FrameMatch> {
    const { name, when, what } = fault as Fault<FrameMatch>
    checkCount(name, when.nth)
    if (what.kind === 'drop-reply' && !(when.direction === 'to-broker' && hasReply(when.method)))
      throw new RangeError(`${name}: the broker does not answer ${when.method}, so there is no reply to drop`)
    const placed = new PlacedFaultState(fault as Fault<FrameMatch>, this)
    this.#armed.push(placed)
    return placed
  }

  #placeAtBytes(fault: WireFault): PlacedFaultState<BytesMatch> {
    const { name, when, what } = fault as Fault<BytesMatch>
    if (!Number.isSafeInteger(when.bytes) || when.bytes < 0)
      throw new RangeError(`${name}: bytes are counted from 0, ${when.bytes} never come`)
    // A frame whose first half has passed can't be taken back, and what follows it can't be told apart.
    if (what.kind !== 'cut' && what.kind !== 'do')
      throw new RangeError(`${name}: inside a frame a connection can be cut, it can't ${what.kind}`)
    const placed = new PlacedFaultState(fault as Fault<BytesMatch>, this)
    this.#atBytes.push(placed)
    return placed
  }
}

/**
 * Fields are looked up among the method's, then among the properties of the message that it carries. Of the partitions
 * that a request of Kafka's is about, one has to have all that is wanted.
 */
function matches(when: FrameMatch, direction: Direction, unit: Matchable): boolean {
  if (when.direction !== direction || when.method !== unit.method) return false
  const { fields, properties, about = [] } = unit
  const places = about.length > 0 ? about : [{}]
  return places.some((place) =>
    fieldsMatch(when.fields, (name) => {
      const holder = [place, fields].find((each) => name in each) ?? properties
      return (holder as Readonly<Record<string, unknown>> | undefined)?.[name]
    }),
  )
}
