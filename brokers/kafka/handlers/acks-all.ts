/** acks=all: a produce request that waits until its records are on every in-sync replica, or never will be. */
import type { Appended, Partition } from '../model/partition.ts'
import type { ErrorName } from '../wire/error-code.ts'
import type { Call } from './handler.ts'

export interface PendingAppend {
  readonly partition: Partition
  readonly appended: Appended
  /** Called once, with `none` if it is replicated. */
  onOutcome(error: ErrorName): void
}

/** Resolves when each of them has its outcome: replicated, the leader another one (6), or the time up (7). */
export function whenReplicated(
  call: Call,
  appends: readonly PendingAppend[],
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const { realClock } = call.cluster
    const open = new Set(appends)
    const cancels = new Map<PendingAppend, () => void>()
    const settle = (append: PendingAppend, error: ErrorName) => {
      open.delete(append)
      append.onOutcome(error)
      if (open.size > 0) return
      timer.cancel()
      forget()
      resolve()
    }
    const look = (append: PendingAppend) => {
      const { partition, appended } = append
      const outcome = partition.replicationOf(appended)
      if (outcome !== undefined) return settle(append, outcome)
      cancels.set(
        append,
        partition.wait(() => look(append)),
      )
    }
    const cancelAll = () => {
      for (const append of open) cancels.get(append)?.()
    }
    const timer = realClock.at(realClock.now() + timeoutMs, () => {
      cancelAll()
      for (const append of [...open]) settle(append, 'requestTimedOut')
    })
    const forget = call.whenGone(() => {
      cancelAll()
      timer.cancel()
    })
    for (const append of appends) look(append)
  })
}
