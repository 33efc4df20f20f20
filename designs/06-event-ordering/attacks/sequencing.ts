/** The design's sequencer under attack: shuffled, repeated, starved of an event, restarted between any two steps, and lied to about the time. */
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { Random } from '#lab/subject'
import type { WalletEvent } from './rules.ts'

interface Arrival {
  readonly eventId: string
  readonly sequence: number
  readonly occurredAt: number
}

export interface State {
  readonly last: number
  readonly waiting: readonly { readonly arrival: Arrival; readonly since: number }[]
  readonly toldAt?: number
}

type Effect =
  | { readonly do: 'apply'; readonly arrival: Arrival }
  | { readonly do: 'ask-again'; readonly from: number }

interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

interface SequencerFile {
  recognise(state: State, arrival: Arrival): unknown
  take(state: State, arrival: Arrival, now: number): Step
  tick(state: State, now: number): Step
}

interface SequencerData {
  readonly initial: State
  readonly waitingMax: number
  readonly gapMsMax: number
}

export type Design = SequencerFile & SequencerData

/** What the brief allows. */
export const waitingLimit = 64
export const gapMsLimit = 10_000

const file = 'sequencer.ts'

export async function loadDesign(subject: SubjectUnderTest): Promise<Design> {
  const calls = await subject.load<SequencerFile>(file, ['recognise', 'take', 'tick'])
  const data = await subject.loadData<SequencerData>(file, ['initial', 'waitingMax', 'gapMsMax'])
  return { ...calls, ...data }
}

/** A state as it comes back from a database: as text, and with nobody who could change it behind one's back. */
const kept = (state: State): State => frozen(JSON.parse(JSON.stringify(state)) as State)

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner)
    Object.freeze(value)
  }
  return value
}

/** One sequencer a wallet, each in its own state, as a consumer would keep them. */
export class Sequencer {
  readonly #design: Design
  readonly #known = new Map<string, WalletEvent>()
  readonly #states = new Map<string, State>()
  readonly #asked = new Set<string>()

  /** @param events all that there are: what takes effect is found among them by its id */
  constructor(design: Design, events: readonly WalletEvent[]) {
    this.#design = design
    for (const event of events) this.#known.set(event.eventId, event)
  }

  /** What takes effect now that this event has arrived. */
  take({ walletId, eventId, sequence }: WalletEvent, now: number): WalletEvent[] {
    const before = this.#states.get(walletId) ?? this.#design.initial
    const { state, effects } = this.#design.take(
      kept(before),
      { eventId, sequence, occurredAt: 0 },
      Math.round(now),
    )
    this.#states.set(walletId, state)
    if (effects.some((effect) => effect.do === 'ask-again')) this.#asked.add(walletId)
    return effects.flatMap((effect) =>
      effect.do === 'apply' ? (this.#known.get(effect.arrival.eventId) ?? []) : [],
    )
  }

