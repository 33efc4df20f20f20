/** Plays one schedule in a lab of its own: places its crashes, drives the scenario, holds the promise. */
import type { Address } from '#brokers/engines'
import type { PlacedFault } from '../faults/fault.ts'
import { History } from '../history/history.ts'
import { conclude } from '../kit/conclusion.ts'
import type { Lab } from '../kit/lab.ts'
import type { LabAction } from '../kit/lab-faults.ts'
import { text } from '../verdict/language.ts'
import type { Breach, Figure, Lane, Text, TraceStep } from '../verdict/verdict.ts'
import type { CrashKind, Exploration, Stage } from './exploration.ts'
import { type Exchanged, exchangedIn, type Moment, matchOf, showMoment } from './moment.ts'
import { comesTrue } from './patience.ts'
import type { Schedule } from './schedule.ts'
import { Supervisor } from './supervisor.ts'
import { traceOf } from './trace.ts'
import { type LaneTraffic, passageCounter } from './traffic.ts'

/** What one schedule came to. */
export type Played =
  | {
      readonly outcome: 'held'
      readonly figures: readonly Figure[]
      readonly exchanged: readonly Exchanged[]
      /** What happened, where it was asked for. */
      readonly trace?: readonly TraceStep[]
    }
  | { readonly outcome: 'broken'; readonly breach: Breach }
  /** The scenario came to its end and never to the moment of the crash. */
  | { readonly outcome: 'unreached' }
  | { readonly outcome: 'inconclusive'; readonly cause: Text }

/** A schedule must be over by then: only a lab that hangs is not, since whatever its scenario waits for has limits of its own. */
const scheduleMsMax = 60_000
/** For each process of a scenario that says how many it has. */
const processMs = 8_000

/** Where many processes play, their starts and new starts take a while on a busy computer. */
const msMaxOf = ({ brokers }: Exploration): number => scheduleMsMax + (brokers?.processes ?? 0) * processMs

/**
 * Plays the scenario; without moments nothing crashes. Closes the lab.
 * @param isTraced whether a run that held is told too; one that broke always is
 */
export async function runSchedule(
  lab: Lab,
  exploration: Exploration,
  schedule: Schedule,
  { isTraced = false }: { readonly isTraced?: boolean } = {},
): Promise<Played> {
  const stage = new ScheduledStage(lab, schedule)
  try {
    const placed = await stage.placeCrashes()
    const facts = await within(lab.allowed(msMaxOf(exploration)), exploration.play(stage))
    const impossible = placed.find(({ failure }) => failure !== undefined)
    if (impossible !== undefined) return inconclusive(String(impossible.failure?.message))
    if (placed.some(({ state }) => state === 'placed')) return { outcome: 'unreached' }
    lab.hold(exploration.promise, facts)
    const held = { outcome: 'held', figures: lab.figures, exchanged: await stage.exchanged() } as const
    return isTraced ? { ...held, trace: await stage.trace([]) } : held
  } catch (error) {
    const conclusion = conclude(error, lab)
    if (conclusion.outcome === 'failed') {
      const { breach } = conclusion
      const trace = await stage.trace(breach.messages)
      return { outcome: 'broken', breach: { ...breach, trace: [...trace] } }
    }
    if (conclusion.outcome === 'inconclusive') return { outcome: 'inconclusive', cause: conclusion.cause }
    return inconclusive('it passed by an error')
  } finally {
    await lab[Symbol.asyncDispose]().catch(() => undefined)
  }
}

class ScheduledStage implements Stage {
  readonly lab: Lab
  readonly messages: number
  readonly history: History
  readonly #schedule: Schedule
  readonly #supervisors: Supervisor[] = []
  readonly #lanes = new Set<Lane>()
  #placed: readonly PlacedFault[] = []
  /** The crash that is under way, a broker's new start included. */
  #crashing: Promise<void> = Promise.resolve()
  readonly #crashes: { readonly atMs: number; readonly moment: Moment }[] = []

  constructor(lab: Lab, schedule: Schedule) {
    this.lab = lab
    this.messages = schedule.messages
    this.history = new History(() => lab.run.now())
    this.#schedule = schedule
  }

  // An arrow: scenarios take it out of the stage.
  readonly supervise = async (file: string, lane: Lane = 'producer'): Promise<Supervisor> => {
    this.#lanes.add(lane)
    const hasCrashed = (): boolean => this.#crashes.length > 0
    const untilCalm = (): Promise<void> => this.#crashing
    const supervisor = new Supervisor({ lab: this.lab, file, lane, hasCrashed, untilCalm })
    this.#supervisors.push(supervisor)
    await supervisor.begun()
    return supervisor
  }

