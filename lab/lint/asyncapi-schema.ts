/** Holds a document against the JSON Schema that the AsyncAPI initiative publishes for its version 3.0.0. */
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Json } from './json-pointer.ts'

/** Definitions of what documents made here never have. All of them would take seconds to compile. */
const leftOut =
  /bindings|avro|openapi|Security|oauth|server|apiKey|X509|ncryption|userPassword|sasl|extensions\//i

// When this is loaded, and not when a design is first judged: while it works, nobody else does.
const isDocument = compile()

/**
 * What is wrong with an AsyncAPI 3.0.0 document, as pointers and words; nothing when it is one. Bindings, servers and security are not
 * looked at.
 */
export function asyncApiProblems(document: Json): string[] {
  if (isDocument(document)) return []
  return (isDocument.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}

function compile(): ValidateFunction {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as Json & {
    definitions: Record<string, Json>
  }
  const definitions = Object.entries(schema.definitions).map(
    ([id, definition]) => [id, leftOut.test(id) ? { $id: id } : definition] as const,
  )
  // It brings the metaschema of JSON Schema along, which Ajv would have loaded by itself.
  return new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile({
    ...schema,
    definitions: Object.fromEntries(definitions),
  })
}
