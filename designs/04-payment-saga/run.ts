/** The attacks on a saga's design: its tables are read, executed with every refusal, silence, loss and crash, and held against its page. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type DocumentFinding, readDocument } from '#lab/kit/document'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import {
  crashPlaces,
  executeSaga,
  gaveUpName,
  newState,
  requestName,
  type SagaRun,
  type SagaScenario,
  timeoutName,
} from '#lab/simulate/saga'
import { rules } from './notes.rules.ts'

const name = z.string().min(1)
const compensationSchema = z.object({ hears: z.array(name).min(1), done: name, key: name })
const stepSchema = z.object({
  name,
  service: name,
  class: z.enum(['compensatable', 'pivot', 'retriable']),
  hears: z.array(name).min(1),
  done: name,
  refused: name.exactOptional(),
  key: name,
  compensation: compensationSchema.exactOptional(),
  uncompensated: z.string().exactOptional(),
  timeoutMs: z.number(),
  attemptsMax: z.number().or(z.literal(Number.POSITIVE_INFINITY)),
})
const sagaSchema = z.object({
  style: z.enum(['orchestration', 'choreography']),
  key: z.string(),
  steps: z.array(stepSchema),
  states: z.record(z.string(), z.enum(['open', 'settled', 'cancelled'])),
  transitions: z.array(z.object({ from: name, on: name, to: name, asks: name.exactOptional() })),
  stored: z.array(z.string()),
  commit: z.enum(['together', 'state-first', 'message-first']),
})

export type Saga = z.infer<typeof sagaSchema>
export type Step = Saga['steps'][number]

/** What the brief gives, in this order. */
export const stepNames = ['validate', 'charge', 'update-balance', 'notify'] as const

/** The design, or what is wrong with its shape, where and what. */
export type Loaded = { readonly saga: Saga } | { readonly problem: string }