  readonly comesTrue = async (fact: () => boolean | Promise<boolean>): Promise<boolean> => {
    const lanes = await this.#traffic()
    const passed = lanes.map(passageCounter)
    return await comesTrue(fact, {
      hasKafka: this.lab.hasKafka,
      moves: () =>
        passed.reduce((all, count) => all + count(), this.lab.points.length) +
        this.#supervisors.reduce((all, { life }) => all + life.length, 0),
      isStarting: () => this.#supervisors.some((each) => each.isStarting),
      allowed: (ms) => this.lab.allowed(ms),
    })
  }

  readonly elapse = async (ms: number): Promise<void> => {
    // A fault has fired when its message comes by, which is before anybody can see what the message did.
    await Promise.all(this.#placed.map(({ state, fired }) => (state === 'fired' ? fired : undefined)))
    await this.lab.elapse(ms)
  }

  async placeCrashes(): Promise<readonly PlacedFault[]> {
    this.#placed = await Promise.all(this.#schedule.at.map((moment) => this.#placeCrash(moment)))
    return this.#placed
  }

  async exchanged(): Promise<Exchanged[]> {
    return exchangedIn(await this.#traffic(), this.lab.points)
  }

  async trace(messages: readonly string[]): Promise<readonly TraceStep[]> {
    return traceOf({
      lanes: await this.#traffic(),
      shown: (name) => this.lab.shown(name),
      points: this.lab.points,
      crashes: this.#crashes.map(({ atMs, moment }) => ({ atMs, moment, crash: this.#schedule.crash })),
      life: this.#supervisors.flatMap(({ life }) => life),
      operations: this.history.operations,
      messages,
    })
  }

  #traffic(): Promise<LaneTraffic[]> {
    return Promise.all([...this.#lanes].map(async (lane) => ({ lane, ...(await this.lab.traffic(lane)) })))
  }

  async #placeCrash(moment: Moment): Promise<PlacedFault> {
    const { lane, when } = matchOf(moment)
    this.#lanes.add(lane)
    const crash = async (act: () => Promise<void>): Promise<void> => {
      this.#crashes.push({ atMs: this.lab.run.now(), moment })
      const acting = act()
      // How it went is told by the fault.
      this.#crashing = Promise.all([this.#crashing, acting]).then(
        () => undefined,
        () => undefined,
      )
      await acting
    }
    const placed: PlacedFault = await this.lab.place({
      name: showMoment(moment),
      text: text('it crashes here', 'nó sập tại đây'),
      lane,
      when,
      what: this.#action(moment, crash, () => placed.peer),
    })
    return placed
  }

  #action(
    moment: Moment,
    crash: (act: () => Promise<void>) => Promise<void>,
    peer: () => Address | undefined,
  ): LabAction {
    const isPoint = moment.from !== 'broker' && moment.to !== 'broker'
    const { side } = moment
    const lane = moment.from === 'broker' ? moment.to : moment.from
    const acts: Record<CrashKind, () => Promise<void>> = {
      subject: async () => {
        await Promise.all(this.#victims(lane).map((each) => each.kill()))
      },
      broker: () => this.#crashBroker(moment, peer()),
      connection: async () => this.lab.cutConnections(),
    }
    const what = this.#schedule.crash
    return {
      kind: 'do',
      action: () => crash(acts[what]),
      ...(what === 'subject' ? { atOnce: () => this.#pause(lane) } : {}),
      // At a point the fault itself says whether it is before or after.
      ...(isPoint ? {} : { side }),
    }
  }

  /** Of a Kafka with several nodes only the one at the other end of the connection. */
  async #crashBroker({ what }: Moment, peer: Address | undefined): Promise<void> {
    const { lab } = this
    const which = lab.hasKafka && (lab.hasOnlyKafka || /^[A-Z]/.test(what)) ? 'kafka' : 'amqp'
    const node = which === 'kafka' ? lab.kafka.nodeAt(peer) : undefined
    if (node === undefined) {
      await lab.killBroker(which)
      await lab.restartBroker(which)
    } else {
      await lab.kafka.killNode(node)
      await lab.kafka.startNode(node)
    }
  }

  #pause(lane: Lane): void {
    for (const each of this.#victims(lane)) each.pause()
  }

  /** Those in the lane; where it is nobody's, such as the card gateway's, all of them. */
  #victims(lane: Lane): readonly Supervisor[] {
    const there = this.#supervisors.filter((each) => each.lane === lane)
    return there.length === 0 ? this.#supervisors : there
  }
}

function inconclusive(what: string): Played {
  return { outcome: 'inconclusive', cause: text(what, what) }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`the schedule was not over after ${ms / 1000} s`)), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
