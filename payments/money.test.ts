/** Tests of money: exact in every currency, and never mixed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Currency } from './money.ts'
import {
  add,
  compare,
  currencies,
  formatMoney,
  fromWire,
  MoneyError,
  money,
  moneySchema,
  negate,
  parseMoney,
  subtract,
  sum,
  toDecimal,
  toWire,
} from './money.ts'

const currency = fc.constantFrom(...(Object.keys(currencies) as Currency[]))
const minor = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n })
const anyMinor = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })
const amount = fc.tuple(minor, currency).map(([units, code]) => money(units, code))
const anyAmount = fc.tuple(anyMinor, currency).map(([units, code]) => money(units, code))

describe('making an amount', () => {
  test('a float is refused, whole or not', () => {
    expect(() => money(42_000 as never, 'VND')).toThrow(
      'minor units are a bigint, such as 42000n; got number 42000',
    )
    expect(() => money(0.5 as never, 'USD')).toThrow(MoneyError)
  })

  test('a currency whose decimals are not known is refused, and so is a property of every object', () => {
    expect(() => money(1n, 'CHF' as never)).toThrow(/unknown currency "CHF"/)
    expect(() => parseMoney('1', 'toString' as never)).toThrow(/unknown currency "toString"/)
  })

  test('18 digits of minor units are the most, also as the outcome of a sum', () => {
    const largest = money(10n ** 18n - 1n, 'VND')
    expect(() => money(10n ** 18n, 'VND')).toThrow(/more than 18 digits/)
    expect(() => add(largest, money(1n, 'VND'))).toThrow(/more than 18 digits/)
  })
})

describe('reading a decimal', () => {
  test.each([
    ['42000', 'VND', 42_000n],
    ['0.1', 'USD', 10n],
    ['12.50', 'USD', 1_250n],
    ['-0.001', 'KWD', -1n],
    ['1.25', 'BHD', 1_250n],
    ['7', 'EUR', 700n],
    ['90071992547409.93', 'EUR', 9_007_199_254_740_993n],
  ] as const)('%s %s is %s minor units', (text, code, units) => {
    expect(parseMoney(text, code)).toEqual({ minor: units, currency: code })
  })

  test.each([
    ['42000.5', 'VND', 0],
    ['42000.0', 'JPY', 0],
    ['0.105', 'USD', 2],
    ['1.2345', 'KWD', 3],
  ] as const)('%s %s has too many decimals and is not rounded', (text, code, decimals) => {
    expect(() => parseMoney(text, code)).toThrow(new RegExp(`${code} has ${decimals}; round by a rule first`))
  })

  test.each(['', ' ', '1,000', '1 000', '1e3', '.5', '5.', '+1', '--1', '0x10', '007', '1.2.3', 'NaN', '١'])(
    '%j is no decimal',
    (text) => {
      expect(() => parseMoney(text, 'USD')).toThrow(MoneyError)
    },
  )

  test('a number is refused: its digits may be gone already', () => {
    expect(() => parseMoney(0.1 as never, 'USD')).toThrow(/read from text/)
  })

  test('a text of a million digits is refused before it is computed with', () => {
    expect(() => parseMoney('9'.repeat(1_000_000), 'VND')).toThrow(/at most 18 digits/)
  })

  test('what is written as a decimal reads back the same, in every currency', () => {
    fc.assert(
      fc.property(anyAmount, (given) => {
        expect(parseMoney(toDecimal(given), given.currency)).toEqual(given)
      }),
    )
  })
})

describe('computing', () => {
  test('0.1 + 0.2 is 0.3, a thousand times over', () => {
    const dime = parseMoney('0.1', 'USD')
    const two = parseMoney('0.2', 'USD')
    const total = sum(
      Array.from({ length: 1_000 }, () => add(dime, two)),
      'USD',
    )
    expect(toDecimal(total)).toBe('300.00')
  })

  test('a thousand fils are one dinar', () => {
    expect(
      toDecimal(
        sum(
          Array.from({ length: 1_000 }, () => parseMoney('0.001', 'KWD')),
          'KWD',
        ),
      ),
    ).toBe('1.000')
  })

  test('a transfer conserves: what goes out comes in, and the entries sum to zero', () => {
    fc.assert(
      fc.property(fc.array(minor, { maxLength: 50 }), currency, (transfers, code) => {
        const entries = transfers.flatMap((units) => [money(units, code), negate(money(units, code))])
        expect(sum(entries, code)).toEqual(money(0n, code))
      }),
    )
  })

  test('a sum does not depend on the order, and subtracting undoes adding', () => {
    fc.assert(
      fc.property(currency, fc.array(minor), minor, (code, units, extra) => {
        const amounts = units.map((each) => money(each, code))
        const total = sum(amounts, code)
        expect(sum(amounts.toReversed(), code)).toEqual(total)
        expect(subtract(add(total, money(extra, code)), money(extra, code))).toEqual(total)
      }),
    )
  })

  test('comparing orders amounts as their minor units', () => {
    fc.assert(
      fc.property(currency, minor, minor, (code, a, b) => {
        const order = compare(money(a, code), money(b, code))
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  test.each(['add', 'subtract', 'compare'] as const)(
    '%s refuses two currencies and names both amounts',
    (deed) => {
      const given = [money(42_000n, 'VND'), money(1_250n, 'USD')] as const
      expect(() => ({ add, subtract, compare })[deed](...given)).toThrow(
        `cannot ${deed} 42,000 VND and 12.50 USD`,
      )
    },
  )

  test('a sum refuses an amount of another currency; a sum of nothing is zero of its own', () => {
    expect(() => sum([money(1n, 'VND'), money(1n, 'JPY')], 'VND')).toThrow(MoneyError)
    expect(sum([], 'KWD')).toEqual({ minor: 0n, currency: 'KWD' })
  })
})

describe('writing for people', () => {
  test.each([
    [42_000n, 'VND', '42,000 VND', '42.000 ₫'],
    [-9_500n, 'VND', '-9,500 VND', '-9.500 ₫'],
    [999n, 'JPY', '999 JPY', '999 JPY'],
    [1n, 'USD', '0.01 USD', '0,01 USD'],
    [123_456_789n, 'USD', '1,234,567.89 USD', '1.234.567,89 USD'],
    [1_234_567n, 'KWD', '1,234.567 KWD', '1.234,567 KWD'],
    [-1n, 'BHD', '-0.001 BHD', '-0,001 BHD'],
    [0n, 'EUR', '0.00 EUR', '0,00 EUR'],
  ] as const)('%s minor units of %s read %s and %s', (units, code, en, vi) => {
    expect(formatMoney(money(units, code), 'en')).toBe(en)
    expect(formatMoney(money(units, code), 'vi')).toBe(vi)
  })

  test('taking the grouping out gives the plain decimal back', () => {
    fc.assert(
      fc.property(anyAmount, (given) => {
        const [en = ''] = formatMoney(given, 'en').split(' ')
        const [vi = ''] = formatMoney(given, 'vi').split(' ')
        expect(en.replaceAll(',', '')).toBe(toDecimal(given))
        expect(vi.replaceAll('.', '').replace(',', '.')).toBe(toDecimal(given))
      }),
    )
  })

  test('dong never have decimals', () => {
    fc.assert(
      fc.property(anyMinor, (units) => {
        expect(formatMoney(money(units, 'VND'), 'vi')).toMatch(/^-?\d{1,3}(\.\d{3})* ₫$/)
      }),
    )
  })
})

describe('the JSON form', () => {
  test('is an integer up to 2^53 - 1 and a string of digits beyond, on both sides of zero', () => {
    expect(toWire(money(9_007_199_254_740_991n, 'VND'))).toEqual({
      minor: 9_007_199_254_740_991,
      currency: 'VND',
    })
    expect(toWire(money(9_007_199_254_740_992n, 'VND'))).toEqual({
      minor: '9007199254740992',
      currency: 'VND',
    })
    expect(toWire(money(-9_007_199_254_740_993n, 'VND'))).toEqual({
      minor: '-9007199254740993',
      currency: 'VND',
    })
  })

  test('survives JSON, whatever the amount', () => {
    fc.assert(
      fc.property(fc.oneof(amount, anyAmount), (given) => {
        expect(fromWire(JSON.parse(JSON.stringify(toWire(given))))).toEqual(given)
      }),
    )
  })

  test.each([
    [{ minor: 42_000, currency: 'VND' }, 42_000n],
    [{ minor: '42000', currency: 'VND' }, 42_000n],
    [{ minor: -1, currency: 'VND' }, -1n],
    [{ minor: '0', currency: 'VND' }, 0n],
  ])('%j is read', (wire, units) => {
    expect(fromWire(wire)).toEqual({ minor: units, currency: 'VND' })
  })

  test.each([
    0.5,
    9_007_199_254_740_992,
    Number.NaN,
    '1.5',
    '1e3',
    '',
    ' 1',
    '007',
    '-0',
    '9'.repeat(19),
    null,
    true,
    undefined,
  ])('minor %j is refused with its path', (bad) => {
    expect(() => fromWire({ minor: bad, currency: 'USD' })).toThrow(
      /^the amount\/minor must be a count of minor units/,
    )
  })

  test('an unknown currency is refused with its path, and so is no object', () => {
    expect(() => fromWire({ minor: 1, currency: 'XAU' })).toThrow(
      /^the amount\/currency must be one of VND, /,
    )
    expect(() => fromWire(42_000)).toThrow(/^the amount must be an amount/)
    expect(() => fromWire(null)).toThrow(MoneyError)
  })

  test('a member that a later version adds is passed over by consumers and refused for producers', () => {
    const later = { minor: 1, currency: 'VND', taxIncluded: true }
    expect(fromWire(later)).toEqual(money(1n, 'VND'))
    expect(moneySchema.safeParse(later).success).toBe(false)
  })
})
