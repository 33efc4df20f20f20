/**
 * Whether two JSON Schemas understand each other: what a writer that keeps one of them may send and a reader that goes by the
 * other refuses. Backward compatible: the new schema reads what the old one wrote. Forward: the old one reads what the new one
 * writes. No schema says in what an amount is counted, so a change of unit or meaning is beyond this.
 */
import { isDeepStrictEqual } from 'node:util'
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import { below, isObject, type Json, valueAt } from './json-pointer.ts'

/**
 * - `may-be-missing`: the reader requires what the writer may leave out
 * - `unknown-member`: the writer sends what the reader allows nowhere
 * - `type`: the writer's type is none of the reader's
 * - `value`: the writer may send a value that is not on the reader's list
 * - `narrower`: the reader's limits (length, range, pattern, format) are not the writer's
 * - `undecided`: the reader uses a keyword that is not compared here, and the writer does not use the same
 */
export type MisreadKind = 'may-be-missing' | 'unknown-member' | 'type' | 'value' | 'narrower' | 'undecided'

/** Something that may be written and can't be read. */
export interface Misread {
  readonly kind: MisreadKind
  /** Where in a message, as a JSON pointer; `*` stands for any member of a list. */
  readonly at: string
  readonly said: Text
}

export interface ReadingOptions {
  /**
   * Whether the reader passes over members that it does not know, whatever its schema says of them. Default true: a published
   * schema says what may be sent, and a consumer that validates by it word for word breaks at the first addition.
   */
  readonly isTolerant?: boolean
}

export type Level = 'full' | 'backward' | 'forward' | 'none'

export interface Compatibility {
  readonly level: Level
  /** What the old schema wrote and the new one can't read. */
  readonly backward: readonly Misread[]
  /** What the new schema writes and the old one can't read. */
  readonly forward: readonly Misread[]
}

/** Compares a schema with the one that shall replace it. What a schema does not name is taken to be never written. */
export function compatibilityOf(
  before: unknown,
  after: unknown,
  options: ReadingOptions = {},
): Compatibility {
  const backward = misread(before, after, options)
  const forward = misread(after, before, options)
  const level =
    backward.length === 0
      ? forward.length === 0
        ? 'full'
        : 'backward'
      : forward.length === 0
        ? 'forward'
        : 'none'
  return { level, backward, forward }
}

/** What may be written by one schema and can't be read by another; nothing when all of it can. */
export function misread(
  writer: unknown,
  reader: unknown,
  { isTolerant = true }: ReadingOptions = {},
): Misread[] {
  return new Comparison(writer, reader, isTolerant).at(writer, reader, '')
}

/** Keywords that say nothing about which values are allowed. */
const annotations = new Set([
  '$schema',
  '$id',
  '$defs',
  '$comment',
  '$anchor',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentMediaType',
  'contentEncoding',
])
const compared = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items'],
  ...['anyOf', 'oneOf', 'allOf', '$ref', 'pattern', 'format', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems'],
])
const allTypes = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer']
/** A schema that refers to itself is followed so far. */
const depthMax = 40

/** One comparison: both documents are kept, since references point into them. */
class Comparison {
  readonly #documents: { readonly writer: unknown; readonly reader: unknown }
  readonly #isTolerant: boolean

  constructor(writer: unknown, reader: unknown, isTolerant: boolean) {
    this.#documents = { writer, reader }
    this.#isTolerant = isTolerant
  }

