/**
 * The answer of any API in which everything that was asked for has failed with one error: the code stands in the innermost
 * places that have one, beside the names that the request gave.
 */
import { includes, type Message, type ResponseOf, type Row, type Rows } from '../wire/schema.ts'

type Fields = Readonly<Record<string, unknown>>

export function errorAnswer(
  message: Message,
  version: number,
  request: Fields,
  errorCode: number,
): ResponseOf<Message> {
  return fill(message.response, { version, asked: request, errorCode }) as ResponseOf<Message>
}

interface Filling {
  readonly version: number
  readonly asked: unknown
  readonly errorCode: number
}

function fill(rows: Rows, filling: Filling): Fields {
  const { version, asked, errorCode } = filling
  const isInner = !Object.values(rows).some((row) => includes(row.versions, version) && hasCode(row, version))
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => {
      if (name === 'errorCode') return [name, isInner ? errorCode : 0]
      if (isStructs(row)) return [name, elementsOf(name, row, filling)]
      return [name, valueFor(name, row, asked)]
    }),
  )
}

/** One element for each that was asked for, where the request has such a list. */
function elementsOf(name: string, row: Row & { element: Rows }, filling: Filling): Fields[] {
  if (!hasCode(row, filling.version) || typeof filling.asked !== 'object' || filling.asked === null) return []
  const lists = filling.asked as Fields
  const list =
    filledList(lists[name]) ??
    Object.values(lists)
      .map(filledList)
      .find((found) => found)
  return (list ?? []).map((asked) => fill(row.element, { ...filling, asked }))
}

function filledList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined
}

/** What the request said under the same name; a plain name or number is the one field that tells which. */
function valueFor(name: string, row: Row, asked: unknown): unknown {
  if (typeof asked === 'object' && asked !== null) {
    if (Object.hasOwn(asked, name) && row.kind !== 'array' && row.kind !== 'records') {
      const value = (asked as Fields)[name]
      if (value !== null || row.isNullable) return value
    }
  } else if (typeof asked === 'string' && row.kind === 'string' && /^(?:name|groupId|key)$/.test(name)) {
    return asked
  } else if (typeof asked === 'number' && name === 'index') return asked
  if (row.isNullable) return null
  // Offsets, generations and ids that mean nothing.
  const isNumber = row.kind === 'int32' || row.kind === 'int64'
  return isNumber && row.fallback === 0 && name !== 'throttleTimeMs' ? -1 : row.fallback
}

function isStructs(row: Row): row is Row & { element: Rows } {
  return row.kind === 'array' && row.element !== undefined && !isRow(row.element)
}

function hasCode(row: Row, version: number): boolean {
  if (!isStructs(row)) return false
  return Object.entries(row.element).some(
    ([name, inner]) => includes(inner.versions, version) && (name === 'errorCode' || hasCode(inner, version)),
  )
}

function isRow(element: Rows | Row): element is Row {
  return typeof (element as { kind?: unknown }).kind === 'string'
}
