// mistake: what waits has not taken effect, so it is no repeat
// refused by: design-06.4
// says: is "repeat", and recognise() says
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

/** So many may wait for one wallet. What comes beyond that is not kept: it will be sent again. */
export const waitingMax = 32
/** So long a gap may be open before somebody is asked, and so long until they are asked once more, milliseconds. */
export const gapMsMax = 5000

/** What an arrival is, by its number alone. */
export function recognise({ last, waiting }: SequencerState, { sequence }: Arrival): Kind {
  if (sequence <= last) return 'repeat'
  if (sequence > last + 1) return 'early'
  return waiting.length > 0 ? 'late' : 'next'
}

/** Takes an arrival in. @param now milliseconds, by the consumer's own clock */
export function take(state: SequencerState, arrival: Arrival, now: number): Step {
  switch (recognise(state, arrival)) {
    case 'repeat':
      return { state, effects: [] }
    case 'next':
    case 'late':
      return released(state, arrival)
    case 'early': {
      // No room: not kept, and so never acknowledged as if it were.
      if (state.waiting.length >= waitingMax) return asked(state, now)
      const waiting = [...state.waiting, { arrival, since: now }].toSorted(
        (one, other) => one.arrival.sequence - other.arrival.sequence,
      )
      return { state: { ...state, waiting }, effects: [] }
    }
  }
}

/** Looks at the time: a gap that has been open too long is somebody's business. */
export function tick(state: SequencerState, now: number): Step {
  const oldest = state.waiting.reduce((first, { since }) => Math.min(first, since), Number.POSITIVE_INFINITY)
  return now - oldest >= gapMsMax ? asked(state, now) : { state, effects: [] }
}

function asked(state: SequencerState, now: number): Step {
  if (state.toldAt !== undefined && now - state.toldAt < gapMsMax) return { state, effects: [] }
  return { state: { ...state, toldAt: now }, effects: [{ do: 'ask-again', from: state.last + 1 }] }
}

/** Its turn, and that of all that waited for it without a gap between them. */
function released({ last, waiting }: SequencerState, arrival: Arrival): Step {
  const effects: Effect[] = [{ do: 'apply', arrival }]
  let reached = last + 1
  const left = waiting.filter((each) => {
    if (each.arrival.sequence !== reached + 1) return true
    reached += 1
    effects.push({ do: 'apply', arrival: each.arrival })
    return false
  })
  // Whoever waits still, waits for another gap, of which nobody has been told.
  return { state: { last: reached, waiting: left }, effects }
}
