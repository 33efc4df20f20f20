/**
 * The scenarios of consistency-05: histories of a sound system and of systems with a mistake are handed to the checker, banks with a mistake to
 * the search. What is judged is whether they find what is there, and nothing else.
 */
import { setImmediate as turn } from 'node:timers/promises'
import {
  staleBeyond,
  type WalletAnomaly,
  type WalletAnomalyKind,
  type WalletHistory,
  walletAnomalies,
} from '#lab/checkers/wallet-anomalies'
import type { Act, Lab } from '#lab/kit'
import { unhurried } from '#lab/kit/stage'
import {
  type BankBreach,
  type BankMistake,
  type BankPlan,
  bankMistakes,
  breachOf,
  type PlayedBank,
  playBank,
} from '#lab/simulate/bank'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { crashedHistory, services } from './experiments/crashes.ts'
import { type CopyMistake, delayedHistory } from './experiments/delays.ts'
import { madeUpHistory } from './experiments/made-up.ts'

/** What the subject's files export. */
interface CheckerModule {
  anomalies(history: WalletHistory, options: { boundMs: number }): unknown
  metrics(history: WalletHistory): unknown
}
interface SearchModule {
  search(play: (plan: BankPlan) => PlayedBank, options: { seed: number; runs: number }): unknown
}

const checkerFile = 'checker.ts'
const searchFile = 'search.ts'
const madeUp = 150
const madeUpBoundMs = 80

export interface Counted {
  readonly reads: unknown
  readonly stale: unknown
  readonly unknown: unknown
}

/** One history, what is in it, and what the checker says. */
export interface Checked {
  readonly what: Text
  readonly history: WalletHistory
  readonly boundMs: number
  readonly there: readonly WalletAnomaly[]
  readonly said: readonly WalletAnomaly[]
  readonly counts: Counted
  readonly counted: Counted
}

export interface CheckedSeen {
  readonly checked: readonly Checked[]
  readonly played: number
  readonly kills: number
}

const readKinds = ['wrong balance', 'stale beyond bound', 'non-monotonic'] as const
const writeKinds = ['lost write', 'duplicate', 'torn saga'] as const

/** From none to five seconds, and changing from event to event. */
export const sweep = [
  [0],
  [50],
  [500],
  [5000],
  [0, 900, 100, 5000, 1500],
] as const satisfies readonly (readonly number[])[]
const changing = sweep[4]

/** Copies that are late by so much, a sound one and three that are not; then histories that nobody played. */
export const delaysSwept = unhurried(async (lab: Lab): Promise<CheckedSeen> => {
  const checker = await checkerOf(lab)
  const { random } = seededSource(lab.run.seed)
  const payments = 10
  const runs: readonly { delays: readonly number[]; payments: number; mistake?: CopyMistake }[] = [
    ...sweep.map((delays) => ({ delays, payments })),
    // Of eight payments the fourth arrives last, so that this copy ends wrong, whenever else somebody reads.
    { delays: changing, payments: 8, mistake: 'the last one wins' },
    { delays: [50], payments, mistake: 'leaves one out' },
    { delays: [500], payments, mistake: 'stands still' },
  ]
  const checked: Checked[] = []
  for (const { delays, payments, mistake } of runs) {
    const shown = `${delays.join(', ')} ms`
    lab.say(
      `Delays of ${shown}${mistake === undefined ? '' : `, a copy that ${mistake}`}.`,
      `Độ trễ ${shown}${mistake === undefined ? '' : `, bản sao có lỗi`}.`,
    )
    const history = await delayedHistory(lab, { delays, mistake, payments, readsEach: 4, random })
    const boundMs = Math.max(...delays) + 50
    mustBe(history, boundMs, mistake !== undefined)
    const what = text(
      `a copy that is ${shown} late${mistake === undefined ? '' : ` and ${mistake}`}`,
      `bản sao trễ ${shown}${mistake === undefined ? '' : ` (${mistake})`}`,
    )
    checked.push(checkedBy(checker, { what, history, boundMs }, readKinds))
  }
  return {
    checked: [...checked, ...(await madeUpFor(checker, random, readKinds))],
    played: checked.length,
    kills: 0,
  }
})

