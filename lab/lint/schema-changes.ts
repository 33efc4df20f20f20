/** Changes that people propose to a JSON Schema, made to the schema itself: what it was before, and what it would be. */
import { below, isObject, type Json, stepsOf } from './json-pointer.ts'

/** Changes that a schema shows. Unit and meaning of a field it never shows. */
export const schemaChanges = [
  'add-optional-field',
  'add-required-field',
  'remove-field',
  'rename-field',
  'change-type',
  'make-required',
  'describe-better',
] as const
export type SchemaChange = (typeof schemaChanges)[number]

export interface ChangedSchema {
  readonly before: Json
  readonly after: Json
}

/**
 * A change to the member at a pointer (into messages, such as `/data/amount`), or beside it.
 * Undefined where the schema does not say by plain `properties` what stands there.
 */
export function changeSchema(schema: Json, pointer: string, kind: SchemaChange): ChangedSchema | undefined {
  const parent = placeOf(schema, stepsOf(pointer).slice(0, -1))
  const name = stepsOf(pointer).at(-1)
  if (parent === undefined || name === undefined) return undefined
  const { properties, required } = membersAt(schema, parent)
  if (properties?.[name] === undefined) return undefined
  const put = (members: Json, names: readonly string[]): Json => edited(schema, parent, members, names)
  const { [name]: member, ...others } = properties
  const rest = required.filter((each) => each !== name)
  const after = {
    'add-optional-field': () => put({ ...properties, added_later: { type: 'string' } }, required),
    'add-required-field': () =>
      put({ ...properties, added_later: { type: 'string' } }, [...required, 'added_later']),
    'remove-field': () => put(others, rest),
    'rename-field': () => put({ ...others, [`${name}_renamed`]: member }, [...rest, `${name}_renamed`]),
    'change-type': () => put({ ...properties, [name]: otherType(member) }, required),
    'make-required': () => put(properties, [...rest, name]),
    'describe-better': () =>
      put(
        { ...properties, [name]: isObject(member) ? { ...member, description: 'said better' } : member },
        required,
      ),
  }[kind]()
  return { before: kind === 'make-required' ? put(properties, rest) : schema, after }
}

/** The pointer into the schema behind which the members of an object are named. */
function placeOf(schema: Json, steps: readonly string[]): string | undefined {
  let at = followed(schema, '')
  for (const step of steps) {
    if (at === undefined) return undefined
    at = followed(schema, below(`${at}/properties`, step))
  }
  return at
}

/** Where a place leads if it is a reference into the same schema. */
function followed(schema: Json, at: string, left = 10): string | undefined {
  const found = at === '' ? schema : lookUp(schema, at)
  if (!isObject(found)) return undefined
  const ref = found['$ref']
  if (typeof ref !== 'string') return at
  return ref.startsWith('#/') && left > 0 ? followed(schema, ref.slice(1), left - 1) : undefined
}

function lookUp(schema: Json, at: string): unknown {
  return stepsOf(at).reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), schema)
}

function membersAt(schema: Json, at: string): { properties: Json | undefined; required: string[] } {
  const found = at === '' ? schema : lookUp(schema, at)
  const { properties, required } = isObject(found) ? found : {}
  return {
    properties: isObject(properties) ? properties : undefined,
    required: Array.isArray(required) ? required.filter((each) => typeof each === 'string') : [],
  }
}

function edited(schema: Json, at: string, properties: Json, required: readonly string[]): Json {
  const copy = structuredClone(schema)
  const target = at === '' ? copy : lookUp(copy, at)
  if (isObject(target)) Object.assign(target, { properties, required: [...required] })
  return copy
}

/** A schema of a type that the given one does not take. */
function otherType(member: unknown): Json {
  const type = isObject(member) ? member['type'] : undefined
  return { type: type === 'boolean' ? 'string' : 'boolean' }
}
