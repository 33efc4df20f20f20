/** Unbalanced: the entries of a transaction do not add up to zero, so money was made or has vanished. */
import { text } from '../verdict/language.ts'
import { type Anomaly, shownIds } from './anomaly.ts'

/** One line of a double-entry ledger. */
export interface LedgerEntry {
  readonly transaction: string
  readonly account: string
  /** ISO 4217. */
  readonly currency: string
  /** In the currency's smallest unit; debits and credits have opposite signs. */
  readonly amountMinor: bigint
}

/** Per transaction and per currency: a payment of 5 USD is not balanced by 5 VND. */
export function unbalanced(entries: Iterable<LedgerEntry>): Anomaly | undefined {
  const sums = new Map<string, Map<string, bigint>>()
  for (const { transaction, currency, amountMinor } of entries) {
    const sum = sums.get(transaction) ?? new Map<string, bigint>()
    sum.set(currency, (sum.get(currency) ?? 0n) + amountMinor)
    sums.set(transaction, sum)
  }
  const off = [...sums].flatMap(([transaction, sum]) =>
    [...sum].flatMap(([currency, left]) => (left === 0n ? [] : [{ transaction, currency, left }])),
  )
  const [first] = off
  if (first === undefined) return undefined
  const messages = [...new Set(off.map(({ transaction }) => transaction))]
  const ids = shownIds(messages)
  const left = `${first.left} ${first.currency}`
  return {
    kind: 'unbalanced',
    messages,
    said: text(
      `${messages.length} of ${sums.size} transactions do not add up to zero (the first is off by ${left}, in its smallest unit): ${ids.en}`,
      `${messages.length} trong ${sums.size} giao dịch không cộng lại bằng 0 (cái đầu lệch ${left}, tính theo đơn vị nhỏ nhất): ${ids.vi}`,
    ),
  }
}