/** A service that is killed at every order, sound and with three mistakes; then histories that nobody played. */
export const crashed = unhurried(async (lab: Lab): Promise<CheckedSeen> => {
  const checker = await checkerOf(lab)
  const { random } = seededSource(lab.run.seed)
  const checked: Checked[] = []
  let kills = 0
  for (const service of services) {
    lab.say(`A service that is ${service}.`, `Một service ${service}.`)
    const played = await crashedHistory(lab, service)
    kills += played.kills
    mustBe(played.history, 0, service !== 'sound')
    const what = text(`a service (${service})`, `một service (${service})`)
    checked.push(checkedBy(checker, { what, history: played.history, boundMs: 1000 }, writeKinds))
  }
  return {
    checked: [...checked, ...(await madeUpFor(checker, random, writeKinds))],
    played: checked.length,
    kills,
  }
})

/** A history that is not what it was played for says nothing about the checker. */
function mustBe(history: WalletHistory, boundMs: number, isWrong: boolean): void {
  const found = walletAnomalies(history, { boundMs })
  if (found.length > 0 === isWrong) return
  throw new Error(`the lab played a history with ${found.map(({ kind }) => kind).join(', ') || 'no anomaly'}`)
}

interface Checker {
  readonly anomalies: (history: WalletHistory, boundMs: number) => readonly WalletAnomaly[]
  readonly metrics: (history: WalletHistory) => Counted
}

export async function checkerOf(lab: Lab): Promise<Checker> {
  const module = await lab.subject.load<CheckerModule>(checkerFile, ['anomalies', 'metrics'])
  return {
    anomalies(history, boundMs) {
      const answered = module.anomalies(history, { boundMs })
      const isAnomaly = (one: unknown): boolean =>
        typeof one === 'object' && one !== null && 'kind' in one && 'operation' in one
      if (Array.isArray(answered) && answered.every(isAnomaly)) return answered as WalletAnomaly[]
      throw lab.breaks(
        text(
          'anomalies() does not answer a list of { kind, operation }',
          'anomalies() không trả về danh sách { kind, operation }',
        ),
        { file: checkerFile, near: ['function anomalies'] },
      )
    },
    metrics(history) {
      const { reads, stale, unknown } = (module.metrics(history) ?? {}) as Partial<Counted>
      return { reads, stale, unknown }
    },
  }
}

function checkedBy(
  { anomalies, metrics }: Checker,
  { what, history, boundMs }: Pick<Checked, 'what' | 'history' | 'boundMs'>,
  kinds: readonly WalletAnomalyKind[],
): Checked {
  const ofKind = (all: readonly WalletAnomaly[]) => all.filter(({ kind }) => kinds.includes(kind))
  const { operations } = history
  return {
    what,
    history,
    boundMs,
    there: ofKind(walletAnomalies(history, { boundMs })),
    said: ofKind(anomalies(history, boundMs)),
    counts: {
      reads: operations.filter(({ does, ending }) => does === 'read' && ending === 'ok').length,
      stale: staleBeyond(history, 0).length,
      unknown: operations.filter(({ ending }) => ending === 'unknown').length,
    },
    counted: metrics(history),
  }
}

/** Those first in which the least is wrong: a learner reads the simplest one that the checker gets wrong. */
async function madeUpFor(
  checker: Checker,
  random: { next(): number },
  kinds: readonly WalletAnomalyKind[],
): Promise<readonly Checked[]> {
  const what = text('a history that was made up', 'một history được dựng ra')
  const histories = Array.from({ length: madeUp }, () => madeUpHistory(random)).toSorted(
    (a, b) => a.operations.length - b.operations.length,
  )
  const checked: Checked[] = []
  for (const history of histories) {
    // Others get their turn: it is a lot for a busy computer.
    await turn()
    checked.push(checkedBy(checker, { what, history, boundMs: madeUpBoundMs }, kinds))
  }
  return checked
}

/** A bank, and what the search came to. */
export interface Searched {
  /** Undefined: the sound one. */
  readonly mistake: BankMistake | undefined
  readonly seed: number
  readonly found: { readonly plan: BankPlan; readonly breach: unknown } | undefined
  /** What the plan comes to when the lab plays it. */
  readonly breach: BankBreach | undefined
  /** Whether the same seed finds the same plan again. */
  readonly isRepeated: boolean
  readonly plans: number
}

