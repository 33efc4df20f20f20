/** The scenarios of failure-07: calls fail on a clock that jumps, alone and a thousand at a time; each answers when which attempt came. */
import type { Act, Lab } from '#lab/kit'
import { ClockStandsStill, VirtualClock } from '#lab/simulate/clock'
import type { Random, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'

/** What the subject's files export. */
export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated'
export interface Backoff {
  readonly initialDelayMs: number
  readonly maxDelayMs: number
  readonly multiplier: number
  readonly jitter: Jitter
}
export interface BackoffModule {
  delayMs(backoff: Backoff, retry: number, random: Random, previousMs: number): number
}
interface Budget {
  deposit(): void
  withdraw(): boolean
}
interface RetryPolicy {
  readonly backoff: Backoff
  readonly attemptsMax: number
  readonly deadlineMs: number
  readonly mayPass: (error: unknown) => boolean
  readonly budget?: Budget
}
export interface RetryModule {
  retry<Result>(
    world: Pick<World, 'clock' | 'random'>,
    policy: RetryPolicy,
    work: (attempt: number) => Promise<Result>,
  ): Promise<Result>
  retryBudget(options: { readonly depositPerCall: number; readonly tokensMax: number }): Budget
}

/** An error that may pass, or not. */
class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly mayPass: boolean
  readonly retryAfterMs?: number

  constructor(options: { readonly mayPass: boolean; readonly retryAfterMs?: number }) {
    super(options.mayPass ? 'the card network does not answer' : 'the card was stolen')
    this.mayPass = options.mayPass
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }
}

const mayPass = (error: unknown): boolean => error instanceof CallFailed && error.mayPass
const farAway = 24 * 3_600_000
/** A thousandth of a millisecond: what dividing and adding may be off by. */
export const exactMs = 0.001

/** One call that was made through retry(), on a clock that stands still while nobody sleeps. */
interface Played {
  /** When each attempt began, milliseconds after the first. */
  readonly attempts: readonly number[]
  readonly numbers: readonly number[]
  readonly ended: 'answered' | 'threw the last error' | 'threw something else'
  readonly answer: unknown
  /** When it was over, milliseconds after the first attempt. */
  readonly endMs: number
}

export interface RetriedSeen {
  readonly backoff: Backoff
  /** Fails five times, then answers. */
  readonly passing: Played
  readonly waits: readonly number[]
  readonly wanted: readonly number[]
  /** Fails each time, in a way that may pass; four attempts are allowed. */
  readonly failing: Played
  readonly attemptsMax: number
  /** Fails in a way that can't pass. */
  readonly permanent: Played
}

/** Three calls: one that passes at its sixth attempt, one that never does, one whose error is permanent. */
export async function retried(lab: Lab): Promise<RetriedSeen> {
  const { integer } = randomOf(lab.run.seed)
  const backoff: Backoff = {
    initialDelayMs: integer(50, 150),
    multiplier: integer(2, 4),
    maxDelayMs: farAway,
    jitter: 'none',
  }
  const attemptsMax = 4
  const unbounded = { backoff, attemptsMax: 10, deadlineMs: farAway, mayPass }
  const fails = new CallFailed({ mayPass: true })
  const passing = await play(lab, unbounded, (attempt) => (attempt <= 5 ? fails : undefined))
  const failing = await play(lab, { ...unbounded, attemptsMax }, () => fails)
  const permanent = await play(lab, unbounded, () => new CallFailed({ mayPass: false }))
  const waits = passing.attempts.slice(1).map((at, index) => at - (passing.attempts[index] ?? 0))
  const wanted = [0, 1, 2, 3, 4].map((power) => backoff.initialDelayMs * backoff.multiplier ** power)
  return { backoff, passing, waits, wanted, failing, attemptsMax, permanent }
}

export interface BoundedSeen {
  readonly settings: readonly {
    readonly backoff: Backoff
    /** What is wrong with one of its waits; undefined when none is. */
    readonly wrong: { readonly retry: number; readonly waitMs: number } | undefined
    /** The waits before the first four retries, where there is no jitter. */
    readonly first: readonly number[]
    readonly wanted: readonly number[]
  }[]
  readonly waits: number
}

const retriesLooked = [1, 2, 3, 4, 5, 10, 30, 31, 32, 64, 100, 1100, 5000]

