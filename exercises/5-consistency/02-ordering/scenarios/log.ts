/** Logs of wallet events: longer and shorter, in order and shuffled. */
import type { LogEvent, WalletState } from '#payments/wallet-log'

export const wallet = 'wallet-1'
export const shortLog = 6

export const displaced = (order: readonly LogEvent[]): number =>
  order.filter(({ sequence }, at) => sequence !== at + 1).length

export const sequencesOf = (events: readonly LogEvent[]): readonly number[] =>
  events.map(({ sequence }) => sequence)

export const isSame = (one: WalletState, other: WalletState): boolean =>
  one.balance_minor === other.balance_minor && one.points === other.points && one.address === other.address

/** All orders of a few things. */
export function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], random: { next(): number }): readonly Item[] {
  const left = [...items]
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1))
    const [one, two] = [left[at], left[other]] as [Item, Item]
    left[at] = two
    left[other] = one
  }
  return left
}
