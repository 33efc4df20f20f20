/** What is derived is derived again: under another clock, after failures outside, and after a kill in the middle. */
import { setImmediate as breathe } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { Random } from '#lab/subject'
import { attempt, type Design, type EventStore, load, type Projector } from './design.ts'
import { fill } from './filling.ts'

export interface ReplaySeen {
  readonly events: number
  readonly receipts: number
  readonly replays: number
  /** What went out again, or never did. */
  readonly told: 'again-on-rebuild' | 'again-on-catch-up' | 'never' | 'again-after-a-crash' | undefined
  readonly toldCount: number
  /** A balance in the table that is not what the events say. */
  readonly wrong:
    | { readonly when: string; readonly walletId: string; readonly said: string; readonly right: string }
    | undefined
}

/** Derives, derives anew under another clock, is interrupted in the middle, and goes on. */
export async function replayed(subject: SubjectUnderTest, random: Random): Promise<ReplaySeen> {
  const design = await load(subject)
  const { store, ledger } = await fill(design, random, { events: 1200, wallets: 1000 })
  const leaving = leavingIn(design, store)
  const database = new Sqlite(':memory:')
  const sent: string[] = []
  let failAt = Number.POSITIVE_INFINITY
  const outside = {
    sendReceipt(eventId: string): void {
      if (sent.length >= failAt) throw new Error('the mail server does not answer')
      sent.push(eventId)
    },
  }
  let pagesLeft = Number.POSITIVE_INFINITY
  const failing: EventStore = {
    ...store,
    readAll(after, limit) {
      pagesLeft -= 1
      if (pagesLeft < 0) throw new Error('the process is killed here')
      return store.readAll(after, Math.min(limit, 200))
    },
  }
  const openProjector = () => design.openProjector(database, failing, outside)
  let wrong: ReplaySeen['wrong']
  const compare = (when: string, projector: Projector): void => {
    const balances = projector.balances()
    for (const [walletId, { minor }] of ledger.wallets) {
      const said = balances.get(walletId) ?? 0n
      if (BigInt(said) !== minor) wrong ??= { when, walletId, said: String(said), right: String(minor) }
    }
  }
  const seen = (told: ReplaySeen['told'], toldCount = 0, replays = 0): ReplaySeen => ({
    events: ledger.count,
    receipts: leaving.length,
    replays,
    told,
    toldCount,
    wrong,
  })

  let projector = openProjector()
  // The mail server fails in the middle: whoever was told is known, whoever was not is told later.
  failAt = 30
  attempt(() => projector.catchUp())
  failAt = Number.POSITIVE_INFINITY
  projector = openProjector()
  projector.catchUp()
  const repeated = sent.length - new Set(sent).size
  // The one at which it failed may come twice; those before it were told.
  if (repeated > 1) return seen('again-after-a-crash', repeated)
  const missing = leaving.filter((id) => !sent.includes(id))
  if (missing.length > 0) return seen('never', missing.length)
  compare('after a failure outside', projector)
  const told = sent.length
  projector.catchUp()
  if (sent.length > told) return seen('again-on-catch-up', sent.length - told)
  for (let nth = 0; nth < 2; nth += 1) {
    elsewhen(nth + 1, () => projector.rebuild())
    if (sent.length > told) return seen('again-on-rebuild', sent.length - told)
    compare('after a rebuild, a year later', projector)
    await breathe()
  }
  // Killed in the middle of a rebuild, and started again.
  pagesLeft = 3
  attempt(() => projector.rebuild())
  pagesLeft = Number.POSITIVE_INFINITY
  projector = openProjector()
  projector.catchUp()
  if (sent.length > told) return seen('again-after-a-crash', sent.length - told)
  compare('after a rebuild that was interrupted', projector)
  return seen(undefined, 0, 3)
}

/** Events by which money leaves a wallet. */
function leavingIn(design: Design, store: EventStore): string[] {
  const found: string[] = []
  for (let after = 0; ; ) {
    const page = store.readAll(after, 500)
    if (page.length === 0) return found
    for (const event of page)
      if (['withdrawn', 'sent'].includes(design.read(event).kind)) found.push(event.eventId)
    after = page.at(-1)?.position ?? 0
  }
}

/** Another time, other chance: whoever asks either while replaying gets something else each time. */
function elsewhen<Value>(years: number, call: () => Value): Value {
  const [now, random] = [Date.now, Math.random]
  Date.now = () => now() + years * 365 * 24 * 3600 * 1000
  Math.random = () => years / 7
  try {
    return call()
  } finally {
    Date.now = now
    Math.random = random
  }
}
