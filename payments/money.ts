/** Money as whole minor units of an ISO 4217 currency, exact from the wire to the ledger, without a float. */
import { z } from 'zod'

/**
 * The currencies the payment system takes. `decimals` is ISO 4217's exponent, the digits after the point: to
 * divide by 100 would be wrong for four of the six.
 */
export const currencies = {
  VND: { decimals: 0 },
  JPY: { decimals: 0 },
  USD: { decimals: 2 },
  EUR: { decimals: 2 },
  KWD: { decimals: 3 },
  BHD: { decimals: 3 },
} as const

export type Currency = keyof typeof currencies

/**
 * An amount, also a negative one: 42,000 VND is `{ minor: 42000n, currency: 'VND' }` and 1.250 KWD is
 * `{ minor: 1250n, currency: 'KWD' }`. Its JSON form is another type, WireMoney.
 */
export interface Money {
  readonly minor: bigint
  readonly currency: Currency
}

/** An amount as JSON carries it, `{ "minor": 42000, "currency": "VND" }`: see `toWire` and `fromWire`. */
export type WireMoney = z.input<typeof moneySchema>

/** An amount that cannot be made or combined. The message says what was given and what to give instead. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError'
}

// 18 digits always fit SQLite's and Java's signed 64-bit integers; a 19th would fit only sometimes.
const minorDigitsMax = 18
const minorLimit = 10n ** BigInt(minorDigitsMax)
const codes = Object.keys(currencies) as [Currency, ...Currency[]]

/**
 * Makes an amount from whole minor units.
 * @throws MoneyError when `minor` is no bigint or exceeds 18 digits, or the currency is not in the table.
 */
export function money(minor: bigint, currency: Currency): Money {
  requireCurrency(currency)
  if (typeof minor !== 'bigint') {
    throw new MoneyError(`minor units are a bigint, such as 42000n; got ${typeof minor} ${String(minor)}`)
  }
  if (!fits(minor)) {
    throw new MoneyError(`${minor} ${currency} has more than ${minorDigitsMax} digits of minor units`)
  }
  return { minor, currency }
}

/**
 * Reads a plain decimal: `parseMoney('0.1', 'USD')` is 10 cents. A point separates the decimals; no grouping,
 * no exponent, no spaces.
 * @throws MoneyError when the text is no such decimal or has too many decimals: nothing is rounded.
 */
export function parseMoney(text: string, currency: Currency): Money {
  const decimals = requireCurrency(currency)
  if (typeof text !== 'string') {
    throw new MoneyError(`an amount is read from text, such as '12.50'; got ${typeof text} ${String(text)}`)
  }
  const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text)
  if (parts === null) {
    throw new MoneyError(
      `${JSON.stringify(text)} is not a decimal amount; write digits and one point, such as 1234.50`,
    )
  }
  const [, sign = '', whole = '', fraction = ''] = parts
  if (fraction.length > decimals) {
    const found = `${text} ${currency} has ${fraction.length} decimals`
    throw new MoneyError(`${found}, ${currency} has ${decimals}; round by a rule first`)
  }
  // The length is looked at before BigInt is, whose time grows with the square of the digits.
  if (whole.length > minorDigitsMax) {
    throw new MoneyError(`an amount in ${currency} has at most ${minorDigitsMax} digits of minor units`)
  }
  return money(BigInt(sign + whole + fraction.padEnd(decimals, '0')), currency)
}

/** The plain decimal that `parseMoney` reads: '12.50', '-0.001', '42000'. People get `formatMoney`. */
export function toDecimal(amount: Money): string {
  const { sign, whole, fraction } = digitsOf(amount)
  return sign + whole + (fraction === '' ? '' : `.${fraction}`)
}

/** For people: `42,000 VND` and `12.50 USD` in English, `42.000 ₫` and `12,50 USD` in Vietnamese. */
export function formatMoney(amount: Money, lang: 'en' | 'vi'): string {
  const [group, point] = lang === 'en' ? [',', '.'] : ['.', ',']
  const { sign, whole, fraction } = digitsOf(amount)
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  const unit = lang === 'vi' && amount.currency === 'VND' ? '₫' : amount.currency
  return `${sign}${grouped}${fraction === '' ? '' : point + fraction} ${unit}`
}

/** @throws MoneyError when the currencies differ. */
export function add(a: Money, b: Money): Money {
  requireSameCurrency('add', a, b)
  return money(a.minor + b.minor, a.currency)
}

