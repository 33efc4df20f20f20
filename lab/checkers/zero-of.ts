/**
 * What "0 of n" says: with 95 % confidence the true rate lies below 1 - 0.05^(1/n). For large n that is 3/n, the rule
 * of three (Hanley and Lippman-Hand, JAMA 1983).
 */
import { formatNumber, text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'

const confidence = 0.95

/** The highest rate that still explains seeing none in n, at 95 % confidence: between 0 and 1. @throws RangeError */
export function upperBound(n: number): number {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`"0 of ${n}" says nothing: n is at least 1`)
  return 1 - (1 - confidence) ** (1 / n)
}

/** "0 of 2,000 (95 % sure: below 0.15 %)" */
export function zeroOf(n: number): Text {
  // Rounded up: "below" must stay true.
  const percent = roundUp(upperBound(n) * 100)
  const inEnglish = percent.toString()
  const inVietnamese = inEnglish.replace('.', ',')
  return text(
    `0 of ${formatNumber(n, 'en')} (95 % sure: below ${inEnglish} %)`,
    `0 trong ${formatNumber(n, 'vi')} (chắc chắn 95 %: dưới ${inVietnamese} %)`,
  )
}

/** To two significant digits, never down. */
function roundUp(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / step) * step).toPrecision(2))
}
