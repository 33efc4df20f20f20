/** Waits for facts about a subject, each for a bounded time; nothing in a check sleeps and hopes. */
import { performance } from 'node:perf_hooks'
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import { CannotTell, messageOf, PromiseBroken } from './failure.ts'
import type { Spot } from './promise.ts'
import type { SubjectUnderTest } from './subject-under-test.ts'

/** How a call into the subject ended, or that it has not. */
export type CallOutcome<Value> =
  | { readonly state: 'resolved'; readonly value: Value }
  | { readonly state: 'rejected'; readonly message: string; readonly error: PromiseBroken }
  | { readonly state: 'pending' }

/** What `until` is told beside the fact. */
export interface UntilOptions {
  /** Default `factMsMax`. */
  readonly withinMs?: number
  readonly at?: Spot
  /** How often the fact is looked at. Default 4 ms; what costs the broker work, such as inspecting it, wants more. */
  readonly everyMs?: number
  /** Whose doing it is when the fact never comes. Default `subject`. */
  readonly whose?: 'subject' | 'lab'
}

/** A fact that is there. */
export type Present<Fact> = Exclude<Fact, undefined | false | null>

/** How long a fact about the subject may take. Generous: a slow computer is no wrong answer. */
export const factMsMax = 5000
/** The same about what only the lab does: nobody is told that it was slow, so it may be. */
export const patientFactMsMax = 20_000
/** How long something may be on its way that has already happened on the other side of a socket. */
export const settleMsMax = 300
/** How often a fact is looked at again. */
const lookAgainMs = 4

interface WaitingOptions {
  readonly subject: SubjectUnderTest
  readonly mustBeOpen: () => void
  readonly factMs?: number
  readonly slower?: number
}

export class Waiting {
  private readonly subject: SubjectUnderTest
  private readonly mustBeOpen: () => void
  private readonly factMs: number
  private readonly slower: number

  /**
   * @param mustBeOpen throws once the lab is closed: a scenario that was given up goes on in the background
   * @param factMs how long a fact may take that says nothing else
   * @param slower by which factor everything may take longer on this computer
   */
  constructor({ subject, mustBeOpen, factMs = factMsMax, slower = 1 }: WaitingOptions) {
    this.subject = subject
    this.mustBeOpen = mustBeOpen
    this.factMs = factMs
    this.slower = slower
  }

  /** See `Lab.outcomeOf`. */
  async outcomeOf<Value>(call: Promise<Value>, withinMs: number = this.factMs): Promise<CallOutcome<Value>> {
    const timer = new AbortController()
    const pending = sleepMs(withinMs * this.slower, timer.signal).then(() => ({ state: 'pending' }) as const)
    // A subject may well answer no promise at all.
    const ended = Promise.resolve(call).then(
      (value) => ({ state: 'resolved', value }) as const,
      (error: unknown) => {
        if (!(error instanceof PromiseBroken)) throw error
        const message = messageOf(error.cause ?? error)
        if (/^TODO\b/i.test(message)) throw error
        return { state: 'rejected', message, error } as const
      },
    )
    try {
      return await Promise.race([ended, pending])
    } finally {
      timer.abort()
    }
  }

  /** See `Lab.finished`. */
  async finished<Value>(
    call: Promise<Value>,
    what: Text,
    at?: Spot,
    withinMs: number = this.factMs,
  ): Promise<Value> {
    const outcome = await this.outcomeOf(call, withinMs)
    if (outcome.state === 'resolved') return outcome.value
    if (outcome.state === 'rejected') throw outcome.error
    const seconds = Number(((withinMs * this.slower) / 1000).toPrecision(2))
    throw new PromiseBroken({
      said: text(
        `${what.en} did not finish within ${seconds} s`,
        `${what.vi} không xong trong ${seconds} giây`,
      ),
      places: at === undefined ? [] : [this.subject.find(at)],
    })
  }

  /** See `Lab.until`. */
  async until<Fact>(
    what: Text,
    fact: () => Fact | Promise<Fact>,
    options: UntilOptions = {},
  ): Promise<Present<Fact>> {
    const withinMs = (options.withinMs ?? this.factMs) * this.slower
    const deadline = performance.now() + withinMs
    const timer = new AbortController()
    // A fact that is asked for may itself never answer.
    const late = sleepMs(withinMs, timer.signal).then(() => undefined)
    try {
      for (;;) {
        this.mustBeOpen()
        const seen = await Promise.race([fact(), late])
        if (seen !== undefined && seen !== false && seen !== null) return seen as Present<Fact>
        if (performance.now() > deadline) break
        await sleepMs(options.everyMs ?? lookAgainMs)
      }
    } finally {
      timer.abort()
    }
    if (options.whose === 'lab') throw new CannotTell(what)
    throw new PromiseBroken({
      said: what,
      places: options.at === undefined ? [] : [this.subject.find(options.at)],
    })
  }
}

/** Gives a fact that should be there already, such as a socket's end, a moment to arrive. Answers whether it did. */
export async function settles(fact: () => boolean, withinMs = settleMsMax): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (!fact() && performance.now() < deadline) await sleepMs(lookAgainMs)
  return fact()
}

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
export function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
}
