/**
 * Headers: a message follows the bindings whose arguments its headers match, all of them or any (AMQP 0-9-1 section 3.1.3.4).
 * `x-match` is `all` (the default), `any`, `all-with-x` or `any-with-x`; without `-with-x` arguments that begin with `x-` are
 * not compared. An argument of null asks only that the header exists.
 */
import { refusal } from '../../refusal.ts'
import { type FieldTable, type FieldValue, wireTypeOf } from '../../wire/field-table.ts'
import type { Binding } from '../binding.ts'
import type { Router } from './exchange.ts'

interface Match {
  readonly needsAll: boolean
  readonly pairs: readonly (readonly [string, FieldValue])[]
}

const modes = ['all', 'any', 'all-with-x', 'any-with-x']

/** @throws Refusal for an `x-match` that is none of the four. */
export function checkHeadersArguments(table: FieldTable): void {
  const mode = table['x-match'] ?? 'all'
  if (typeof mode === 'string' && modes.includes(mode)) return
  if (typeof mode !== 'string') {
    const value = `Invalid x-match field type ${wireTypeOf(table, 'x-match')} (value ${String(mode)}); expected longstr`
    throw refusal('preconditionFailed', value)
  }
  throw refusal(
    'preconditionFailed',
    `Invalid x-match field value <<"${String(mode)}">>; expected all, any, all-with-x, or any-with-x`,
  )
}

export class HeadersRouter implements Router {
  readonly #matches = new Map<Binding, Match>()

  add(binding: Binding): void {
    this.#matches.set(binding, matchOf(binding.arguments))
  }

  remove(binding: Binding): void {
    this.#matches.delete(binding)
  }

  route(_routingKey: string, headers: FieldTable, follow: (binding: Binding) => void): void {
    for (const [binding, match] of this.#matches) if (isMatch(match, headers)) follow(binding)
  }
}

function matchOf(table: FieldTable): Match {
  const mode = String(table['x-match'] ?? 'all')
  const isCompared = (name: string) =>
    name !== 'x-match' && (mode.endsWith('-with-x') || !name.startsWith('x-'))
  return {
    needsAll: mode.startsWith('all'),
    pairs: Object.entries(table).filter(([name]) => isCompared(name)),
  }
}

function isMatch(match: Match, headers: FieldTable): boolean {
  const holds = ([name, wanted]: readonly [string, FieldValue]) =>
    Object.hasOwn(headers, name) && (wanted === null || isSame(wanted, headers[name]))
  return match.needsAll ? match.pairs.every(holds) : match.pairs.some(holds)
}

function isSame(a: FieldValue, b: FieldValue): boolean {
  if (typeof a !== 'object' || a === null) return a === b
  if (typeof b !== 'object' || b === null) return false
  if (Buffer.isBuffer(a) || Buffer.isBuffer(b)) return Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b)
  const names = Object.keys(a)
  const values = (of: object) => of as Readonly<Record<string, FieldValue>>
  return (
    names.length === Object.keys(b).length && names.every((name) => isSame(values(a)[name], values(b)[name]))
  )
}
