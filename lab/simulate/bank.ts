/**
 * A bank with one wallet, to be played step by step: several clients, whose actions take several steps each, and a schedule that says whose
 * step is next and when the process dies. The same plan always comes to the same. One of them is sound; the others have a mistake
 * that only some plans bring to light. A simulation: no broker, no time.
 */

export interface BankAction {
  readonly client: number
  readonly kind: 'deposit' | 'withdraw'
  readonly amount_minor: number
}

/** Whose step is next, or that the process dies and is started again. */
export type BankTurn = number | 'crash'

export interface BankPlan {
  /** A client begins its next action when it has an answer to the one before. */
  readonly actions: readonly BankAction[]
  /** When these are used up, what is left is done client by client. */
  readonly turns: readonly BankTurn[]
}

export interface PlayedBank {
  /** Of each action, in the order of the plan. */
  readonly outcomes: readonly ('ok' | 'refused' | 'unknown')[]
  readonly balance_minor: number
  /** What was booked, in order; `action` is its place in the plan. */
  readonly entries: readonly { readonly action: number; readonly amount_minor: number }[]
}

/** What the wallet has to begin with. */
export const openingBalance = 100

/** A mistake that a bank can have. */
export const bankMistakes = ['reads-then-writes', 'looks-first', 'asks-again', 'answers-first'] as const
export type BankMistake = (typeof bankMistakes)[number]

/** An action on its way: the steps that are left, and whether it has been booked. */
interface Underway {
  readonly action: number
  readonly steps: (() => void)[]
  /** What it adds to the balance. */
  readonly signed: number
  isBooked: boolean
}

/** Plays a plan. `mistake` undefined: the sound bank. */
export function playBank(mistake: BankMistake | undefined, { actions, turns }: BankPlan): PlayedBank {
  let balance = openingBalance
  const entries: { action: number; amount_minor: number }[] = []
  const outcomes: ('ok' | 'refused' | 'unknown' | undefined)[] = actions.map(() => undefined)
  const underway = new Map<number, Underway>()

  function begin(client: number): Underway | undefined {
    const known = underway.get(client)
    if (known !== undefined) return known
    const action = actions.findIndex((each, at) => each.client === client && outcomes[at] === undefined)
    const wanted = actions[action]
    if (wanted === undefined) return undefined
    const signed = wanted.kind === 'deposit' ? wanted.amount_minor : -wanted.amount_minor
    const one: Underway = { action, steps: [], signed, isBooked: false }
    const book = (): void => {
      entries.push({ action, amount_minor: signed })
      one.isBooked = true
    }
    const answer = (outcome: 'ok' | 'refused'): void => {
      outcomes[action] = outcome
    }
    const end = (): void => void underway.delete(client)
    /** Refuses, or goes on to the rest. */
    const unlessRefused = (rest: () => void): void => {
      if (balance + signed >= 0) return rest()
      one.steps.length = 0
      one.steps.push(() => {
        answer('refused')
        end()
      })
    }
    const change = (): void => {
      balance += signed
      book()
    }
    const reply = (): void => {
      answer('ok')
      end()
    }
    switch (mistake) {
      case 'reads-then-writes': {
        let seen = 0
        one.steps.push(
          () => {
            seen = balance
            unlessRefused(() => {})
          },
          () => {
            balance = seen + signed
            book()
          },
          reply,
        )
        break
      }
      case 'looks-first':
        one.steps.push(() => unlessRefused(() => {}), change, reply)
        break
      case 'answers-first':
        one.steps.push(
          () =>
            unlessRefused(() => {
              balance += signed
              answer('ok')
            }),
          () => {
            book()
            end()
          },
        )
        break
      default:
        // Looks and changes in one step.
        one.steps.push(() => unlessRefused(change), reply)
    }
    underway.set(client, one)
    return one
  }

  function step(client: number): boolean {
    const one = begin(client)
    one?.steps.shift()?.()
    return one !== undefined
  }

  function crash(): void {
    for (const [client, one] of underway) {
      underway.delete(client)
      if (outcomes[one.action] !== undefined) {
        // It was answered, and only in memory.
        if (!one.isBooked) balance -= one.signed
        continue
      }
      // A client that asks again without an id begins from the start, whether it was booked or not.
      if (mistake === 'asks-again') continue
      outcomes[one.action] = 'unknown'
    }
  }

  for (const turn of turns) {
    if (turn === 'crash') crash()
    else step(turn)
  }
  for (const client of new Set(actions.map((action) => action.client))) while (step(client)) {}
  return { outcomes: outcomes.map((outcome) => outcome ?? 'unknown'), balance_minor: balance, entries }
}

/** What a played plan has broken. */
export type BankBreach = 'lost write' | 'duplicate' | 'lost update' | 'overdrawn'

/** The laws of a bank, held against what was played; the first that is broken. */
export function breachOf(played: PlayedBank): BankBreach | undefined {
  const { outcomes, balance_minor, entries } = played
  const times = (at: number): number => entries.filter(({ action }) => action === at).length
  if (outcomes.some((outcome, at) => outcome === 'ok' && times(at) === 0)) return 'lost write'
  if (outcomes.some((outcome, at) => times(at) > 1 || (outcome === 'refused' && times(at) > 0)))
    return 'duplicate'
  const total = entries.reduce((sum, { amount_minor }) => sum + amount_minor, openingBalance)
  if (total !== balance_minor) return 'lost update'
  let running = openingBalance
  for (const { amount_minor } of entries) {
    running += amount_minor
    if (running < 0) return 'overdrawn'
  }
  return undefined
}
