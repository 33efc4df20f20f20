/**
 * Time as a parameter: a clock that runs with the real one and can be moved ahead, so that a time-to-live of a minute
 * expires in a millisecond. The clock of time-to-live, queue expiry and ack timeout can be moved ahead; heartbeats and
 * handshake stay on real time. Timers fire in the order of their due times, and while one fires `now()` is its due time.
 */

/** A timer that was set; `cancel` may be called at any time. */
export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `fire` once `atMs` has been reached; at the earliest in a later turn of the event loop. */
  at(atMs: number, fire: () => void): Timer
}

/** A clock that can be moved ahead. */
export interface MovableClock extends Clock {
  /** Moves `ms` ahead and fires everything that falls due, in order, before it returns. */
  elapse(ms: number): void
  /** Cancels all timers. */
  stop(): void
}

/** The real time that a clock runs with; a test gives one that stands still. */
export interface RealTime {
  now(): number
  /** Calls `fire` after `ms`; gives a function that cancels it. */
  after(ms: number, fire: () => void): () => void
}

/** setTimeout takes 2^31 - 1 ms at most; a later timer is looked at again then. */
const TIMEOUT_MS_MAX = 2_147_483_647

/** The computer's time. Its timers keep no process alive. */
export const systemTime: RealTime = {
  now: Date.now,
  after(ms, fire) {
    const timeout = setTimeout(fire, Math.min(ms, TIMEOUT_MS_MAX))
    timeout.unref()
    return () => clearTimeout(timeout)
  },
}

/** A time that stands still until a clock is moved: for tests of the model. */
export function frozenTime(nowMs = 0): RealTime {
  return { now: () => nowMs, after: () => () => {} }
}

interface Entry extends Timer {
  readonly atMs: number
  readonly order: number
  readonly fire: () => void
  isCancelled: boolean
}

/** A clock over `real`. */
export function createClock(real: RealTime = systemTime): MovableClock {
  const timers: Entry[] = []
  let aheadMs = 0
  let order = 0
  let firingAtMs: number | undefined
  let wake: { atMs: number; cancel: () => void } | undefined

  const now = () => firingAtMs ?? real.now() + aheadMs

  function fireDue(untilMs: number): void {
    while (timers.length > 0 && (timers[0] as Entry).atMs <= untilMs) {
      const due = popEntry(timers)
      if (due.isCancelled) continue
      firingAtMs = Math.max(due.atMs, firingAtMs ?? 0)
      due.fire()
    }
    firingAtMs = undefined
  }

  function arm(): void {
    while (timers.length > 0 && (timers[0] as Entry).isCancelled) popEntry(timers)
    const next = timers[0]
    if (next === undefined || (wake !== undefined && wake.atMs <= next.atMs)) return
    wake?.cancel()
    wake = {
      atMs: next.atMs,
      cancel: real.after(Math.max(0, next.atMs - now()), () => {
        wake = undefined
        fireDue(real.now() + aheadMs)
        arm()
      }),
    }
  }

  return {
    now,
    at(atMs, fire) {
      const entry: Entry = {
        atMs,
        order: order++,
        fire,
        isCancelled: false,
        cancel() {
          entry.isCancelled = true
        },
      }
      pushEntry(timers, entry)
      if (firingAtMs === undefined) arm()
      return entry
    },
    elapse(ms) {
      const target = real.now() + aheadMs + ms
      fireDue(target)
      aheadMs += ms
      wake?.cancel()
      wake = undefined
      arm()
    },
    stop() {
      wake?.cancel()
      wake = undefined
      timers.length = 0
    },
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

/** A binary heap, earliest first: children of `i` are at `2i + 1` and `2i + 2`. */
function pushEntry(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(entry, heap[parent] as Entry)) break
    heap[at] = heap[parent] as Entry
    at = parent
  }
  heap[at] = entry
}

function popEntry(heap: Entry[]): Entry {
  const top = heap[0] as Entry
  const last = heap.pop() as Entry
  if (heap.length === 0) return top
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++
    if (!isBefore(heap[child] as Entry, last)) break
    heap[at] = heap[child] as Entry
    at = child
  }
  heap[at] = last
  return top
}
