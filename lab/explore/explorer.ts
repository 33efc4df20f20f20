/**
 * The crash explorer: plays the scenario once without a crash, then once for every schedule, several at a time, until
 * the promise is broken; then looks for the shortest run that breaks it.
 */
import { availableParallelism } from 'node:os'
import { makeRandom } from '../actors/random.ts'
import { type LabEngines, openLabOn } from '../kit/lab.ts'
import type { RunContext } from '../kit/run-context.ts'
import { text } from '../verdict/language.ts'
import type { Breach, Figure, Text, TraceStep } from '../verdict/verdict.ts'
import { endEngines, startEngines } from './engines.ts'
import type { CrashKind, Exploration } from './exploration.ts'
import { type Exchanged, momentsAround } from './moment.ts'
import { type Played, runSchedule } from './run-schedule.ts'
import { type Schedule, schedulesFor } from './schedule.ts'

export interface ExploreOptions {
  readonly taskFolder: string
  readonly exploration: Exploration
  readonly run: RunContext
  readonly crash: CrashKind
  /** Default: one for every single crash. */
  readonly schedules?: number
  /** Default: what the exploration declares. */
  readonly messages?: number
  /** Plays this schedule alone. */
  readonly at?: Schedule['at']
  /** How many are played at a time. Default: twice the cores, since each waits for its processes most of the time. */
  readonly atOnce?: number
  /** Hears which schedules there are, and how each of them ended. */
  readonly onSchedule?: (told: ToldSchedule) => void
  /** Ends it in the middle: brokers and processes are ended, and `explore` rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** One schedule, planned or played. */
export interface ToldSchedule {
  readonly index: number
  readonly of: number
  readonly schedule: Schedule
  readonly state: 'planned' | Played['outcome']
  readonly trace?: readonly TraceStep[]
}

export interface Explored {
  /** Product and version, as the servers say. */
  readonly servers: readonly string[]
  /** Moments that the fault-free run offers for a single crash. */
  readonly moments: number
  readonly played: number
  readonly held: number
  readonly unreached: number
  readonly causes: readonly Text[]
  /** How long the schedules took, the fault-free run and the shrinking apart. */
  readonly ms: number
  readonly counterExample?: { readonly schedule: Schedule; readonly breach: Breach }
  /** What the last schedule that held rested on. */
  readonly figures: readonly Figure[]
}

/** @param said what was seen in the run that broke */
const brokeOnce = ({ en, vi }: Text): Text =>
  text(
    `it broke once and held when it was played again alone: this computer is too busy to tell. Seen once: ${en}`,
    `hỏng một lần, nhưng khi chạy lại một mình thì giữ được: máy đang quá bận để kết luận. Điều thấy lần đó: ${vi}`,
  )

/** A broker for one kind of crash: only one that is killed needs a process of its own. */
export async function explore(options: ExploreOptions): Promise<Explored> {
  const cores = availableParallelism()
  const kills = options.crash === 'broker'
  const atOnce = options.atOnce ?? (kills ? cores : cores * 2)
  const engines: LabEngines[] = []
  try {
    const wanted = kills ? atOnce : 1
    for (let at = 0; at < wanted; at += 1) {
      engines.push(await startEngines(options.exploration.brokers, { kills, engine: options.run.engine }))
    }
    return await Promise.race([new Explorer(options, engines, atOnce).explore(), aborted(options.signal)])
  } finally {
    await endEngines(engines)
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/**
 * A schedule replayed alone may be played so often until it breaks: a crash between two programs is a race, and a
 * counter-example that lets the promise hold now and then is one all the same.
 */
const replaysMax = 5
/** A counter-example is preferred that breaks again in each of so many further runs. */
const confirmations = 2

/** Processes start side by side, over and over: on a busy computer that takes its time, and breaks no promise. */
const startMsMax = 30_000

/** A run that breaks the promise, also when it is played alone. */
interface Found {
  readonly schedule: Schedule
  readonly breach: Breach
}

class Explorer {
  readonly #options: ExploreOptions
  readonly #engines: readonly LabEngines[]
  readonly #atOnce: number
  readonly #messages: number

  constructor(options: ExploreOptions, engines: readonly LabEngines[], atOnce: number) {
    this.#options = options
    this.#engines = engines
    this.#atOnce = atOnce
    this.#messages = options.messages ?? options.exploration.messages
  }

  async explore(): Promise<Explored> {
    const { crash, at, schedules: howMany, run } = this.#options
    const { alike } = this.#options.exploration
    const messages = this.#messages
    const [recorded, again] = await Promise.all([
      this.#record(crash, messages),
      at === undefined ? this.#record(crash, messages, 1) : undefined,
    ])
    if (recorded.outcome !== 'held') return this.#concluded([{ crash, messages, at: [] }], [recorded], 0, 0)
    const exchanged =
      again?.outcome === 'held' ? inBoth(recorded.exchanged, again.exchanged) : recorded.exchanged
    const random = makeRandom(run.seed)
    const schedules =
      at === undefined
        ? schedulesFor(exchanged, { crash, messages, howMany, random, alike })
        : [{ crash, messages, at }]
    for (const [index, schedule] of schedules.entries())
      this.#options.onSchedule?.({ index, of: schedules.length, schedule, state: 'planned' })
    const began = performance.now()
    const { played, found } =
      at === undefined ? await this.#untilBroken(schedules) : await this.#replayed(schedules)
    const ms = performance.now() - began
    const moments = momentsAround(exchanged, crash, alike).length
    const explored = this.#concluded(schedules, played, moments, ms)
    return found === undefined ? explored : { ...explored, counterExample: found }
  }

  /** The run without a crash; one that breaks is played again before it counts. */
  async #record(crash: CrashKind, messages: number, slot = 0): Promise<Played> {
    const schedule: Schedule = { crash, messages, at: [] }
    const recorded = await this.#play(schedule, slot)
    return recorded.outcome === 'broken' ? await this.#play(schedule, slot) : recorded
  }

  /**
   * Plays until a schedule breaks the promise, and breaks it again when it, or a shorter one like it, is played alone: on a
   * computer that is too busy a subject may miss a deadline, which convicts nobody.
   */
  async #untilBroken(schedules: readonly Schedule[]): Promise<{ played: Played[]; found?: Found }> {
    const played: Played[] = []
    const tell = (index: number, result: Played): void => this.#tell(schedules, index, result)
    while (played.length < schedules.length) {
      const before = played.length
      played.push(
        ...(await this.#playAll(schedules.slice(before), (index, result) => tell(before + index, result))),
      )
      const last = played.length - 1
      const [schedule, result] = [schedules[last], played[last]]
      if (schedule === undefined || result?.outcome !== 'broken') break
      const found = await this.#shortest(schedule)
      if (found !== undefined) return { played, found }
      const doubtful: Played = { outcome: 'inconclusive', cause: brokeOnce(result.breach.said) }
      played[last] = doubtful
      tell(last, doubtful)
    }
    return { played }
  }

  /** Plays schedules one at a time, in order, until one breaks the promise. */
  async #alone(schedules: readonly Schedule[]): Promise<{ played: Played[]; found?: Found }> {
    const played: Played[] = []
    for (const schedule of schedules) {
      const result = await this.#play(schedule)
      played.push(result)
      if (result.outcome === 'broken') return { played, found: { schedule, breach: result.breach } }
    }
    return { played }
  }

  /** Plays the one schedule of a replay, alone, until it breaks the promise; else what it came to last. */
  async #replayed(schedules: readonly Schedule[]): Promise<{ played: Played[]; found?: Found }> {
    for (let time = 1; ; time += 1) {
      const result = await this.#alone(schedules)
      if (result.found === undefined && time < replaysMax) continue
      for (const [index, played] of result.played.entries()) this.#tell(schedules, index, played)
      return result
    }
  }

