/** What the comparison calls readable, a validator reads; every way to break a reader is found and named. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compatibilityOf, misread } from './compatibility.ts'
import type { Json } from './json-pointer.ts'
import { changeSchema, type SchemaChange, schemaChanges } from './schema-changes.ts'

const payment: Json = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1 },
    data: {
      type: 'object',
      properties: {
        amount: { $ref: '#/$defs/amount' },
        status: { enum: ['CREATED', 'CAPTURED'] },
        note: { type: 'string' },
      },
      required: ['amount', 'status'],
      additionalProperties: false,
    },
  },
  required: ['id', 'data'],
  additionalProperties: false,
  $defs: {
    amount: {
      type: 'object',
      properties: {
        minor: {
          anyOf: [
            { type: 'integer', exclusiveMinimum: 0 },
            { type: 'string', pattern: '^[1-9]\\d*$' },
          ],
        },
        currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      },
      required: ['minor', 'currency'],
    },
  },
}

const levels: Readonly<Record<SchemaChange, string>> = {
  'add-optional-field': 'full',
  'add-required-field': 'forward',
  'remove-field': 'backward',
  'rename-field': 'none',
  'change-type': 'none',
  'make-required': 'forward',
  'describe-better': 'full',
}

describe('a change that people propose', () => {
  const at = ['/id', '/data/status', '/data/amount', '/data/amount/currency']
  test.each(schemaChanges.flatMap((kind) => at.map((pointer) => [kind, pointer] as const)))(
    '%s at %s',
    (kind, pointer) => {
      const changed = changeSchema(payment, pointer, kind)

      expect(changed && compatibilityOf(changed.before, changed.after).level).toBe(levels[kind])
    },
  )

  test('is none where the schema does not say what stands there', () => {
    expect(changeSchema(payment, '/data/amount/minor/deep', 'remove-field')).toBeUndefined()
    expect(changeSchema(payment, '', 'remove-field')).toBeUndefined()
  })
})

describe('a reader refuses', () => {
  const text = { type: 'string' }
  test.each<[string, unknown, unknown, string, string]>([
    ['what may be left out', object({ a: text }), object({ a: text }, ['a']), 'may-be-missing', '/a'],
    ['another type', object({ a: text }), object({ a: { type: 'integer' } }), 'type', '/a'],
    ['fractions', { type: 'number' }, { type: 'integer' }, 'type', ''],
    ['null', { type: ['string', 'null'] }, text, 'type', ''],
    ['a new value', { enum: ['A', 'B'] }, { enum: ['A'] }, 'value', ''],
    ['any text', text, { enum: ['A'] }, 'value', ''],
    ['what is longer', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 8 }, 'narrower', ''],
    ['what is shorter', text, { type: 'string', minLength: 1 }, 'narrower', ''],
    [
      'what is less',
      { type: 'integer', minimum: 0 },
      { type: 'integer', exclusiveMinimum: 0 },
      'narrower',
      '',
    ],
    [
      'fractions above 0',
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', minimum: 1 },
      'narrower',
      '',
    ],
    ['another pattern', { type: 'string', pattern: 'a' }, { type: 'string', pattern: 'b' }, 'narrower', ''],
    ['members of a list', list(text), list({ type: 'integer' }), 'type', '/*'],
    ['one of two branches', { anyOf: [text, { type: 'null' }] }, text, 'type', ''],
    ['what is compared nowhere', text, { type: 'string', not: { const: 'x' } }, 'undecided', ''],
  ])('%s', (_, writer, reader, kind, at) => {
    expect(misread(writer, reader)).toMatchObject([{ kind, at }])
  })

  test('an addition only if it goes by its schema word by word', () => {
    const [writer, reader] = [
      object({ a: text, b: text }),
      { ...object({ a: text }), additionalProperties: false },
    ]

    expect(misread(writer, reader)).toEqual([])
    expect(misread(writer, reader, { isTolerant: false })).toMatchObject([
      { kind: 'unknown-member', at: '/b' },
    ])
  })
})

describe('a reader takes', () => {
  const text = { type: 'string' }
  test.each<[string, unknown, unknown]>([
    ['the same', payment, structuredClone(payment)],
    ['what is required', object({ a: text }, ['a']), object({ a: text })],
    ['whole numbers as numbers', { type: 'integer' }, { type: 'number' }],
    ['fewer values', { enum: ['A'] }, { enum: ['A', 'B'] }],
    ['a constant of the right type', { const: 'A' }, text],
    ['a constant within limits', { const: 5 }, { type: 'integer', minimum: 1, maximum: 9 }],
    ['at least 1 for more than 0', { type: 'integer', minimum: 1 }, { type: 'integer', exclusiveMinimum: 0 }],
    ['more than 0 as at least 1', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
    ['limits of other types', { type: 'integer' }, { type: ['integer', 'string'], minLength: 1 }],
    ['a branch more', text, { anyOf: [{ type: 'null' }, text] }],
    [
      'both parts of allOf',
      object({ a: text, b: text }, ['a', 'b']),
      { allOf: [object({ a: text }, ['a']), object({ b: text }, ['b'])] },
    ],
    ['a reference to itself', tree(), tree()],
    ['anything', payment, true],
  ])('%s', (_, writer, reader) => {
    expect(misread(writer, reader)).toEqual([])
  })

  test('what zod exports of a schema that grew by an optional field', () => {
    const [old, grown] = [
      z.strictObject({ id: z.uuid() }),
      z.strictObject({ id: z.uuid(), note: z.string().optional() }),
    ]

    expect(compatibilityOf(z.toJSONSchema(old), z.toJSONSchema(grown)).level).toBe('full')
    expect(compatibilityOf(z.toJSONSchema(old), z.toJSONSchema(grown), { isTolerant: false }).level).toBe(
      'backward',
    )
  })
})

test('whatever is called readable, a validator reads', { timeout: 60_000 }, () => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false })
  let readable = 0
  fc.assert(
    fc.property(schema, schema, fc.nat(), (writer, reader, seed) => {
      if (misread(writer, reader, { isTolerant: false }).length > 0) return
      readable += 1
      const validate = ajv.compile(reader)
      const [sample] = fc.sample(instance(writer), { numRuns: 1, seed })
      expect(validate(sample), JSON.stringify({ writer, reader, sample, errors: validate.errors })).toBe(true)
    }),
    { numRuns: 700, seed: 7 },
  )
  expect(readable).toBeGreaterThan(30)
})

function object(properties: Json, required: readonly string[] = []): Json {
  return { type: 'object', properties, required }
}

function list(items: Json): Json {
  return { type: 'array', items }
}

function tree(): Json {
  return { type: 'object', properties: { next: { $ref: '#' } } }
}

const leaf = fc.oneof(
  fc.constant({ type: 'string' }),
  fc.record({ type: fc.constant('string'), minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 5 }) }),
  fc.record({ type: fc.constant('integer'), minimum: fc.nat(2), maximum: fc.integer({ min: 2, max: 5 }) }),
  fc.constant({ type: 'number' }),
  fc.constant({ type: 'integer' }),
  fc.constantFrom(
    { const: 1 },
    { const: 'a' },
    { enum: ['a', 'b'] },
    { enum: ['a', 'b', 1] },
    { type: 'null' },
  ),
)
const { schema } = fc.letrec<{ schema: Json; object: Json; anyOf: Json }>((tie) => ({
  schema: fc.oneof({ depthSize: 'small' }, leaf as fc.Arbitrary<Json>, tie('object'), tie('anyOf')),
  anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
  object: fc
    .record({
      a: tie('schema'),
      b: tie('schema'),
      names: fc.subarray(['a', 'b']),
      required: fc.subarray(['a', 'b']),
      isOpen: fc.boolean(),
    })
    .map(({ names, required, isOpen, ...members }) => ({
      ...object(
        Object.fromEntries(names.map((name) => [name, members[name as 'a' | 'b']])),
        required.filter((name) => names.includes(name)),
      ),
      ...(isOpen ? {} : { additionalProperties: false }),
    })),
}))

/** What a writer that keeps a schema may send. */
function instance(of: Json): fc.Arbitrary<unknown> {
  if ('const' in of) return fc.constant(of['const'])
  if ('enum' in of) return fc.constantFrom(...(of['enum'] as unknown[]))
  if ('anyOf' in of) return fc.oneof(...(of['anyOf'] as Json[]).map(instance))
  const [min, max] = [of['minLength'], of['maxLength']] as [number | undefined, number | undefined]
  switch (of['type']) {
    case 'string':
      return fc.string({ minLength: min ?? 0, maxLength: max ?? 8, unit: fc.constantFrom('a', 'b') })
    case 'integer':
      return fc.integer({
        min: (of['minimum'] as number | undefined) ?? -9,
        max: (of['maximum'] as number | undefined) ?? 9,
      })
    case 'number':
      return fc.constantFrom(0.5, 1, -3)
    case 'null':
      return fc.constant(null)
    default: {
      const required = of['required'] as string[]
      const members = Object.entries(of['properties'] as Json).map(([name, member]) => [
        name,
        instance(member as Json),
      ])
      return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: required,
      })
    }
  }
}