const runs = 300
const soundSeeds = 4

/** The sound bank several times, and each of the others. */
export async function searched(lab: Lab): Promise<readonly Searched[]> {
  const { search } = await lab.subject.load<SearchModule>(searchFile, ['search'])
  const { seed } = lab.run
  const banks: readonly { readonly mistake: BankMistake | undefined; readonly seed: number }[] = [
    ...Array.from({ length: soundSeeds }, (_, at) => ({ mistake: undefined, seed: seed + at })),
    ...bankMistakes.map((mistake) => ({ mistake, seed })),
  ]
  const seen: Searched[] = []
  for (const bank of banks) {
    // Between two searches others get their turn: one alone may take its time, and is not endless for that.
    await turn()
    const { mistake } = bank
    let plans = 0
    const play = (plan: BankPlan): PlayedBank => {
      plans += 1
      return playBank(mistake, planIn(lab, plan))
    }
    const found = foundIn(lab, await search(play, { seed: bank.seed, runs }))
    const played = plans
    await turn()
    const again = foundIn(lab, await search(play, { seed: bank.seed, runs }))
    lab.say(
      `${mistake ?? 'The sound bank'}: ${found === undefined ? 'nothing found' : shownPlan(found.plan)}.`,
      `${mistake ?? 'Ngân hàng đúng'}: ${found === undefined ? 'không tìm thấy gì' : shownPlan(found.plan)}.`,
    )
    seen.push({
      ...bank,
      found,
      breach: found === undefined ? undefined : breachOf(playBank(mistake, found.plan)),
      isRepeated: JSON.stringify(found) === JSON.stringify(again),
      plans: played,
    })
  }
  return seen
}

/** `client 0 deposits 1, client 1 deposits 1; turns 1` */
export function shownPlan({ actions, turns }: BankPlan): string {
  const done = actions.map(({ client, kind, amount_minor }) => `client ${client} ${kind}s ${amount_minor}`)
  return `${done.join(', ') || 'nobody does anything'}; turns ${turns.join(', ') || 'none'}`
}

function foundIn(lab: Lab, answered: unknown): { plan: BankPlan; breach: unknown } | undefined {
  if (answered === undefined) return undefined
  const { plan, breach } = (answered ?? {}) as { plan?: BankPlan; breach?: unknown }
  if (plan !== undefined) return { plan: planIn(lab, plan), breach }
  throw lab.breaks(
    text(
      'search() answers neither { plan, breach } nor undefined',
      'search() không trả về { plan, breach }, cũng không phải undefined',
    ),
    { file: searchFile, near: ['function search'] },
  )
}

/** Validated, since a learner's code made it. */
function planIn(lab: Lab, plan: BankPlan): BankPlan {
  const isClient = (one: unknown): boolean => one === 0 || one === 1 || one === 2
  const isPlan =
    Array.isArray(plan?.actions) &&
    Array.isArray(plan.turns) &&
    plan.actions.every(
      (action) =>
        isClient(action?.client) &&
        (action.kind === 'deposit' || action.kind === 'withdraw') &&
        Number.isInteger(action.amount_minor) &&
        action.amount_minor > 0,
    ) &&
    plan.turns.every((turn) => turn === 'crash' || isClient(turn))
  if (isPlan) return plan
  throw lab.breaks(
    text(
      `this is no plan: ${JSON.stringify(plan)?.slice(0, 120)}`,
      `đây không phải một plan: ${JSON.stringify(plan)?.slice(0, 120)}`,
    ),
    { file: searchFile, near: ['record(', 'actions', 'function search'] },
  )
}

/** Played by `npm run exercise consistency-05 live`. */
export const live: readonly Act[] = [
  { title: text('Copies that are late.', 'Những bản sao bị trễ.'), scenario: delaysSwept },
  { title: text('Services that die.', 'Những service bị chết.'), scenario: crashed },
  {
    title: text('The search for a plan that breaks the bank.', 'Tìm một plan làm hỏng ngân hàng.'),
    scenario: searched,
  },
]
