/**
 * Executes the design of a saga: its table of steps and its table of states against made-up participants, while answers are refused,
 * late, lost or doubled and whoever runs the saga crashes. Synchronous, and the same for the same scenario: no broker, no time.
 */

/** What a saga's step is, as far as executing it goes. */
export interface SimulatedStep {
  readonly name: string
  readonly service: string
  readonly class: string
  /** The messages on which it is done: a command, or, where nobody conducts, events. */
  readonly hears: readonly string[]
  readonly done: string
  readonly refused?: string
  readonly compensation?: { readonly hears: readonly string[]; readonly done: string; readonly key: string }
  readonly key: string
  readonly attemptsMax: number
}

export interface SimulatedSaga {
  readonly key: string
  readonly steps: readonly SimulatedStep[]
  readonly states: Readonly<Record<string, string>>
  readonly transitions: readonly {
    readonly from: string
    readonly on: string
    readonly to: string
    readonly asks?: string
  }[]
  readonly stored: readonly string[]
  readonly commit: string
}

/** What happens in one execution. */
export interface SagaScenario {
  /** The step that is refused for good. */
  readonly refuses?: string
  /** The step whose service reads nothing from then on, until it is given up or has been asked again six times. */
  readonly silent?: string
  /** The message of which the first copy is lost. */
  readonly loses?: string
  /** Every message is delivered twice. */
  readonly isTwice?: boolean
  /** Whoever runs the saga crashes in so manieth turn. */
  readonly crash?: { readonly turn: number; readonly at: CrashPlace }
}
/** Before the turn has kept or told anything, between the two, or before it has acknowledged. */
export const crashPlaces = ['before', 'between', 'after'] as const
export type CrashPlace = (typeof crashPlaces)[number]

export interface SagaRun {
  /** The kind of the state it ended in; `open` when it is stuck. */
  readonly end: string
  readonly state: string | undefined
  /** How many sagas there are of the one payment. */
  readonly sagas: number
  /** How often each step was done, and undone. */
  readonly done: ReadonlyMap<string, number>
  readonly undone: ReadonlyMap<string, number>
  /** Names of steps in the order in which they were done; undone ones with a minus. */
  readonly order: readonly string[]
  /** Turns of whoever runs the saga: the moments at which it can crash. */
  readonly turns: number
  readonly told: readonly string[]
}

/** The state of a saga before it begins. */
export const newState = 'new'
/** The message that begins it. */
export const requestName = 'payment-requested'
export const timeoutName = 'timeout'
export const gaveUpName = 'gave-up'

const silentRounds = 6
const roundsMax = 60
const turnsMax = 400

interface Message {
  readonly id: number
  readonly name: string
  readonly saga: string
  readonly attempt: number
}

interface Instance {
  state: string | undefined
  hasPayment: boolean
  hasDeadline: boolean
  attempts: number
}

interface Deed {
  readonly step: string
  readonly kind: 'action' | 'compensation'
  readonly answer: string | undefined
}

/** Plays one scenario to its end. */
export function executeSaga(saga: SimulatedSaga, scenario: SagaScenario = {}): SagaRun {
  return new Execution(saga, scenario).play()
}

class Execution {
  readonly #saga: SimulatedSaga
  readonly #scenario: SagaScenario
  readonly #queues = new Map<string, Message[]>()
  readonly #runner: Message[] = []
  readonly #deeds = new Map<string, Deed>()
  readonly #done = new Map<string, number>()
  readonly #undone = new Map<string, number>()
  readonly #order: string[] = []
  readonly #told: string[] = []
  #memory = new Map<string, Instance>()
  #disk = new Map<string, Instance>()
  #ids = 0
  #turns = 0
  #silentService: string | undefined
  #wasSilent = false
  #hasLost = false
  #hasCrashed = false

  constructor(saga: SimulatedSaga, scenario: SagaScenario) {
    this.#saga = saga
    this.#scenario = scenario
    for (const { service } of saga.steps) this.#queues.set(service, [])
  }

