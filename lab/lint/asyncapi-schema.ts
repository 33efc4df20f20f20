/** Holds a document against the JSON Schema that the AsyncAPI initiative publishes for its version 3.0.0. */
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Json } from './json-pointer.ts'

let compiled: ValidateFunction | undefined

/** What is wrong with an AsyncAPI 3.0.0 document, as pointers and words; nothing when it is one. */
export function asyncApiProblems(document: Json): string[] {
  compiled ??= compile()
  if (compiled(document)) return []
  return (compiled.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
}

/** Read when it is asked for: it is half a megabyte. */
function compile(): ValidateFunction {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as Json
  // It brings the metaschema of JSON Schema along, which Ajv would have loaded by itself.
  return new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(schema)
}