  at(writerRaw: unknown, readerRaw: unknown, at: string, depth = 0): Misread[] {
    if (depth > depthMax) return []
    const writer = resolved(writerRaw, this.#documents.writer)
    const reader = resolved(readerRaw, this.#documents.reader)
    if (writer === false || reader === true || this.#isSame(writer, reader)) return []
    if (reader === false) return [found('unknown-member', at, noPlace(at))]
    const [w, r] = [isObject(writer) ? writer : {}, isObject(reader) ? reader : {}]
    const written = branchesOf(w)
    if (written !== undefined) return distinct(written.flatMap((each) => this.at(each, r, at, depth + 1)))
    const readable = branchesOf(r)
    if (readable !== undefined) {
      const tries = readable.map((each) => this.at(w, each, at, depth + 1))
      return tries.toSorted((one, other) => one.length - other.length)[0] ?? []
    }
    const type = typeMisread(w, r, at)
    if (type.length > 0) return type
    return [
      ...valueMisread(w, r, at),
      ...limitMisread(w, r, at),
      ...this.#membersOf(w, r, at, depth),
      ...(isObject(r['items']) || r['items'] === false
        ? this.at(w['items'] ?? true, r['items'], below(at, '*'), depth + 1)
        : []),
      ...undecided(w, r, at),
    ]
  }

  /** Two references of one name may lead to different things in the two documents. */
  #isSame(writer: unknown, reader: unknown): boolean {
    if (!isDeepStrictEqual(writer, reader)) return false
    const refers = JSON.stringify(writer ?? true).includes('"$ref"')
    return !refers || isDeepStrictEqual(this.#documents.writer, this.#documents.reader)
  }

  #membersOf(writer: Json, reader: Json, at: string, depth: number): Misread[] {
    const mayBeObject = typesOf(writer).includes('object') && typesOf(reader).includes('object')
    if (!mayBeObject || !namesMembers(reader)) return []
    const sent = propertiesOf(writer)
    const known = propertiesOf(reader)
    const always = new Set(requiredOf(writer))
    const missing = requiredOf(reader)
      .filter((name) => !always.has(name))
      .map((name) => found('may-be-missing', below(at, name), missingText(below(at, name), name in sent)))
    const others = Object.entries(sent).flatMap(([name, schema]) => {
      const place = below(at, name)
      if (name in known) return this.at(schema, known[name], place, depth + 1)
      const rest = reader['additionalProperties'] ?? true
      if (rest === false) return this.#isTolerant ? [] : [found('unknown-member', place, noPlace(place))]
      return this.at(schema, rest, place, depth + 1)
    })
    return [...missing, ...others]
  }
}

/** A schema without references and `allOf` at its top. */
function resolved(schema: unknown, document: unknown): unknown {
  let current = schema
  for (let steps = 0; isObject(current) && typeof current['$ref'] === 'string'; steps += 1) {
    const ref = current['$ref']
    const target = ref === '#' ? document : ref.startsWith('#/') ? valueAt(document, ref.slice(1)) : undefined
    if (target === undefined || steps > depthMax) return current
    const { $ref: _, ...beside } = current
    current = Object.keys(beside).length === 0 ? target : { ...beside, allOf: [target] }
  }
  if (!isObject(current) || !Array.isArray(current['allOf'])) return current
  const { allOf, ...own } = current
  return (allOf as unknown[]).reduce<Json>((all, part) => {
    const next = resolved(part, document)
    return isObject(next) ? merged(all, next) : all
  }, own)
}

/** Both at once: members of each, and what either requires. Of limits that both set, the second counts. */
function merged(one: Json, other: Json): Json {
  return {
    ...one,
    ...other,
    ...(one['properties'] === undefined && other['properties'] === undefined
      ? {}
      : { properties: { ...propertiesOf(one), ...propertiesOf(other) } }),
    ...(one['required'] === undefined && other['required'] === undefined
      ? {}
      : { required: [...new Set([...requiredOf(one), ...requiredOf(other)])] }),
  }
}

/** The alternatives of a schema, each together with what holds for all of them. */
function branchesOf(schema: Json): Json[] | undefined {
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const { [keyword]: branches, ...rest } = schema
    if (Array.isArray(branches)) return branches.map((each) => (isObject(each) ? merged(rest, each) : rest))
  }
  return undefined
}

function typesOf(schema: Json): string[] {
  const { type } = schema
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.filter((each) => typeof each === 'string')
  const values = valuesOf(schema)
  return values === undefined ? allTypes : [...new Set(values.map(typeOfValue))]
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function typeMisread(writer: Json, reader: Json, at: string): Misread[] {
  const may = typesOf(reader)
  const strange = typesOf(writer).filter(
    (type) => !may.includes(type) && !(type === 'integer' && may.includes('number')),
  )
  if (strange.length === 0) return []
  const [sent, read] = [strange.join(', '), may.join(', ')]
  const wide = strange.length > 3
  return [
    found(
      'type',
      at,
      wide
        ? text(
            `${shown(at)} may be of any type, and the reader takes only ${read}`,
            `${shown(at)} có thể mang kiểu bất kỳ, còn bên đọc chỉ nhận ${read}`,
          )
        : text(
            `${shown(at)} may be ${sent}, and the reader takes only ${read}`,
            `${shown(at)} có thể là ${sent}, còn bên đọc chỉ nhận ${read}`,
          ),
    ),
  ]
}

function valuesOf(schema: Json): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined
}

function valueMisread(writer: Json, reader: Json, at: string): Misread[] {
  const may = valuesOf(reader)
  if (may === undefined) return []
  const sent = valuesOf(writer)
  const list = may.map((each) => JSON.stringify(each)).join(', ')
  if (sent === undefined)
    return [
      found(
        'value',
        at,
        text(
          `${shown(at)} may have any value, and the reader takes only ${list}`,
          `${shown(at)} có thể mang giá trị bất kỳ, còn bên đọc chỉ nhận ${list}`,
        ),
      ),
    ]
  const strange = sent.filter((value) => !may.some((each) => isDeepStrictEqual(each, value)))
  return strange.map((value) =>
    found(
      'value',
      at,
      text(
        `${shown(at)} may be ${JSON.stringify(value)}, which the reader does not know (${list})`,
        `${shown(at)} có thể là ${JSON.stringify(value)}, giá trị mà bên đọc không biết (${list})`,
      ),
    ),
  )
}

/** Limits by keyword, and whether the reader's is at least as wide as the writer's. */
const limits: Readonly<Record<string, (writer: unknown, reader: unknown) => boolean>> = {
  minimum: (w, r) => typeof w === 'number' && w >= Number(r),
  exclusiveMinimum: (w, r) => typeof w === 'number' && w >= Number(r),
  minLength: (w, r) => Number(r) === 0 || (typeof w === 'number' && w >= Number(r)),
  minItems: (w, r) => Number(r) === 0 || (typeof w === 'number' && w >= Number(r)),
  maximum: (w, r) => typeof w === 'number' && w <= Number(r),
  exclusiveMaximum: (w, r) => typeof w === 'number' && w <= Number(r),
  maxLength: (w, r) => typeof w === 'number' && w <= Number(r),
  maxItems: (w, r) => typeof w === 'number' && w <= Number(r),
  multipleOf: (w, r) => typeof w === 'number' && Number.isInteger(w / Number(r)),
  // Whether one pattern takes all that another takes can't be told by looking at them.
  pattern: isDeepStrictEqual,
  format: isDeepStrictEqual,
}
/** The keyword that may say the same: more than 0 is at least 1, for whole numbers. */
const neighbours: Readonly<Record<string, string>> = {
  minimum: 'exclusiveMinimum',
  exclusiveMinimum: 'minimum',
  maximum: 'exclusiveMaximum',
  exclusiveMaximum: 'maximum',
}

/** Which values a limit is about; to others it says nothing. */
function concerned(keyword: string): readonly string[] {
  if (/Length$|^pattern$|^format$/.test(keyword)) return ['string']
  return /Items$/.test(keyword) ? ['array'] : ['integer', 'number']
}

function limitMisread(writer: Json, reader: Json, at: string): Misread[] {
  const known = valuesOf(writer)
  const types = typesOf(writer)
  return Object.entries(limits).flatMap(([keyword, isWide]) => {
    const limit = reader[keyword]
    if (limit === undefined || !concerned(keyword).some((type) => types.includes(type))) return []
    // Values that are listed one by one must keep what the reader says, one by one.
    if (known?.every((value) => keeps(keyword, value, limit)) === true) return []
    if (isWide(writer[keyword], limit) || byNeighbour(keyword, writer, Number(limit))) return []
    const sent = writer[keyword] === undefined ? '' : ` (${brief(writer[keyword])})`
    return [
      found(
        'narrower',
        at,
        text(
          `${shown(at)}: the reader's ${keyword} (${brief(limit)}) is not the writer's${sent}`,
          `${shown(at)}: ${keyword} của bên đọc (${brief(limit)}) không phải của bên ghi${sent}`,
        ),
      ),
    ]
  })
}

/** Of two patterns of a date the first signs are enough. */
function brief(limit: unknown): string {
  const written = JSON.stringify(limit)
  return written.length > 40 ? `${written.slice(0, 40)}…` : written
}

function byNeighbour(keyword: string, writer: Json, limit: number): boolean {
  const other = neighbours[keyword]
  const value = other === undefined ? undefined : writer[other]
  if (typeof value !== 'number') return false
  // Of whole numbers, those above 0 are those from 1 on.
  const step = typesOf(writer).includes('number') || !Number.isInteger(value) ? 0 : 1
  if (keyword === 'minimum') return value + step >= limit
  if (keyword === 'maximum') return value - step <= limit
  return keyword === 'exclusiveMinimum' ? value > limit : value < limit
}

function keeps(keyword: string, value: unknown, limit: unknown): boolean {
  if (keyword === 'pattern') return typeof value === 'string' && new RegExp(String(limit), 'u').test(value)
  if (keyword === 'minLength') return typeof value === 'string' && value.length >= Number(limit)
  if (keyword === 'maxLength') return typeof value === 'string' && value.length <= Number(limit)
  if (typeof value !== 'number') return false
  if (keyword === 'minimum') return value >= Number(limit)
  if (keyword === 'maximum') return value <= Number(limit)
  if (keyword === 'exclusiveMinimum') return value > Number(limit)
  if (keyword === 'exclusiveMaximum') return value < Number(limit)
  return false
}

function undecided(writer: Json, reader: Json, at: string): Misread[] {
  return Object.keys(reader)
    .filter((keyword) => !annotations.has(keyword) && !compared.has(keyword))
    .filter((keyword) => !isDeepStrictEqual(writer[keyword], reader[keyword]))
    .map((keyword) =>
      found(
        'undecided',
        at,
        text(
          `${shown(at)}: the reader says "${keyword}" and the writer does not say the same; what that means is not looked at`,
          `${shown(at)}: bên đọc dùng "${keyword}" mà bên ghi không nói y như vậy; điều đó không được so sánh ở đây`,
        ),
      ),
    )
}

const propertiesOf = ({ properties }: Json): Json => (isObject(properties) ? properties : {})
const requiredOf = ({ required }: Json): string[] =>
  Array.isArray(required) ? required.filter((each) => typeof each === 'string') : []
const namesMembers = (schema: Json): boolean =>
  ['properties', 'required', 'additionalProperties'].some((keyword) => schema[keyword] !== undefined)

function missingText(at: string, isOptional: boolean): Text {
  return isOptional
    ? text(
        `${at} may be left out, and the reader requires it`,
        `${at} có thể vắng mặt, còn bên đọc bắt buộc phải có`,
      )
    : text(
        `${at} is never written, and the reader requires it`,
        `${at} không hề được ghi, còn bên đọc bắt buộc`,
      )
}

const noPlace = (at: string): Text =>
  text(
    `${shown(at)} is written, and the reader has no place for it`,
    `${shown(at)} được ghi mà bên đọc không có chỗ nào cho nó`,
  )

const shown = (at: string): string => (at === '' ? 'the message' : at)

function found(kind: MisreadKind, at: string, said: Text): Misread {
  return { kind, at, said }
}

/** Two alternatives of a writer may fail for one reason. */
function distinct(all: readonly Misread[]): Misread[] {
  return all.filter(
    ({ kind, at, said }, index) =>
      all.findIndex((each) => each.kind === kind && each.at === at && each.said.en === said.en) === index,
  )
}