  play(): SagaRun {
    const copies = this.#scenario.isTwice === true ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1) {
      const id = this.#nextId()
      const saga = this.#saga.key.replaceAll('<message_id>', String(id))
      this.#runner.push({ id, name: requestName, saga, attempt: 1 })
    }
    for (let round = 0; round < roundsMax && this.#turns < turnsMax; round += 1) {
      this.#workOff()
      if (this.#isQuiet()) break
      if (round >= silentRounds) this.#silentService = undefined
      this.#letTimePass()
    }
    const instances = [...this.#memory.values()]
    const kinds = instances.map(({ state }) => this.#kindOf(state))
    return {
      end: kinds.find((kind) => kind === 'open') ?? kinds[0] ?? 'open',
      state: instances[0]?.state,
      sagas: instances.length,
      done: this.#done,
      undone: this.#undone,
      order: this.#order,
      turns: this.#turns,
      told: this.#told,
    }
  }

  #kindOf(state: string | undefined): string {
    return this.#saga.states[state ?? ''] ?? 'open'
  }

  #nextId(): number {
    this.#ids += 1
    return this.#ids
  }

  /** Everybody reads what is there, whoever runs the saga first. */
  #workOff(): void {
    for (;;) {
      if (this.#turns >= turnsMax) return
      const mine = this.#runner.shift()
      if (mine !== undefined) {
        this.#turn(mine)
        continue
      }
      const busy = [...this.#queues].find(
        ([service, queue]) => queue.length > 0 && service !== this.#silentService,
      )
      const message = busy?.[1].shift()
      if (busy === undefined || message === undefined) return
      this.#serve(busy[0], message)
    }
  }

  #isQuiet(): boolean {
    const isOver = [...this.#memory.values()].every(({ state }) => this.#kindOf(state) !== 'open')
    return isOver && this.#memory.size > 0 && [...this.#queues.values()].every((queue) => queue.length === 0)
  }

  /** Nothing is on its way: what is overdue is noticed. */
  #letTimePass(): void {
    for (const [saga, instance] of this.#memory) {
      if (this.#kindOf(instance.state) !== 'open' || !instance.hasDeadline) continue
      const attemptsMax = this.#attemptsMaxIn(instance.state)
      const isGivenUp = instance.attempts >= attemptsMax
      const name = isGivenUp ? gaveUpName : timeoutName
      this.#turn({ id: this.#nextId(), name, saga, attempt: instance.attempts })
      if (isGivenUp) this.#silentService = undefined
    }
  }

  /** How often what this state waits for is asked for: what its timeout asks again says which step that is. */
  #attemptsMaxIn(state: string | undefined): number {
    const asks = this.#saga.transitions.find(({ from, on }) => from === state && on === timeoutName)?.asks
    const step = this.#saga.steps.find(({ hears }) => asks !== undefined && hears.includes(asks))
    const canGiveUp = this.#saga.transitions.some(({ from, on }) => from === state && on === gaveUpName)
    return canGiveUp ? (step?.attemptsMax ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  }

  /** One turn of whoever runs the saga: a message comes, the state is kept, something is asked for, and it is acknowledged. */
  #turn(message: Message): void {
    const { name, saga } = message
    if (!this.#memory.has(saga)) {
      if (name !== requestName) return
      this.#memory.set(saga, { state: newState, hasPayment: true, hasDeadline: false, attempts: 1 })
    }
    const instance = this.#memory.get(saga) as Instance
    if (name === requestName) instance.hasPayment = true
    const next = this.#saga.transitions.find(({ from, on }) => from === instance.state && on === name)
    if (next === undefined) return
    this.#turns += 1
    const isSame = next.to === instance.state
    const after: Instance = {
      state: next.to,
      hasPayment: instance.hasPayment,
      hasDeadline: true,
      attempts: isSame ? instance.attempts + 1 : 1,
    }
    const keep = (): void => {
      this.#memory.set(saga, after)
      this.#disk.set(saga, { ...after })
    }
    const tell = (): void => {
      // Without the payment nobody can write the command.
      if (next.asks !== undefined && after.hasPayment) this.#publish(next.asks, saga, after.attempts)
    }
    const place = this.#crashesNow()
    if (place === 'before') return this.#crash(message)
    const parts = this.#saga.commit === 'message-first' ? [tell, keep] : [keep, tell]
    if (place === 'between') {
      // One transaction has no between.
      if (this.#saga.commit !== 'together') parts[0]?.()
      return this.#crash(message)
    }
    for (const part of parts) part()
    if (place === 'after') this.#crash(message)
  }