/** Waits before the first retry and before the five-thousandth, under several settings and with each jitter. */
export async function bounded(lab: Lab): Promise<BoundedSeen> {
  const { delayMs } = await lab.subject.load<BackoffModule>('backoff.ts', ['delayMs'])
  const random = randomOf(lab.run.seed)
  let waits = 0
  const shapes = [
    { initialDelayMs: random.integer(50, 150), maxDelayMs: 5000, multiplier: 2 },
    { initialDelayMs: 1, maxDelayMs: random.integer(700, 900), multiplier: 3 },
    // A fixed delay, and one whose first wait is the longest there is.
    { initialDelayMs: 250, maxDelayMs: 1000, multiplier: 1 },
    { initialDelayMs: 400, maxDelayMs: 400, multiplier: 2 },
  ]
  const settings = shapes.flatMap((shape) =>
    (['none', 'full', 'equal', 'decorrelated'] as const).map((jitter) => {
      const backoff: Backoff = { ...shape, jitter }
      let wrong: { retry: number; waitMs: number } | undefined
      for (const retry of retriesLooked) {
        let previousMs = shape.initialDelayMs
        for (let draw = 0; draw < 20; draw += 1) {
          const waitMs = delayMs(backoff, retry, random, previousMs)
          waits += 1
          if (!(waitMs >= 0 && waitMs <= shape.maxDelayMs)) wrong ??= { retry, waitMs }
          previousMs = waitMs
        }
      }
      const isPlain = jitter === 'none'
      return {
        backoff,
        wrong,
        first: isPlain
          ? [1, 2, 3, 4].map((retry) => delayMs(backoff, retry, random, shape.initialDelayMs))
          : [],
        wanted: isPlain
          ? [0, 1, 2, 3].map((power) =>
              Math.min(shape.maxDelayMs, shape.initialDelayMs * shape.multiplier ** power),
            )
          : [],
      }
    }),
  )
  return { settings, waits }
}

export interface JitteredSeen {
  readonly draws: number
  readonly jitters: readonly {
    readonly jitter: Jitter
    readonly retry: number
    readonly lowest: number
    readonly highest: number
    readonly mean: number
    readonly different: number
    /** What the definition allows, what its mean is, and which share of the waits lies below the longest. */
    readonly low: number
    readonly high: number
    readonly meanWanted: number
    readonly openShare: number
    /** Whether the same seed gave the same waits, and another seed others. */
    readonly repeats: boolean
    readonly dependsOnSeed: boolean
  }[]
  /** A thousand clients that failed together: calls in the fullest ten milliseconds of their retries. */
  readonly clients: number
  readonly peaks: Readonly<Record<Jitter, number>>
}

/** Two thousand waits of each jitter, and a thousand clients that failed at the same moment. */
export async function jittered(lab: Lab): Promise<JitteredSeen> {
  const { delayMs } = await lab.subject.load<BackoffModule>('backoff.ts', ['delayMs'])
  const draws = 2000
  const base = { initialDelayMs: 100, maxDelayMs: 5000, multiplier: 2 }
  const { seed } = lab.run
  const jitters = (['full', 'equal', 'decorrelated'] as const).flatMap((jitter) =>
    // The last of them lies over the cap.
    [1, 3, 9].map((retry) => {
      const exponential = Math.min(base.maxDelayMs, base.initialDelayMs * base.multiplier ** (retry - 1))
      const previousMs = exponential
      const drawn = (from: number) => {
        const random = randomOf(from)
        return Array.from({ length: draws }, () => delayMs({ ...base, jitter }, retry, random, previousMs))
      }
      const waits = drawn(seed)
      const bounds = boundsOf(jitter, { ...base, exponential, previousMs })
      return {
        jitter,
        retry,
        lowest: Math.min(...waits),
        highest: Math.max(...waits),
        mean: waits.reduce((sum, wait) => sum + wait, 0) / draws,
        different: new Set(waits).size,
        ...bounds,
        repeats: drawn(seed).join() === waits.join(),
        dependsOnSeed: drawn(seed + 1).join() !== waits.join(),
      }
    }),
  )
  const clients = 1000
  const peakOf = (jitter: Jitter) => {
    const random = randomOf(seed)
    const slots = new Map<number, number>()
    for (let client = 0; client < clients; client += 1) {
      const slot = Math.floor(delayMs({ ...base, jitter }, 3, random, 200) / 10)
      slots.set(slot, (slots.get(slot) ?? 0) + 1)
    }
    return Math.max(...slots.values())
  }
  return {
    draws,
    jitters,
    clients,
    peaks: {
      none: peakOf('none'),
      full: peakOf('full'),
      equal: peakOf('equal'),
      decorrelated: peakOf('decorrelated'),
    },
  }
}