async function load(subject: SubjectUnderTest): Promise<Loaded> {
  const { saga } = await subject.loadData<{ saga: unknown }>('saga.ts', ['saga'])
  const read = sagaSchema.safeParse(saga)
  if (read.success) return { saga: read.data }
  const [issue] = read.error.issues
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}` }
}

/** One execution, and what happened in it. */
export interface Played {
  readonly scenario: SagaScenario
  readonly run: SagaRun
}

const play = (saga: Saga, scenario: SagaScenario): Played => ({ scenario, run: executeSaga(saga, scenario) })

/** Each step refused in turn, and none. */
const refusals = (saga: Saga): SagaScenario[] => [
  {},
  ...saga.steps.filter(({ refused }) => refused !== undefined).map((step) => ({ refuses: step.name })),
]

export interface StatesSeen {
  readonly loaded: Loaded
  readonly states: number
  readonly unreachable: readonly string[]
  /** Open states from which no end is reached. */
  readonly endless: readonly string[]
  /** States that are an end, and go on. */
  readonly restless: readonly { readonly state: string; readonly on: string }[]
  readonly unknownStates: readonly string[]
  /** Two transitions for one message in one state. */
  readonly torn: readonly { readonly state: string; readonly on: string }[]
  /** What is asked for and nobody hears; what is waited for and nobody says. */
  readonly unheard: readonly string[]
  readonly unsaid: readonly string[]
  /** Answers to what a state asks for that lead nowhere in it. */
  readonly ignored: readonly { readonly state: string; readonly answer: string }[]
  /** The first execution that got stuck. */
  readonly stuck: Played | undefined
  readonly runs: number
}

/** Reads the table of states, and walks it with every answer that the steps can give. */
export async function statesWalked(subject: SubjectUnderTest): Promise<StatesSeen> {
  const loaded = await load(subject)
  if ('problem' in loaded) return nothingSeen(loaded)
  const { saga } = loaded
  const { states, transitions } = saga
  const names = Object.keys(states)
  const from = (state: string) => transitions.filter((each) => each.from === state)
  const reached = closure(newState, (state) => from(state).map(({ to }) => to))
  const said = saga.steps.flatMap(({ done, refused, compensation }) => [done, refused, compensation?.done])
  const told = transitions.flatMap(({ asks }) => asks ?? [])
  const heard = saga.steps.flatMap(({ hears, compensation }) => [...hears, ...(compensation?.hears ?? [])])
  const answers = new Set([...said, ...told, requestName, timeoutName, gaveUpName])
  const played = refusals(saga).map((scenario) => play(saga, scenario))
  return {
    loaded,
    states: names.length,
    unreachable: names.filter((state) => !reached.has(state)),
    endless: names.filter(
      (state) =>
        states[state] === 'open' &&
        ![...closure(state, (each) => from(each).map(({ to }) => to))].some(
          (each) => states[each] !== 'open',
        ),
    ),
    restless: transitions
      .filter((each) => states[each.from] !== 'open' && names.includes(each.from))
      .map((each) => ({ state: each.from, on: each.on })),
    unknownStates: [...new Set(transitions.flatMap((each) => [each.from, each.to]))].filter(
      (state) => !names.includes(state),
    ),
    torn: transitions
      .filter(
        (each, at) => transitions.findIndex((other) => other.from === each.from && other.on === each.on) < at,
      )
      .map((each) => ({ state: each.from, on: each.on })),
    unheard: [...new Set(told)].filter((each) => !heard.includes(each)),
    unsaid: [...new Set(transitions.map(({ on }) => on))].filter((on) => !answers.has(on)),
    ignored: ignoredIn(saga),
    stuck: played.find(({ run }) => run.end === 'open'),
    runs: played.length,
  }
}

function nothingSeen(loaded: Loaded): StatesSeen {
  const none = {
    unreachable: [],
    endless: [],
    restless: [],
    unknownStates: [],
    torn: [],
    unheard: [],
    unsaid: [],
    ignored: [],
  }
  return { loaded, states: 0, ...none, stuck: undefined, runs: 0 }
}

/** A state that asks again on a timeout waits for what the step that hears it answers. */
function ignoredIn({ steps, transitions }: Saga): StatesSeen['ignored'] {
  return transitions
    .filter(({ on }) => on === timeoutName)
    .flatMap(({ from: state, asks = '' }) =>
      steps
        .flatMap(({ hears, done, refused, compensation }) => [
          ...(hears.includes(asks) ? [done, refused] : []),
          ...(compensation?.hears.includes(asks) === true ? [compensation.done] : []),
        ])
        .filter((answer) => answer !== undefined)
        .filter((answer) => !transitions.some(({ from, on }) => from === state && on === answer))
        .map((answer) => ({ state, answer })),
    )
}

/** All that is reached from a start. */
function closure(start: string, next: (each: string) => readonly string[]): Set<string> {
  const found = new Set([start])
  for (const each of found) for (const other of next(each)) found.add(other)
  return found
}

export interface OrderSeen {
  readonly loaded: Loaded
  /** Steps in the order in which they were done when nothing was wrong. */
  readonly order: readonly string[]
  readonly end: string
  readonly pivots: readonly string[]
  /** The first step whose class can't come where it stands. */
  readonly misplaced: { readonly step: string; readonly class: string; readonly after: string } | undefined
}

const rank = { compensatable: 0, pivot: 1, retriable: 2 } as const

/** Plays the saga without a fault, and looks at the classes of its steps. */
export async function orderPlayed(subject: SubjectUnderTest): Promise<OrderSeen> {
  const loaded = await load(subject)
  if ('problem' in loaded) return { loaded, order: [], end: 'open', pivots: [], misplaced: undefined }
  const { saga } = loaded
  const { run } = play(saga, {})
  const misplaced = saga.steps
    .map((step, at) => ({ step, before: saga.steps[at - 1] }))
    .find(({ step, before }) => before !== undefined && rank[step.class] < rank[before.class])
  return {
    loaded,
    order: run.order,
    end: run.end,
    pivots: saga.steps.filter((step) => step.class === 'pivot').map((step) => step.name),
    misplaced:
      misplaced?.before === undefined
        ? undefined
        : { step: misplaced.step.name, class: misplaced.step.class, after: misplaced.before.class },
  }
}

export interface AttackedSeen {
  readonly loaded: Loaded
  /** Executions that did not come out right, the shortest scenario first. */
  readonly wrong: { readonly played: Played; readonly why: Wrong } | undefined
  readonly runs: number
}

/** What can be wrong with an execution. */
export type Wrong =
  | { readonly kind: 'stuck' }
  | { readonly kind: 'twice'; readonly step: string; readonly undone: boolean; readonly times: number }
  | { readonly kind: 'not-undone'; readonly step: string }
  | { readonly kind: 'not-done'; readonly step: string }
  | { readonly kind: 'undone-though-settled'; readonly step: string }
  | { readonly kind: 'turned-back'; readonly step: string }
  | { readonly kind: 'order'; readonly undone: readonly string[] }
  | { readonly kind: 'sagas'; readonly count: number }

export interface CompensationsSeen extends AttackedSeen {
  /** Compensatable steps without a compensation, and others without a reason why there is none. */
  readonly without: readonly { readonly step: string; readonly class: string }[]
  /** Keys that would be shared by two payments. */
  readonly sharedKeys: readonly { readonly step: string; readonly key: string }[]
}

const reasonWordsMin = 5

/** Refuses each step, with every message delivered twice. */
export async function compensationsPlayed(subject: SubjectUnderTest): Promise<CompensationsSeen> {
  const loaded = await load(subject)
  if ('problem' in loaded) return { loaded, wrong: undefined, runs: 0, without: [], sharedKeys: [] }
  const { saga } = loaded
  const keys = saga.steps.flatMap((step) => [
    { step: step.name, key: step.key },
    ...(step.compensation === undefined ? [] : [{ step: step.name, key: step.compensation.key }]),
  ])
  const scenarios = refusals(saga).flatMap((scenario) => [scenario, { ...scenario, isTwice: true }])
  return {
    ...attacked(loaded, saga, scenarios),
    without: saga.steps
      .filter(
        (step) =>
          step.compensation === undefined &&
          (step.class === 'compensatable' || (step.uncompensated ?? '').split(/\s+/).length < reasonWordsMin),
      )
      .map((step) => ({ step: step.name, class: step.class })),
    sharedKeys: keys.filter(({ key }) => !key.includes('<payment_id>')),
  }
}

export interface FailuresSeen extends AttackedSeen {
  /** Steps whose time-out is no time, or whose attempts are none. */
  readonly timeless: readonly {
    readonly step: string
    readonly timeoutMs: number
    readonly attemptsMax: number
  }[]
}

/** Lets each step fall silent and each message be lost, alone and together with a refusal. */
export async function failuresPlayed(subject: SubjectUnderTest): Promise<FailuresSeen> {
  const loaded = await load(subject)
  if ('problem' in loaded) return { loaded, wrong: undefined, runs: 0, timeless: [] }
  const { saga } = loaded
  const faults: SagaScenario[] = [
    ...saga.steps.map((step) => ({ silent: step.name })),
    ...messagesOf(saga).map((loses) => ({ loses })),
  ]
  const scenarios = faults.flatMap((fault) => refusals(saga).map((refusal) => ({ ...fault, ...refusal })))
  return {
    ...attacked(loaded, saga, scenarios),
    timeless: saga.steps
      .filter(
        ({ timeoutMs, attemptsMax }) => !(timeoutMs > 0 && Number.isFinite(timeoutMs) && attemptsMax >= 1),
      )
      .map((step) => ({ step: step.name, timeoutMs: step.timeoutMs, attemptsMax: step.attemptsMax })),
  }
}

export interface ResumedSeen extends AttackedSeen {
  readonly key: string
  readonly crashes: number
}

/** Crashes whoever runs the saga in each turn, before, in and after it, whatever is refused, lost or silent besides. */
export async function crashesPlayed(subject: SubjectUnderTest): Promise<ResumedSeen> {
  const loaded = await load(subject)
  if ('problem' in loaded) return { loaded, wrong: undefined, runs: 0, key: '', crashes: 0 }
  const { saga } = loaded
  const scenarios = [
    { isTwice: true },
    ...refusals(saga),
    ...messagesOf(saga).map((loses) => ({ loses })),
    // Who gives up and dies over it must not have told anybody what it does not know any more.
    ...saga.steps.map((step) => ({ silent: step.name })),
  ]
  const crashing = scenarios.flatMap((scenario) => {
    const { turns } = executeSaga(saga, scenario)
    return Array.from({ length: turns }, (_, at) => at + 1).flatMap((turn) =>
      crashPlaces.map((at): SagaScenario => ({ ...scenario, crash: { turn, at } })),
    )
  })
  return {
    ...attacked(loaded, saga, [...scenarios, ...crashing]),
    key: saga.key,
    crashes: crashing.length,
  }
}

/** What is asked for in this saga: what could be lost on its way. */
const messagesOf = (saga: Saga): string[] => [...new Set(saga.transitions.flatMap(({ asks }) => asks ?? []))]

function attacked(loaded: Loaded, saga: Saga, scenarios: readonly SagaScenario[]): AttackedSeen {
  for (const scenario of scenarios) {
    const played = play(saga, scenario)
    const why = wrongWith(saga, played)
    if (why !== undefined) return { loaded, wrong: { played, why }, runs: scenarios.length }
  }
  return { loaded, wrong: undefined, runs: scenarios.length }
}

/** The first thing that an execution got wrong. */
function wrongWith(saga: Saga, { scenario, run }: Played): Wrong | undefined {
  const doneOf = (step: Step) => run.done.get(step.name) ?? 0
  const undoneOf = (step: Step) => run.undone.get(step.name) ?? 0
  for (const step of saga.steps) {
    if (doneOf(step) > 1) return { kind: 'twice', step: step.name, undone: false, times: doneOf(step) }
    if (undoneOf(step) > doneOf(step))
      return { kind: 'twice', step: step.name, undone: true, times: undoneOf(step) }
  }
  if (run.sagas > 1) return { kind: 'sagas', count: run.sagas }
  if (run.end === 'open') return { kind: 'stuck' }
  const refused = saga.steps.find((step) => step.name === scenario.refuses)
  if (refused?.class === 'retriable' && run.end === 'cancelled' && isPivotDone(saga, run))
    return { kind: 'turned-back', step: refused.name }
  const isSettled = run.end === 'settled'
  for (const step of saga.steps) {
    if (isSettled && undoneOf(step) > 0) return { kind: 'undone-though-settled', step: step.name }
    const mayBeMissing = step.name === scenario.refuses && step.class === 'retriable'
    if (isSettled && doneOf(step) === 0 && !mayBeMissing) return { kind: 'not-done', step: step.name }
    if (!isSettled && doneOf(step) > undoneOf(step)) return { kind: 'not-undone', step: step.name }
  }
  const undone = run.order.filter((each) => each.startsWith('-')).map((each) => each.slice(1))
  const inReverse = saga.steps
    .map((step) => step.name)
    .filter((each) => undone.includes(each))
    .reverse()
  if (undone.join() !== inReverse.join()) return { kind: 'order', undone }
  return undefined
}

const isPivotDone = (saga: Saga, run: SagaRun): boolean =>
  saga.steps.some((step) => step.class === 'pivot' && (run.done.get(step.name) ?? 0) > 0)

export interface PageSeen {
  readonly loaded: Loaded
  readonly hasDrawing: boolean
  readonly arrows: number
  /** Transitions that are not drawn, and arrows that are no transition. */
  readonly missing: readonly string[]
  readonly invented: readonly string[]
  readonly findings: readonly DocumentFinding[]
}

/** Reads SAGA.md, and holds its drawing of the states against the table. */
export async function pageRead(subject: SubjectUnderTest): Promise<PageSeen> {
  const loaded = await load(subject)
  const path = subject.path('SAGA.md')
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const lesson = readFileSync(new URL('./README.md', import.meta.url), 'utf8')
  const drawn = arrowsIn(page)
  const table =
    'problem' in loaded ? [] : loaded.saga.transitions.map(({ from, to, on }) => `${from} → ${to} on ${on}`)
  return {
    loaded,
    hasDrawing: drawn !== undefined,
    arrows: drawn?.length ?? 0,
    missing: table.filter((each) => !(drawn ?? []).includes(each)),
    invented: (drawn ?? []).filter((each) => !table.includes(each)),
    findings: readDocument(page, rules, lesson),
  }
}

/** The arrows of the first state diagram of a page: `a --> b: message / command`. Undefined where there is none. */
function arrowsIn(page: string): string[] | undefined {
  const body = /```mermaid\s*\n\s*stateDiagram(?:-v2)?\s*\n([\s\S]*?)```/.exec(page)?.[1]
  if (body === undefined) return undefined
  return body.split('\n').flatMap((line) => {
    const { from, to, on } =
      /^\s*(?<from>[\w-]+)\s*-->\s*(?<to>[\w-]+)\s*:\s*(?<on>[\w-]+)/.exec(line)?.groups ?? {}
    return from === undefined ? [] : [`${from} → ${to} on ${on}`]
  })
}