  #crashesNow(): CrashPlace | undefined {
    const { crash } = this.#scenario
    if (crash === undefined || this.#hasCrashed || this.#turns !== crash.turn) return undefined
    this.#hasCrashed = true
    return crash.at
  }

  /** A new process: it knows what was on disk, and what was not acknowledged comes again. A timer does not. */
  #crash(message: Message): void {
    const { stored } = this.#saga
    this.#memory = new Map(
      [...this.#disk].map(([saga, kept]) => [
        saga,
        {
          state: stored.includes('state') ? kept.state : undefined,
          hasPayment: stored.includes('payment'),
          hasDeadline: stored.includes('deadline') && kept.hasDeadline,
          attempts: stored.includes('attempts') ? kept.attempts : 1,
        },
      ]),
    )
    if (message.name !== timeoutName && message.name !== gaveUpName) this.#runner.unshift(message)
  }

  #publish(name: string, saga: string, attempt: number): void {
    this.#told.push(name)
    if (this.#scenario.loses === name && !this.#hasLost) {
      this.#hasLost = true
      return
    }
    const message: Message = { id: this.#nextId(), name, saga, attempt }
    const copies = this.#scenario.isTwice === true ? [message, message] : [message]
    this.#runner.push(...copies)
    for (const [service, queue] of this.#queues) {
      if (this.#saga.steps.some((step) => step.service === service && hearsOf(step).includes(name)))
        queue.push(...copies)
    }
  }

  #serve(service: string, message: Message): void {
    for (const step of this.#saga.steps.filter((each) => each.service === service)) {
      if (step.hears.includes(message.name)) {
        if (step.name === this.#scenario.silent && !this.#wasSilent) {
          this.#wasSilent = true
          this.#silentService = service
          this.#queues.get(service)?.unshift(message)
          return
        }
        this.#act(step, message)
      }
      if (step.compensation?.hears.includes(message.name) === true) this.#undo(step, message)
    }
  }

  #act(step: SimulatedStep, message: Message): void {
    const key = keyOf(step.service, step.key, step.name, message)
    const before = this.#deeds.get(key)
    const answer =
      this.#scenario.refuses === step.name && step.refused !== undefined ? step.refused : step.done
    if (before === undefined) {
      this.#deeds.set(key, { step: step.name, kind: 'action', answer })
      if (answer === step.done) this.#count(this.#done, step.name, step.name)
    }
    // Asked again, a participant says what it said the first time.
    const said =
      before === undefined ? answer : isSameDeed(before, step, 'action') ? before.answer : step.done
    if (said !== undefined) this.#publish(said, message.saga, message.attempt)
  }

  #undo(step: SimulatedStep, message: Message): void {
    const { compensation } = step
    if (compensation === undefined) return
    const key = keyOf(step.service, compensation.key, step.name, message)
    if (!this.#deeds.has(key)) {
      this.#deeds.set(key, { step: step.name, kind: 'compensation', answer: compensation.done })
      if ((this.#done.get(step.name) ?? 0) > 0) this.#count(this.#undone, step.name, `-${step.name}`)
    }
    this.#publish(compensation.done, message.saga, message.attempt)
  }

  #count(counts: Map<string, number>, step: string, shown: string): void {
    counts.set(step, (counts.get(step) ?? 0) + 1)
    this.#order.push(shown)
  }
}

const hearsOf = ({ hears, compensation }: SimulatedStep): readonly string[] => [
  ...hears,
  ...(compensation?.hears ?? []),
]

const isSameDeed = (deed: Deed, step: SimulatedStep, kind: Deed['kind']): boolean =>
  deed.step === step.name && deed.kind === kind

/** A key as one message makes it: the same for each attempt, unless the design puts the attempt in. */
function keyOf(service: string, template: string, step: string, { id, saga, attempt }: Message): string {
  const filled = template
    .replaceAll('<step>', step)
    .replaceAll('<attempt>', String(attempt))
    .replaceAll('<message_id>', String(id))
    .replaceAll('<saga>', saga)
  return `${service} ${filled}`
}