function boundsOf(
  jitter: 'full' | 'equal' | 'decorrelated',
  {
    exponential,
    previousMs,
    initialDelayMs,
    maxDelayMs,
  }: { exponential: number; previousMs: number; initialDelayMs: number; maxDelayMs: number },
): { low: number; high: number; meanWanted: number; openShare: number } {
  if (jitter === 'full') return { low: 0, high: exponential, meanWanted: exponential / 2, openShare: 1 }
  if (jitter === 'equal')
    return { low: exponential / 2, high: exponential, meanWanted: (exponential * 3) / 4, openShare: 1 }
  // Evenly from the initial delay to three times the wait before; what lies over the cap counts as the cap.
  const upTo = previousMs * 3
  const span = upTo - initialDelayMs
  const below = Math.min(upTo, maxDelayMs) - initialDelayMs
  const mean = initialDelayMs + (below * below) / 2 / span + ((span - below) / span) * below
  return { low: initialDelayMs, high: Math.min(maxDelayMs, upTo), meanWanted: mean, openShare: below / span }
}

export interface TimedSeen {
  readonly backoff: Backoff
  readonly deadlineMs: number
  /** Fails for ever: no attempt after the deadline, and no waiting for one that will not be made. */
  readonly failing: Played
  readonly lastPossibleMs: number
  /** The second attempt's failure says how long to wait: when the third attempt came after it. */
  readonly retryAfterMs: number
  readonly afterAsked: number
  /** The work itself takes long: the deadline counts from the beginning, not from the last failure. */
  readonly slow: Played
  readonly slowMs: number
  /** Twenty calls share a budget while everything fails: how many retries they made, and how many the budget pays. */
  readonly budget: { readonly calls: number; readonly retries: number; readonly paid: number }
  /** Calls without time for a retry, and the retries of as many others that shared the budget and had time. */
  readonly hurried: { readonly calls: number; readonly retriesOfOthers: number }
}

/** A deadline, a server that says when to come again, work that is slow, and a budget for everybody. */
export async function timed(lab: Lab): Promise<TimedSeen> {
  const { integer } = randomOf(lab.run.seed)
  const backoff: Backoff = { initialDelayMs: 100, maxDelayMs: 60_000, multiplier: 2, jitter: 'none' }
  // Between the fifth attempt (1,500 ms) and the sixth (3,100 ms).
  const deadlineMs = integer(1600, 2900)
  const policy = { backoff, attemptsMax: 50, deadlineMs, mayPass }
  const fails = new CallFailed({ mayPass: true })
  const failing = await play(lab, policy, () => fails)

  const retryAfterMs = integer(4000, 6000)
  const asked = await play(lab, { ...policy, deadlineMs: farAway }, (attempt) =>
    attempt === 1 ? fails : attempt === 2 ? new CallFailed({ mayPass: true, retryAfterMs }) : undefined,
  )

  // The second of them begins at 1,500 ms and ends at 2,900: a third would come at 3,100, after any deadline of above.
  const slowMs = 1400
  const slow = await play(lab, policy, () => fails, slowMs)

  const { retry, retryBudget } = await lab.subject.load<RetryModule>('retry.ts', ['retry', 'retryBudget'])
  const clock = new VirtualClock(0)
  const budget = retryBudget({ depositPerCall: 0.1, tokensMax: 10 })
  /** How many attempts so many calls make at once, all of which fail. */
  async function attemptsOf(calls: number, limits: Partial<RetryPolicy>): Promise<number> {
    let attempts = 0
    const all = Promise.allSettled(
      Array.from({ length: calls }, (_, at) => {
        const work = async () => {
          attempts += 1
          throw fails
        }
        const random = randomOf(lab.run.seed + at + 1)
        return retry({ clock, random }, { ...policy, deadlineMs: farAway, ...limits }, work)
      }),
    )
    for (const outcome of await clock.until(all)) todoOf(outcome)
    return attempts
  }
  const calls = 20
  const attempts = await attemptsOf(calls, { attemptsMax: 5, budget })

  const five = { attemptsMax: 2, budget: retryBudget({ depositPerCall: 0, tokensMax: 5 }) }
  await attemptsOf(5, { ...five, deadlineMs: backoff.initialDelayMs / 2 })
  const ofOthers = await attemptsOf(5, five)
  return {
    backoff,
    deadlineMs,
    failing,
    lastPossibleMs: 1500,
    retryAfterMs,
    afterAsked: (asked.attempts[2] ?? Number.POSITIVE_INFINITY) - (asked.attempts[1] ?? 0),
    slow,
    slowMs,
    // Ten to begin with; each call brings a tenth, which is lost as long as the bucket is full.
    budget: { calls, retries: attempts - calls, paid: 10 },
    hurried: { calls: 5, retriesOfOthers: ofOthers - 5 },
  }
}