/** `a - b`. @throws MoneyError when the currencies differ. */
export function subtract(a: Money, b: Money): Money {
  requireSameCurrency('subtract', a, b)
  return money(a.minor - b.minor, a.currency)
}

export function negate(amount: Money): Money {
  return money(-amount.minor, amount.currency)
}

/** -1, 0 or 1, as sorting wants it. @throws MoneyError when the currencies differ. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  requireSameCurrency('compare', a, b)
  if (a.minor === b.minor) return 0
  return a.minor < b.minor ? -1 : 1
}

/**
 * The total. The currency is named because a sum of nothing has one too.
 * @throws MoneyError when an amount is of another currency.
 */
export function sum(amounts: Iterable<Money>, currency: Currency): Money {
  let total = money(0n, currency)
  for (const amount of amounts) total = add(total, amount)
  return total
}

const amountText = 'must be an amount: { "minor": 42000, "currency": "VND" }'
const minorText =
  'must be a count of minor units: a whole number up to 2^53 - 1, or a string of at most 18 decimal digits'
const currencyText = `must be one of ${codes.join(', ')}; the decimals of others are not known here`

const currencySchema = z.enum(codes, currencyText)
const wireShape = {
  // JSON numbers above 2^53 - 1 have lost digits before anybody looks, hence the string.
  minor: z.union(
    [z.int(minorText), z.string(minorText).regex(/^(0|-?[1-9]\d{0,17})$/, minorText)],
    minorText,
  ),
  currency: currencySchema,
}
const domainSchema = z.strictObject(
  { minor: z.bigint('must be a bigint, such as 42000n').refine(fits, minorText), currency: currencySchema },
  unlessUnknown("must be Money, such as money(42000n, 'VND')"),
)
const between = {
  decode: (wire: { minor: number | string; currency: Currency }) => ({
    minor: BigInt(wire.minor),
    currency: wire.currency,
  }),
  encode: ({ minor, currency }: Money) => ({
    minor: Number.isSafeInteger(Number(minor)) ? Number(minor) : minor.toString(),
    currency,
  }),
}

/** Money and its JSON form, for producers: a field too many is refused. Decode for Money, encode for JSON. */
export const moneySchema = z.codec(
  z.strictObject(wireShape, unlessUnknown(amountText)),
  domainSchema,
  between,
)

/** The same for consumers: fields that a later version adds are passed over. */
export const tolerantMoneySchema = z.codec(z.object(wireShape, amountText), domainSchema, between)

/**
 * The JSON form: `minor` is a number up to 2^53 - 1, a decimal string beyond.
 * @throws MoneyError as `money` does.
 */
export function toWire({ minor, currency }: Money): WireMoney {
  return between.encode(money(minor, currency))
}

/** Reads the JSON form as a consumer does. @throws MoneyError naming the member at fault. */
export function fromWire(wire: unknown): Money {
  const read = tolerantMoneySchema.safeParse(wire)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new MoneyError(`${['the amount', ...(issue?.path ?? [])].join('/')} ${issue?.message ?? amountText}`)
}

// A strict object's message would also stand for its unknown keys, which zod names by itself.
function unlessUnknown(text: string) {
  return { error: ({ code }: { code: string }) => (code === 'unrecognized_keys' ? undefined : text) }
}

function fits(minor: bigint): boolean {
  return -minorLimit < minor && minor < minorLimit
}

function requireCurrency(currency: Currency): number {
  // Own properties only: 'toString' is no currency.
  if (!Object.hasOwn(currencies, currency)) {
    throw new MoneyError(`unknown currency ${JSON.stringify(currency)}: it ${currencyText}`)
  }
  return currencies[currency].decimals
}

function requireSameCurrency(deed: string, a: Money, b: Money): void {
  if (a.currency === b.currency) return
  const both = `${formatMoney(a, 'en')} and ${formatMoney(b, 'en')}`
  throw new MoneyError(`cannot ${deed} ${both}: convert one of them first, by a rate that is recorded`)
}

function digitsOf({ minor, currency }: Money): { sign: '' | '-'; whole: string; fraction: string } {
  const { decimals } = currencies[currency]
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0')
  const split = digits.length - decimals
  return { sign: minor < 0n ? '-' : '', whole: digits.slice(0, split), fraction: digits.slice(split) }
}
