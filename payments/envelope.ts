/**
 * The envelope every event travels in: CloudEvents 1.0 (Context Attributes) in its JSON event format, with
 * the extension attributes that messaging needs; producers seal it strictly, consumers open it tolerantly.
 */
import { z } from 'zod'
import type { IdSource } from './ids.ts'
import { foreignIdSchema, idSchema, newId } from './ids.ts'

const sourceText = 'must be a URI reference without spaces, such as /payments'
const typeText =
  'must be dotted lower case ending in a version, such as workbook.payments.payment-requested.v1'
const timeText = 'must be RFC 3339 in UTC with milliseconds, as toISOString() writes it'
const sequenceText = 'must be 20 digits, zero-padded: it is compared as text'
const traceText = 'must be a W3C traceparent: 00-<trace id>-<parent id>-<flags>, in lower-case hex'
const dataText = 'must be JSON; write amounts with toWire() first, since JSON knows no bigint'

const text = z.string('must be text').min(1, 'must not be empty')
// CloudEvents' Integer has 32 bits.
const version = z.int32('must be a 32-bit integer').positive('must be 1 or more: versions count from 1')

const sourcePattern = /^\S+$/
const typePattern = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.v[1-9]\d*$/
const sequencePattern = /^\d{20}$/
// All zeros are invalid as either id.
const tracePattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const jsonMediaType = /^[^/;\s]+\/([^;\s]+\+)?json\s*(;.*)?$/i
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

/**
 * What a producer may send: these attributes and no others. The specification allows lower-case letters and
 * digits in their names.
 */
export const sealedSchema = z.strictObject({
  specversion: z.literal('1.0', "must be '1.0'"),
  /** `source` and `id` together identify the event: whoever sends it again keeps both. */
  id: idSchema,
  /** Who says so, as a URI reference. */
  source: z.string(sourceText).regex(sourcePattern, sourceText),
  type: z.string(typeText).regex(typePattern, typeText),
  /** What the event is about: the aggregate's id. */
  subject: text,
  time: z.iso.datetime({ precision: 3, error: timeText }),
  datacontenttype: z.literal('application/json', "must be 'application/json'"),
  dataschema: z.url('must be an absolute URI'),
  /** What a broker may partition by: events of one key keep their order. */
  partitionkey: text.optional(),
  /** Place among all events of `source`, not of one payment: for that there is `aggregateversion`. */
  sequence: z.string(sequenceText).regex(sequencePattern, sequenceText).optional(),
  /** W3C Trace Context, version 00. */
  traceparent: z.string(traceText).regex(tracePattern, traceText).optional(),
  /** The same on all messages of one business case. */
  correlationid: text.optional(),
  /** Id of the message that caused this one. */
  causationid: text.optional(),
  /**
   * Version of the aggregate after this event, from 1 without gaps: by it a consumer sees that one is
   * missing.
   */
  aggregateversion: version.optional(),
  data: z.unknown().refine(isJson, dataText),
})

/**
 * What a consumer takes: the four required attributes, the optional ones in any legal form, unknown ones as
 * they are.
 */
export const openedSchema = z.looseObject(
  {
    specversion: z.literal('1.0', "must be '1.0': this consumer speaks no other version of CloudEvents"),
    id: foreignIdSchema,
    source: text,
    type: text,
    subject: text.optional(),
    time: z
      .string('must be text')
      .regex(timestamp, 'must be RFC 3339, such as 2026-07-19T08:00:00Z')
      .optional(),
    datacontenttype: z.string('must be text').regex(jsonMediaType, 'must be a JSON media type').optional(),
    dataschema: text.optional(),
    partitionkey: text.optional(),
    sequence: text.optional(),
    // W3C Trace Context has a broken traceparent passed over: tracing must never stop a payment.
    traceparent: z.string().optional().catch(undefined),
    correlationid: z.string('must be text').optional(),
    causationid: z.string('must be text').optional(),
    aggregateversion: version.optional(),
    data: z.unknown().optional(),
    data_base64: z.undefined('is not read here: send JSON in data').optional(),
  },
  'must be a CloudEvents envelope, that is a JSON object',
)