/** A TODO in the subject is said as one. */
function todoOf(outcome: PromiseSettledResult<unknown>): void {
  if (outcome.status === 'rejected' && !(rootOf(outcome.reason) instanceof CallFailed)) throw outcome.reason
}

/** The lab wraps what a subject throws. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error
}

/** One call through retry(), whose work fails as told. */
async function play(
  lab: Lab,
  policy: RetryPolicy,
  failureOf: (attempt: number) => CallFailed | undefined,
  workMs = 0,
): Promise<Played> {
  const { retry } = await lab.subject.load<RetryModule>('retry.ts', ['retry'])
  const clock = new VirtualClock(Date.UTC(2026, 6, 19))
  const startMs = clock.now()
  const attempts: number[] = []
  const numbers: number[] = []
  let last: CallFailed | undefined
  const work = async (attempt: number): Promise<string> => {
    attempts.push(clock.now() - startMs)
    numbers.push(attempt)
    if (attempts.length > attemptsHopeless) throw new Error('it is tried for ever')
    if (workMs > 0) await clock.sleep(workMs)
    last = failureOf(attempts.length)
    if (last !== undefined) throw last
    return 'booked'
  }
  const neverEnds = () =>
    lab.breaks(
      text(
        'retry() neither answers nor throws: time passes only for what sleeps by world.clock',
        'retry() không trả về cũng không ném lỗi: thời gian chỉ trôi với cái gì ngủ theo world.clock',
      ),
      { file: 'retry.ts', near: ['setTimeout', 'function retry'] },
    )
  const call = clock.until(retry({ clock, random: randomOf(lab.run.seed) }, policy, work))
  const outcome = await lab.outcomeOf(call).catch((error: unknown) => {
    throw error instanceof ClockStandsStill ? neverEnds() : error
  })
  const endMs = clock.now() - startMs
  if (outcome.state === 'pending') throw neverEnds()
  const ended =
    outcome.state === 'resolved'
      ? 'answered'
      : rootOf(outcome.error) === last
        ? 'threw the last error'
        : 'threw something else'
  return { attempts, numbers, ended, answer: outcome.state === 'resolved' ? outcome.value : undefined, endMs }
}
const attemptsHopeless = 200

/** The subject's source of chance: the same for the same seed. */
export function randomOf(seed: number): Random {
  const { next } = seededSource(seed).random
  return { next, integer: (min, max) => min + Math.floor(next() * (max - min + 1)) }
}

/** Played by `npm run exercise failure-07 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A call fails five times, and passes at the sixth.',
      'Một lời gọi hỏng năm lần, lần thứ sáu thì được.',
    ),
    scenario: async (lab) => {
      const { waits, permanent } = await retried(lab)
      for (const [at, wait] of waits.entries())
        lab.say(
          `before retry ${at + 1}: ${Math.round(wait)} ms`,
          `trước lần retry ${at + 1}: ${Math.round(wait)} ms`,
        )
      lab.say(
        `an error that can't pass: ${permanent.attempts.length} attempt`,
        `lỗi không thể qua đi: ${permanent.attempts.length} lần thử`,
      )
    },
  },
  {
    title: text(
      'A thousand clients failed together. How many come back in the same ten milliseconds?',
      'Một nghìn client cùng hỏng. Trong cùng mười mili giây có bao nhiêu client quay lại?',
    ),
    scenario: async (lab) => {
      const { peaks } = await jittered(lab)
      for (const [jitter, peak] of Object.entries(peaks))
        lab.say(`${jitter}: ${peak} calls`, `${jitter}: ${peak} lời gọi`)
    },
  },
  {
    title: text('A deadline, a Retry-After, a budget.', 'Hạn chót, Retry-After, ngân sách retry.'),
    scenario: async (lab) => {
      const { failing, deadlineMs, budget } = await timed(lab)
      lab.say(
        `deadline ${deadlineMs} ms: attempts at ${failing.attempts.map(Math.round).join(', ')} ms, given up at ${Math.round(failing.endMs)} ms`,
        `hạn chót ${deadlineMs} ms: thử lúc ${failing.attempts.map(Math.round).join(', ')} ms, bỏ cuộc lúc ${Math.round(failing.endMs)} ms`,
      )
      lab.say(
        `${budget.calls} calls fail at once: ${budget.retries} retries`,
        `${budget.calls} lời gọi cùng hỏng: ${budget.retries} lần retry`,
      )
    },
  },
]