  /**
   * Plays schedules side by side, in order, until one breaks the promise; those before it are played to their end, so
   * that the answer does not depend on who was faster.
   */
  async #playAll(
    schedules: readonly Schedule[],
    onPlayed: (index: number, result: Played) => void,
  ): Promise<Played[]> {
    const played: Played[] = []
    let next = 0
    let end = schedules.length
    const work = async (slot: number): Promise<void> => {
      for (let index = next++; index < end; index = next++) {
        const schedule = schedules[index]
        if (schedule === undefined) break
        const result = await this.#play(schedule, slot)
        played[index] = result
        onPlayed(index, result)
        if (result.outcome === 'broken') end = Math.min(end, index + 1)
      }
    }
    await Promise.all(Array.from({ length: this.#atOnce }, (_, slot) => work(slot)))
    return played.slice(0, end)
  }

  #tell(schedules: readonly Schedule[], index: number, result: Played): void {
    const schedule = schedules[index]
    if (schedule === undefined) return
    const trace =
      result.outcome === 'broken' ? result.breach.trace : result.outcome === 'held' ? result.trace : undefined
    this.#options.onSchedule?.({
      index,
      of: schedules.length,
      schedule,
      state: result.outcome,
      ...(trace === undefined ? {} : { trace }),
    })
  }

  async #play(schedule: Schedule, slot = 0): Promise<Played> {
    const { taskFolder, exploration, run, onSchedule } = this.#options
    const engine = this.#engines[slot % this.#engines.length]
    if (engine === undefined) throw new Error('the explorer has no broker')
    const lab = await openLabOn(engine, { taskFolder, run, startMsMax })
    return await runSchedule(lab, exploration, schedule, { isTraced: onSchedule !== undefined })
  }

  /**
   * The shortest run that breaks the promise like this one: with the fewest messages, and one crash, at the earliest moment
   * of the same kind; else this very one. Each is played alone, and one that breaks every time comes before a shorter
   * one that breaks now and then. Nothing if none of them breaks it.
   */
  async #shortest(broken: Schedule): Promise<Found | undefined> {
    const { crash } = broken
    let nowAndThen: Found | undefined
    for (let messages = 1; messages <= broken.messages; messages += 1) {
      const recorded = await this.#record(crash, messages)
      if (recorded.outcome !== 'held') continue
      for (const candidate of this.#candidates(recorded.exchanged, broken, messages)) {
        const { found } = await this.#alone([candidate])
        if (found === undefined) continue
        if (await this.#breaksAgain(candidate)) return found
        nowAndThen ??= found
      }
    }
    return nowAndThen ?? (await this.#alone([broken])).found
  }

  async #breaksAgain(schedule: Schedule): Promise<boolean> {
    for (let time = 1; time <= confirmations; time += 1) {
      if ((await this.#alone([schedule])).found === undefined) return false
    }
    return true
  }

  #candidates(exchanged: readonly Exchanged[], { crash, at }: Schedule, messages: number): Schedule[] {
    const kinds = new Set(at.map(({ side, from, to, what }) => [side, from, to, what].join()))
    return momentsAround(exchanged, crash, this.#options.exploration.alike)
      .filter(({ side, from, to, what }) => kinds.has([side, from, to, what].join()))
      .map((moment) => ({ crash, messages, at: [moment] }))
  }

  #concluded(
    schedules: readonly Schedule[],
    played: readonly Played[],
    moments: number,
    ms: number,
  ): Explored {
    const broken = played.findIndex(({ outcome }) => outcome === 'broken')
    const [schedule, result] = [schedules[broken], played[broken]]
    const held = played.filter((each) => each.outcome === 'held')
    return {
      servers: serversOf(this.#engines[0]),
      moments,
      played: played.length,
      held: held.length,
      unreached: played.filter(({ outcome }) => outcome === 'unreached').length,
      causes: played.flatMap((each) => (each.outcome === 'inconclusive' ? [each.cause] : [])),
      ms,
      figures: held.at(-1)?.figures ?? [],
      ...(schedule !== undefined && result?.outcome === 'broken'
        ? { counterExample: { schedule, breach: result.breach } }
        : {}),
    }
  }
}

/**
 * What both of two runs without a crash exchanged. What only one did, such as joining a group a second time because a busy computer was
 * late, no other run can be expected to come to.
 */
function inBoth(one: readonly Exchanged[], other: readonly Exchanged[]): Exchanged[] {
  const nameOf = ({ from, to, what, nth }: Exchanged): string => [from, to, what, nth].join()
  const names = new Set(other.map(nameOf))
  return one.filter((message) => names.has(nameOf(message)))
}

function serversOf(engines: LabEngines | undefined): string[] {
  return [engines?.rabbitmq, engines?.kafka].flatMap((engine) => engine?.server ?? [])
}
