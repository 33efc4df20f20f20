/** Which two events commute, by the learner's word and by trying. */
import type { Lab } from '#lab/kit'
import { seededSource } from '#payments/fixtures'
import { evolveWallet, type LogEvent, type LogKind, logKinds, type WalletState } from '#payments/wallet-log'
import { wallet } from './log.ts'

/** What the subject's files export. */
interface CommuteModule {
  doesOrderMatter(one: LogKind, other: LogKind): unknown
}

/** Whose events a kind has to be seen among, for its strategy to matter. */
export const companions = {
  // The first withdrawal is refused: a deposit that takes effect too early would cover it.
  deposited: ['withdrawn', 'deposited'],
  withdrawn: ['deposited', 'withdrawn'],
  'points-earned': ['points-earned', 'deposited'],
  'address-set': ['address-set', 'points-earned'],
} as const satisfies Record<LogKind, readonly LogKind[]>

/** Two events of a wallet, and what it has after them either way. */
export interface Pair {
  readonly kinds: readonly [LogKind, LogKind]
  readonly answered: unknown
  /** The same question, the other way round. */
  readonly turned: unknown
  /** An example in which the order matters, if there is one. */
  readonly example:
    | { readonly before: WalletState; readonly forwards: WalletState; readonly backwards: WalletState }
    | undefined
}

const samplesEach = 400

/** For each pair of kinds: does it matter in which order they come? Looked for among hundreds of wallets. */
export async function pairs(lab: Lab): Promise<readonly Pair[]> {
  const { doesOrderMatter } = await lab.subject.load<CommuteModule>('commute.ts', ['doesOrderMatter'])
  const random = seededSource(lab.run.seed).random
  const upTo = (max: number): number => 1 + Math.floor(random.next() * max)
  const some = (kind: LogKind, sequence: number): LogEvent => {
    const shared = { id: `e-${sequence}`, wallet_id: wallet, sequence }
    if (kind === 'points-earned') return { ...shared, kind, points: upTo(100) }
    if (kind === 'address-set') return { ...shared, kind, address: `street ${upTo(100)}` }
    return { ...shared, kind, amount_minor: upTo(100) }
  }
  return logKinds.flatMap((one, at) =>
    logKinds.slice(at).map((other): Pair => {
      let example: Pair['example']
      for (let nth = 0; nth < samplesEach && example === undefined; nth += 1) {
        const before = { balance_minor: upTo(120) - 1, points: upTo(50), address: 'street 0' }
        const [first, second] = [some(one, 1), some(other, 2)]
        const forwards = evolveWallet(evolveWallet(before, first), second)
        const backwards = evolveWallet(evolveWallet(before, second), first)
        if (JSON.stringify(forwards) !== JSON.stringify(backwards)) example = { before, forwards, backwards }
      }
      return {
        kinds: [one, other],
        answered: doesOrderMatter(one, other),
        turned: doesOrderMatter(other, one),
        example,
      }
    }),
  )
}
