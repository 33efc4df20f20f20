/** The types of settings, and what a value of each may look like. */
import { type Refusal, refusal } from '../refusal.ts'

/** As DescribeConfigs numbers them. */
export const configTypes = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const

export type ConfigType = keyof typeof configTypes

/** What a value has to keep to, besides its type. */
export interface ValueRule {
  readonly type: ConfigType
  /** Values that are allowed; left out: any of the type. */
  readonly oneOf?: readonly string[]
  readonly atLeast?: number
  readonly atMost?: number
  /** What else is wrong with a value, in the broker's words. */
  readonly refuse?: (value: string) => string | undefined
}

/** @throws Refusal with Kafka's own words, without saying of which kind */
export function refuseValue(name: string, value: string, rule: ValueRule): void {
  if (isNumber(rule.type)) return refuseNumber(name, value.trim(), rule)
  if (rule.type === 'boolean' && !/^(?:true|false)$/i.test(value.trim()))
    throw invalid(name, value, 'Expected value to be either true or false')
  const wrong = (rule.type === 'list' ? listOf(value) : [value]).find(
    (part) => rule.oneOf?.includes(part) === false,
  )
  if (wrong !== undefined)
    throw invalid(name, wrong, `String must be one of: ${(rule.oneOf ?? []).join(', ')}`)
  refuseOther(name, rule.type === 'list' ? `[${listOf(value).join(', ')}]` : value, value, rule)
}

/** The parts of a list; an empty text has none. */
export function listOf(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim())
}

function isNumber(type: ConfigType): boolean {
  return type === 'int' || type === 'short' || type === 'long' || type === 'double'
}

const ranges: Partial<Record<ConfigType, readonly [bigint, bigint]>> = {
  short: [-0x8000n, 0x7fffn],
  int: [-0x8000_0000n, 0x7fff_ffffn],
  long: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
}

function refuseNumber(name: string, value: string, rule: ValueRule): void {
  if (!isOfType(value, rule.type))
    throw invalid(name, value, `Not a number of type ${rule.type.toUpperCase()}`)
  const number = Number(value)
  // As Java prints a double.
  const shown = rule.type === 'double' && Number.isInteger(number) ? number.toFixed(1) : value
  if (rule.atLeast !== undefined && number < rule.atLeast)
    throw invalid(name, shown, `Value must be at least ${rule.atLeast}`)
  if (rule.atMost !== undefined && number > rule.atMost)
    throw invalid(name, shown, `Value must be no more than ${rule.atMost}`)
  refuseOther(name, shown, value, rule)
}

function isOfType(value: string, type: ConfigType): boolean {
  const range = ranges[type]
  if (range === undefined) return value !== '' && Number.isFinite(Number(value))
  if (!/^[+-]?\d+$/.test(value)) return false
  const number = BigInt(value.replace('+', ''))
  return number >= range[0] && number <= range[1]
}

function refuseOther(name: string, shown: string, value: string, { refuse }: ValueRule): void {
  const why = refuse?.(value)
  if (why !== undefined) throw invalid(name, shown, why)
}

function invalid(name: string, value: string, why: string): Refusal {
  return refusal('invalidConfig', `Invalid value ${value} for configuration ${name}: ${why}`)
}