  /** How many events wait, of all wallets. */
  get waiting(): number {
    return [...this.#states.values()].reduce((count, { waiting }) => count + waiting.length, 0)
  }

  /** Time passes; whoever was asked sends everything of that wallet again. */
  settle(): WalletEvent[] {
    const late = Number.MAX_SAFE_INTEGER / 2
    for (const [walletId, state] of this.#states) {
      const { effects } = this.#design.tick(kept(state), late)
      if (effects.some((effect) => effect.do === 'ask-again')) this.#asked.add(walletId)
    }
    const again = [...this.#known.values()].filter(({ walletId }) => this.#asked.has(walletId))
    return again.flatMap((event) => this.take(event, late))
  }
}

/** Makes a sequencer for a run over some events. */
export type SequencerOf = (events: readonly WalletEvent[]) => Sequencer

export async function loadSequencer(subject: SubjectUnderTest): Promise<SequencerOf> {
  const design = await loadDesign(subject)
  return (events) => new Sequencer(design, events)
}

export interface RecognisedSeen {
  readonly arrivals: Readonly<Record<string, number>>
  readonly misjudged:
    | { readonly state: string; readonly sequence: number; readonly said: string; readonly right: string }
    | undefined
  /** An arrival that was judged otherwise when nothing but its time was another. */
  readonly swayed: { readonly sequence: number; readonly said: string; readonly then: string } | undefined
}

/** Shuffled and repeated arrivals with clocks that lie, each judged in a state that the lab keeps itself. */
export async function recognised(subject: SubjectUnderTest, random: Random): Promise<RecognisedSeen> {
  const design = await loadDesign(subject)
  const counts: Record<string, number> = { next: 0, repeat: 0, early: 0, late: 0 }
  let misjudged: RecognisedSeen['misjudged']
  let swayed: RecognisedSeen['swayed']
  for (let wallet = 0; wallet < 20; wallet += 1) {
    let last = 0
    const waiting = new Map<number, Arrival>()
    for (const arrival of shuffled(random, 40, wallet % 8)) {
      const state = kept({
        last,
        waiting: [...waiting.values()].map((each) => ({ arrival: each, since: 1000 })),
      })
      const { sequence } = arrival
      const right =
        sequence <= last || waiting.has(sequence)
          ? 'repeat'
          : sequence > last + 1
            ? 'early'
            : waiting.size > 0
              ? 'late'
              : 'next'
      counts[right] = (counts[right] ?? 0) + 1
      const said = String(design.recognise(state, frozen({ ...arrival })))
      if (said !== right)
        misjudged ??= {
          state: `last ${last}, waiting ${[...waiting.keys()].join(' ') || 'none'}`,
          sequence,
          said,
          right,
        }
      const then = String(
        design.recognise(state, frozen({ ...arrival, occurredAt: random.integer(0, 2_000_000) })),
      )
      if (then !== said) swayed ??= { sequence, said, then }
      if (right === 'early') waiting.set(sequence, arrival)
      if (right === 'next' || right === 'late') {
        last = sequence
        for (; waiting.delete(last + 1); ) last += 1
      }
    }
  }
  return { arrivals: counts, misjudged, swayed }
}

/** Events of one wallet, each late by up to so many places, every seventh twice, with clocks that are minutes apart. */
function shuffled(random: Random, count: number, distance: number): Arrival[] {
  return Array.from({ length: count }, (_, at) => ({
    due: at + random.next() * distance,
    arrival: { eventId: `event-${at + 1}`, sequence: at + 1, occurredAt: random.integer(0, 600_000) },
  }))
    .toSorted((one, other) => one.due - other.due)
    .flatMap(({ arrival }, at) => (at % 7 === 3 ? [arrival, arrival] : [arrival]))
}

export interface HandledSeen {
  readonly limits: 'waiting' | 'gap' | undefined
  readonly arrivals: number
  readonly wrong:
    | 'order'
    | 'asked-for-nothing'
    | 'too-many-waiting'
    | 'overflow-not-asked'
    | 'asked-too-early'
    | 'never-asked'
    | 'asked-again-and-again'
    | 'asked-from-elsewhere'
    | 'not-resumed'
    | 'second-gap-unheard'
    | 'forgot-at-restart'
    | undefined
  readonly detail: string
}

/** Plays whole streams through the sequencer, its state written down and read again at every step. */
export async function handled(subject: SubjectUnderTest, random: Random): Promise<HandledSeen> {
  const design = await loadDesign(subject)
  const { waitingMax, gapMsMax } = design
  const isIn = (value: number, max: number) => Number.isSafeInteger(value) && value >= 1 && value <= max
  const play = new Play(design)
  const seen = (wrong: HandledSeen['wrong'], detail = ''): HandledSeen => ({
    limits: undefined,
    arrivals: play.arrivals,
    wrong,
    detail,
  })
  if (!isIn(waitingMax, waitingLimit)) return { ...seen(undefined), limits: 'waiting' }
  if (!isIn(gapMsMax, gapMsLimit)) return { ...seen(undefined), limits: 'gap' }

  // Disorder that heals by itself: nobody is asked, and each takes effect once, in its turn.
  for (let nth = 0; nth < 10; nth += 1) {
    play.anew()
    for (const arrival of shuffled(random, 60, Math.min(nth, waitingMax))) play.take(arrival)
    if (play.applied.join() !== upTo(60).join()) return seen('order', firstsOf(play.applied))
    if (play.asked.length > 0) return seen('asked-for-nothing', `from ${play.asked[0]?.from}`)
  }

  // The third event never comes, and far more come behind it than may wait.
  play.anew()
  for (const sequence of [1, 2, ...upTo(waitingMax * 2, 4)]) play.take(arrivalOf(sequence))
  if (play.mostWaiting > waitingMax) return seen('too-many-waiting', `${play.mostWaiting} of ${waitingMax}`)
  if (play.applied.join() !== '1,2') return seen('order', firstsOf(play.applied))
  if (play.asked.length === 0) return seen('overflow-not-asked')
  if (play.asked.some(({ from }) => from !== 3))
    return seen('asked-from-elsewhere', `from ${play.asked[0]?.from}`)
  if (play.asked.length > 1) return seen('asked-again-and-again', `${play.asked.length} times in one moment`)
  for (const sequence of upTo(waitingMax * 2 + 3, 3)) play.take(arrivalOf(sequence))
  if (play.applied.join() !== upTo(waitingMax * 2 + 3).join())
    return seen('not-resumed', firstsOf(play.applied))

  // A small gap, over a restart, by the consumer's own clock.
  play.anew()
  for (const sequence of [1, 3, 4]) play.take(arrivalOf(sequence))
  play.wait(gapMsMax - 1)
  if (play.asked.length > 0) return seen('asked-too-early', `after ${gapMsMax - 1} ms`)
  play.wait(2)
  if (play.asked.length === 0) return seen('never-asked', `${gapMsMax + 1} ms after it came`)
  if (play.asked[0]?.from !== 2) return seen('asked-from-elsewhere', `from ${play.asked[0]?.from}`)
  for (let nth = 0; nth < 9; nth += 1) play.wait(Math.floor(gapMsMax / 10))
  if (play.asked.length > 1)
    return seen('asked-again-and-again', `${play.asked.length} times within ${gapMsMax} ms`)
  play.wait(gapMsMax)
  if (play.asked.length < 2)
    return seen('forgot-at-restart', 'the answer was lost as well, and nobody asks any more')
  play.take(arrivalOf(2))
  if (play.applied.join() !== '1,2,3,4') return seen('not-resumed', firstsOf(play.applied))
  // Another gap: that the first one was told of says nothing about it.
  play.take(arrivalOf(6))
  const told = play.asked.length
  play.wait(gapMsMax + 1)
  if (play.asked.length === told) return seen('second-gap-unheard')
  return seen(undefined)
}

class Play {
  readonly #design: Design
  #state: State
  #now = 1_000_000
  arrivals = 0
  applied: number[] = []
  asked: { from: number }[] = []
  mostWaiting = 0

  constructor(design: Design) {
    this.#design = design
    this.#state = design.initial
  }

  anew(): void {
    this.#state = this.#design.initial
    this.applied = []
    this.asked = []
    this.mostWaiting = 0
  }

  take(arrival: Arrival): void {
    this.arrivals += 1
    this.#do(this.#design.take(kept(this.#state), frozen({ ...arrival }), this.#now))
  }

  wait(ms: number): void {
    this.#now += ms
    this.#do(this.#design.tick(kept(this.#state), this.#now))
  }

  #do({ state, effects }: Step): void {
    this.#state = state
    this.mostWaiting = Math.max(this.mostWaiting, state.waiting.length)
    for (const effect of effects) {
      if (effect.do === 'apply') this.applied.push(effect.arrival.sequence)
      else this.asked.push({ from: effect.from })
    }
  }
}

const arrivalOf = (sequence: number): Arrival => ({
  eventId: `event-${sequence}`,
  sequence,
  occurredAt: 500_000 - sequence,
})

const upTo = (count: number, from = 1): number[] =>
  Array.from({ length: count - from + 1 }, (_, at) => from + at)

function firstsOf(applied: readonly number[]): string {
  const at = applied.findIndex((sequence, index) => sequence !== index + 1)
  return at < 0
    ? `${applied.length} were applied`
    : `applied ${applied.slice(Math.max(0, at - 2), at + 3).join(', ')}`
}
