/** A batch that is made up from a seed: does each of its messages end as it says? */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { openEvent } from '#payments/events'
import { seededSource } from '#payments/fixtures'
import type { IdSource } from '#payments/ids'
import { MerchantFrozen, type Wallet } from '#payments/wallet'
import { frozenMerchant, walletOf } from './letters.ts'

/** What batch.ts exports. */
interface BatchMessage {
  readonly id: string
  readonly body: string
  readonly fails?: string
}
interface BatchModule {
  makeBatch(source: IdSource, size: number): readonly BatchMessage[]
}

const batchSize = 24

export interface BatchSeen {
  readonly size: number
  readonly wanted: number
  readonly good: number
  readonly failing: number
  /** Ways to fail that are in the batch. */
  readonly ways: readonly string[]
  /** Messages that did not end as they say, three attempts each. */
  readonly otherwise: readonly { readonly id: string; readonly says: string; readonly ended: string }[]
  readonly differentIds: number
  /** How often a failing message follows a good one in the batch, or the other way round. */
  readonly changes: number
  readonly sameAgain: boolean
  readonly otherSeedDiffers: boolean
}

/** The same batch is made twice, and another one from another seed; a faithful consumer tries each message three times. */
export async function batchMade(lab: Lab): Promise<BatchSeen> {
  const { makeBatch } = await lab.subject.load<BatchModule>('batch.ts', ['makeBatch'])
  const { seed } = lab.run
  const batch = makeBatch(seededSource(seed), batchSize)
  // Whoever looks at the clock of the computer is to see another time.
  const madeAt = Date.now()
  while (Date.now() === madeAt) await turn()
  const again = makeBatch(seededSource(seed), batchSize)
  const other = makeBatch(seededSource(seed + 1), batchSize)
  const wallet = walletOf(lab)
  wallet.freeze(frozenMerchant)
  const otherwise = batch.flatMap(({ id, body, fails = 'good' }) => {
    const ends = new Set(Array.from({ length: 3 }, () => endOf(wallet, body)))
    return ends.size === 1 && ends.has(fails) ? [] : [{ id, says: fails, ended: [...ends].join(', ') }]
  })
  const failing = batch.filter(({ fails }) => fails !== undefined)
  return {
    size: batch.length,
    wanted: batchSize,
    good: batch.length - failing.length,
    failing: failing.length,
    ways: [...new Set(failing.map(({ fails = '' }) => fails))].sort(),
    otherwise,
    differentIds: new Set(batch.map(({ id }) => id)).size,
    changes: batch.filter(
      ({ fails }, at) => at > 0 && (fails === undefined) !== (batch[at - 1]?.fails === undefined),
    ).length,
    sameAgain: JSON.stringify(again) === JSON.stringify(batch),
    otherSeedDiffers: JSON.stringify(other) !== JSON.stringify(batch),
  }
}

/** How one attempt at a body ends, in the words of the task. */
function endOf(wallet: Wallet, body: Buffer | string): string {
  try {
    JSON.parse(body.toString())
  } catch {
    return 'unreadable'
  }
  try {
    wallet.book(openEvent(body).data)
    return 'good'
  } catch (error) {
    return error instanceof MerchantFrozen ? 'frozen' : 'invalid'
  }
}
