/**
 * The sequencer of one wallet: what an arriving event is, and what is done about it. A pure function of a state that is plain data, so that
 * the state can stand in the row beside the effect, in the same commit.
 */

/** An event as it arrives. `occurredAt` is what the writer's clock said; nothing here may believe it. */
export interface Arrival {
  readonly eventId: string
  /** Place among the events of this wallet, from 1 without gaps, given by the writer. */
  readonly sequence: number
  /** Milliseconds since the Unix epoch. */
  readonly occurredAt: number
}

export interface SequencerState {
  /** The last that took effect; 0 before the first. */
  readonly last: number
  /** Those that came early, by sequence. */
  readonly waiting: readonly { readonly arrival: Arrival; readonly since: number }[]
  /** When the word about the gap went out; undefined while nobody was told of it. */
  readonly toldAt?: number
}

/**
 * - `next`: it is its turn
 * - `repeat`: it was here before, whether it took effect or waits
 * - `early`: one before it is missing
 * - `late`: it is the one that others wait for
 */
export type Kind = 'next' | 'repeat' | 'early' | 'late'

export type Effect =
  | { readonly do: 'apply'; readonly arrival: Arrival }
  /** Somebody who has the history is asked to send everything again, from this sequence on. */
  | { readonly do: 'ask-again'; readonly from: number }

export interface Step {
  readonly state: SequencerState
  /** In the order in which they are to be done. */
  readonly effects: readonly Effect[]
}

export const initial: SequencerState = { last: 0, waiting: [] }

/** So many may wait for one wallet. */
// TODO design-06.5: how many may wait, and how long
export const waitingMax = 0
/** So long a gap may be open before somebody is asked, milliseconds. */
export const gapMsMax = 0

/** What an arrival is. */
export function recognise(_state: SequencerState, _arrival: Arrival): Kind {
  // TODO design-06.4: a gap, a repeat, a late one, and no clock
  throw new Error('TODO: tell what an arrival is')
}

/** Takes an arrival in. @param now milliseconds, by the consumer's own clock */
export function take(_state: SequencerState, _arrival: Arrival, _now: number): Step {
  throw new Error('TODO: take an arrival in')
}

/** Looks at the time: a gap that has been open too long is somebody's business. */
export function tick(_state: SequencerState, _now: number): Step {
  throw new Error('TODO: look for gaps')
}
