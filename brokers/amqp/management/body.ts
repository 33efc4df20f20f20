/** Bodies of requests: bounded, JSON, and checked against a schema before anything reads them. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { badRequest } from './api-error.ts'

const ERLANG_LINE_MAX = 80

/** RabbitMQ's default (`management.http.max_body_size`). */
export const BODY_BYTES_MAX = 20_000_000

/** @throws ApiError for a body beyond the limit. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw badRequest('Exceeded HTTP request body size limit')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** No body counts as an empty object. @throws ApiError */
export function parseBody<T>(body: Buffer, schema: z.ZodType<T>, unparsable = 'not_json'): T {
  const json = body.length === 0 ? {} : parseJson(body, unparsable)
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw badRequest(reasonOf(parsed.error))
}

function parseJson(body: Buffer, unparsable: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(body.toString())
  } catch {
    throw badRequest(unparsable)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw badRequest(unparsable)
  return json
}

/** Erlang breaks a list that is too long for a line behind every item. */
function erlangList(terms: readonly string[]): string {
  const line = `[${terms.join(',')}]`
  return line.length < ERLANG_LINE_MAX ? line : `[${terms.join(',\n ')}]`
}

/** Missing keys are told together; of other mistakes the first is. */
function reasonOf(error: z.ZodError): unknown {
  const missing = error.issues.filter((issue) => issue.code === 'custom' && issue.params?.['missing'])
  if (missing.length > 0) return erlangList(missing.map(({ path }) => `{key_missing,${path.join('.')}}`))
  const [first] = error.issues
  if (first?.code === 'custom' && first.params?.['reason'] !== undefined) return first.params['reason']
  return z.prettifyError(error)
}

/**
 * Reads a value with `read`, which gives undefined for one that makes no sense: `[mistake, value]` is then the reason.
 * Null is as good as left out.
 */
function field<T>(mistake: string, read: (value: unknown) => T | undefined, whenLeftOut?: T) {
  const given = z.unknown().default(null)
  return given.transform((value, context): T => {
    const result = value === null ? whenLeftOut : read(value)
    if (result !== undefined) return result
    const params = value === null ? { missing: true } : { reason: [mistake, value] }
    context.addIssue({ code: 'custom', message: mistake, params })
    return z.NEVER
  })
}

const asBoolean = (value: unknown) => {
  if (typeof value === 'boolean') return value
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}
const asInteger = (value: unknown) => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : undefined
}
const asString = (value: unknown) => (typeof value === 'string' ? value : undefined)
const asTable = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
/** Tags come as text with commas or as a list. */
const asTags = (value: unknown) => {
  const list = typeof value === 'string' ? value.split(',') : value
  if (!Array.isArray(list)) return undefined
  return list.map((tag) => String(tag).trim()).filter((tag) => tag !== '')
}

/** Fields of bodies. What is left out takes the default; without a default it is missing. */
export const fields = {
  boolean: (whenLeftOut?: boolean) => field('not_boolean', asBoolean, whenLeftOut),
  integer: (whenLeftOut?: number) => field('not_integer', asInteger, whenLeftOut),
  string: (whenLeftOut?: string) => field('not_string', asString, whenLeftOut),
  any: () => field<unknown>('not_given', (value) => value),
  requiredTable: () => field('not_a_table', asTable),
  table: () => field('not_a_table', asTable, {} as Readonly<Record<string, unknown>>),
  tags: (whenLeftOut?: readonly string[]) => field<readonly string[]>('not_tags', asTags, whenLeftOut),
} as const
