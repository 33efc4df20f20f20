/** How long a schedule waits for what its subjects owe: as long as anything moves or starts there, and a while longer. */
import { performance } from 'node:perf_hooks'
import { sleepMs } from '../kit/waiting.ts'

/**
 * So long nothing may move before what is waited for counts as never coming: longer than any pause between two attempts, and on Kafka than a
 * member's session, for which whoever joins its group may have to wait.
 */
const stillMsMax = { rabbitmq: 4000, kafka: 8000 } as const
/** Who moves on and on and gets nowhere is given up by then. */
const goingRoundMsMax = 20_000
/** How often it is looked again: at once in the beginning, since most facts are there in milliseconds, then less and less. */
const lookAgainMs = { first: 2, most: 25, factor: 1.3 } as const

export interface Moving {
  readonly hasKafka: boolean
  /** Grows with each message, commit, start and end of a process. */
  readonly moves: () => number
  /** Whether a process is just starting: that takes its time on a busy computer, and nothing moves meanwhile. */
  readonly isStarting: () => boolean
  /** By how much longer things may take in this run. */
  readonly allowed: (ms: number) => number
}

/**
 * Waits until a fact is there; false when nothing has moved for so long that it never comes. A deadline would judge the computer:
 * it is missed by whoever has little of a processor, and kept by a subject that has long given up.
 */
export async function comesTrue(
  fact: () => boolean | Promise<boolean>,
  { hasKafka, moves, isStarting, allowed }: Moving,
): Promise<boolean> {
  const stillMs = allowed(stillMsMax[hasKafka ? 'kafka' : 'rabbitmq'])
  const began = performance.now()
  let [seen, movedAt, pauseMs] = [moves(), began, lookAgainMs.first as number]
  for (;;) {
    if (await fact()) return true
    const [now, count] = [performance.now(), moves()]
    if (count !== seen || isStarting()) [seen, movedAt] = [count, now]
    if (now - movedAt > stillMs || now - began > allowed(goingRoundMsMax)) return false
    await sleepMs(pauseMs)
    pauseMs = Math.min(lookAgainMs.most, pauseMs * lookAgainMs.factor)
  }
}

/**
 * Resolves when so many milliseconds have gone by in one piece in which no process was starting, or when the signal ends the wait: a start
 * takes seconds on a busy computer, and whoever waits for an answer of that process has not been left without one yet.
 */
export async function withoutAStart(
  ms: number,
  { starts, isStarting }: { readonly starts: () => number; readonly isStarting: () => boolean },
  signal: AbortSignal,
): Promise<void> {
  for (let seen = -1; !signal.aborted && (seen !== starts() || isStarting()); ) {
    seen = starts()
    await sleepMs(ms, signal)
  }
}