type Sealed = z.infer<typeof sealedSchema>

/** A sealed envelope: plain JSON, ready for `JSON.stringify`. */
export type Envelope<Data = unknown> = Readonly<Omit<Sealed, 'data'>> & { readonly data: Data }

/** An envelope as a consumer sees it, whatever attributes its producer added. */
export type OpenedEnvelope = Readonly<z.infer<typeof openedSchema>>

/** What a producer says itself. `id` and `time` are given only to send an event again: then both stay. */
export type Draft<Data = unknown> = Omit<
  Envelope<Data>,
  'specversion' | 'datacontenttype' | 'id' | 'time'
> & {
  readonly id?: string
  readonly time?: string
}

/** One thing that is wrong, and where: `path` is a JSON pointer such as `/data/amount/minor`. */
export interface Problem {
  readonly path: string
  readonly text: string
}

/** An envelope that cannot be sealed or opened. Trying again will not help: the failure is permanent. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
  readonly problems: readonly Problem[]

  constructor(deed: string, problems: readonly Problem[], options?: ErrorOptions) {
    super(
      `${deed}: ${problems.map(({ path, text }) => `${path || 'the whole'} ${text}`).join('; ')}`,
      options,
    )
    this.problems = problems
  }
}

/**
 * Makes an envelope: fills in specversion, id, time and datacontenttype, then checks all of it strictly.
 * @throws EnvelopeError when an attribute is wrong, missing or not ours.
 */
export function seal<Data>(draft: Draft<Data>, idSource: IdSource): Envelope<Data> {
  const envelope = {
    specversion: '1.0',
    datacontenttype: 'application/json',
    ...draft,
    id: draft.id ?? newId(idSource),
    time: draft.time ?? new Date(idSource.clock.now()).toISOString(),
  }
  return {
    ...valueOrThrow(sealedSchema.safeParse(envelope), 'this event must not be sent'),
    data: draft.data,
  }
}

/**
 * Reads an envelope from the bytes or text of a message, or from parsed JSON. Its data is handed on unread.
 * @throws EnvelopeError when it is no JSON or no CloudEvents 1.0 envelope.
 */
export function open(content: Uint8Array | string | object): OpenedEnvelope {
  const json = typeof content === 'string' || content instanceof Uint8Array ? parse(content) : content
  return valueOrThrow(openedSchema.safeParse(withoutNulls(json)), 'this message cannot be read')
}

/**
 * The value of a schema's result; its issues become one EnvelopeError with paths below `at`.
 * @throws EnvelopeError
 */
export function valueOrThrow<Value>(result: z.ZodSafeParseResult<Value>, deed: string, at = ''): Value {
  if (result.success) return result.data
  throw new EnvelopeError(
    deed,
    result.error.issues.flatMap((issue) => problemsOf(issue, at)),
  )
}

function problemsOf(issue: z.core.$ZodIssue, at: string): Problem[] {
  const path = at + pointer(issue.path)
  if (issue.code !== 'unrecognized_keys') return [{ path, text: issue.message }]
  const text = 'is not part of this version; add it to the schema as optional first, or leave it out'
  return issue.keys.map((key) => ({ path: path + pointer([key]), text }))
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function parse(content: Uint8Array | string): unknown {
  try {
    // `fatal`: a wrong byte in a name or an id must not turn into a replacement character.
    return JSON.parse(
      typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content),
    )
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EnvelopeError(
      'this message cannot be read',
      [{ path: '', text: `is not JSON in UTF-8 (${reason})` }],
      { cause },
    )
  }
}

// CloudEvents' JSON format: a null attribute counts as absent; `data` is no attribute, its null is a value.
function withoutNulls(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  return Object.fromEntries(Object.entries(json).filter(([name, value]) => value !== null || name === 'data'))
}

function isJson(data: unknown): boolean {
  try {
    return JSON.stringify(data) !== undefined
  } catch {
    return false
  }
}
