/** The attacks on the payment event: what is written, spoilt, changed and read back. None of them needs a broker. */
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import { compatibilityOf, type Misread } from '#lab/lint/compatibility'
import { type Json, objectsIn, valueAt, without, withValue } from '#lab/lint/json-pointer'
import { changeSchema, type SchemaChange, schemaChanges } from '#lab/lint/schema-changes'
import type { Random } from '#lab/subject'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

type FieldName = 'event_id' | 'timestamp' | 'payment_id' | 'amount' | 'merchant_id' | 'status'

interface PaymentCreated {
  readonly eventId: string
  readonly occurredAt: string
  readonly paymentId: string
  readonly merchantId: string
  readonly amount: { readonly minor: bigint; readonly currency: string }
  readonly status: string
}

interface EventFile {
  readonly fields: Readonly<Record<FieldName, string>>
  write(event: PaymentCreated): Json
  problems(message: unknown): readonly string[]
  jsonSchema(): object
}

interface Change {
  readonly kind: string
  readonly field: string
}

interface VersionsFile {
  needsNewVersion(change: Change): boolean
  versionOf(message: object): number
  read(text: string): PaymentCreated
  asFirstVersion(event: PaymentCreated): Json | undefined
}

const eventsCount = 40
const changesCount = 60
const currencies = ['VND', 'USD', 'KWD', 'JPY', 'EUR'] as const
const fieldNames: readonly FieldName[] = [
  'event_id',
  'timestamp',
  'payment_id',
  'amount',
  'merchant_id',
  'status',
]

/** Read once: each is what stands in the log since before anybody thought of versions. */
const golden = JSON.parse(
  readFileSync(new URL('./golden/first-version.json', import.meta.url), 'utf8'),
) as Json[]

async function load(subject: SubjectUnderTest): Promise<EventFile & VersionsFile> {
  const event = await subject.load<Omit<EventFile, 'fields'>>('event.ts', ['write', 'problems', 'jsonSchema'])
  const versions = await subject.load<VersionsFile>('versions.ts', [
    'needsNewVersion',
    'versionOf',
    'read',
    'asFirstVersion',
  ])
  const { fields } = await subject.loadData<Pick<EventFile, 'fields'>>('event.ts', ['fields'])
  return { ...event, ...versions, fields }
}

/** Payments of every currency, some with the same millisecond, one beyond what a JSON number can hold. */
function payments(random: Random): PaymentCreated[] {
  const startMs = Date.UTC(2026, 6, 19, 8)
  return Array.from({ length: eventsCount }, (_, at) => ({
    eventId: uuid(random),
    occurredAt: new Date(startMs + Math.floor(at / 4) * 137).toISOString(),
    paymentId: uuid(random),
    merchantId: `highlands-${random.integer(1, 99)}`,
    amount: {
      minor: at === 5 ? 9_007_199_254_740_993n : BigInt(random.integer(1, 5_000_000)),
      currency: currencies[at % currencies.length] ?? 'VND',
    },
    status: 'CREATED',
  }))
}

/** Looks like a UUID version 7; nothing here reads a time out of it. */
function uuid(random: Random): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('')
  return `019f77ac-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
}

export interface WrittenSeen {
  readonly events: number
  /** The first event that did not come back as it was, and what came. */
  readonly changed: { readonly sent: PaymentCreated; readonly read: unknown } | undefined
  readonly lostInJson: string | undefined
  readonly unlike: boolean
  readonly refusedByItself: readonly string[] | undefined
  readonly missingAttributes: readonly string[]
  readonly schemaError: string | undefined
  readonly schemaRefuses: string | undefined
  readonly schemaTakesWithout: readonly FieldName[]
}

/** Writes each payment, sends it through JSON, reads it, and holds the published schema against it. */
export async function written(subject: SubjectUnderTest, random: Random): Promise<WrittenSeen> {
  const design = await load(subject)
  const events = payments(random)
  const messages = events.map((event) => design.write(event))
  const [first = {}] = messages
  const changed = events
    .map((sent, at) => ({ sent, read: attempt(() => design.read(JSON.stringify(messages[at]))) }))
    .find(({ sent, read }) => !isDeepStrictEqual(onlyFacts(read), sent))
  const schema = attempt(() =>
    new Ajv2020({ strict: false, validateFormats: false }).compile(design.jsonSchema()),
  )
  const accepts = typeof schema === 'function' ? schema : undefined
  const refused = accepts && messages.find((message) => !accepts(overTheWire(message)))
  return {
    events: events.length,
    changed,
    lostInJson: messages.map(whatJsonLoses).find((said) => said !== undefined),
    unlike: events.some((event, at) => !isDeepStrictEqual(design.write(event), messages[at])),
    refusedByItself: messages
      .map((message) => design.problems(overTheWire(message)))
      .find((found) => found.length > 0),
    missingAttributes: ['specversion', 'id', 'source', 'type'].filter(
      (name) =>
        typeof first[name] !== 'string' ||
        first[name] === '' ||
        (name === 'specversion' && first[name] !== '1.0'),
    ),
    schemaError: accepts === undefined ? String(schema) : undefined,
    schemaRefuses: refused === undefined ? undefined : JSON.stringify(refused),
    schemaTakesWithout:
      accepts === undefined
        ? []
        : fieldNames.filter((name) => accepts(without(overTheWire(first), design.fields[name]))),
  }
}

export interface FieldsSeen {
  readonly fields: readonly {
    readonly name: FieldName
    readonly pointer: string
    readonly found: unknown
    readonly expected: string
    readonly isRight: boolean
    readonly mayBeMissing: boolean
  }[]
  /** Two events that differ in nothing but this, and whose messages are the same. */
  readonly mistaken: 'currency' | 'digits' | 'event' | undefined
}

/** Looks for each field where the design says it is, takes it away, and gives it other values. */
export async function fieldsLookedAt(subject: SubjectUnderTest, random: Random): Promise<FieldsSeen> {
  const design = await load(subject)
  const [, event] = payments(random)
  if (event === undefined) throw new Error('no payment was made up')
  const message = overTheWire(design.write(event))
  const expected: Record<FieldName, string> = {
    event_id: event.eventId,
    timestamp: event.occurredAt,
    payment_id: event.paymentId,
    amount: `${event.amount.minor} minor units of ${event.amount.currency}`,
    merchant_id: event.merchantId,
    status: event.status,
  }
  const differs = (one: Partial<PaymentCreated>, other: Partial<PaymentCreated>): boolean =>
    !isDeepStrictEqual(
      valueAt(overTheWire(design.write({ ...event, ...one })), design.fields.amount),
      valueAt(overTheWire(design.write({ ...event, ...other })), design.fields.amount),
    )
  const of = (minor: bigint, currency: string) => ({ amount: { minor, currency } })
  const together = overTheWire(design.write({ ...event, eventId: `${event.eventId.slice(0, -1)}0` }))
  const other = overTheWire(design.write({ ...event, eventId: `${event.eventId.slice(0, -1)}1` }))
  return {
    fields: fieldNames.map((name) => {
      const pointer = design.fields[name]
      const found = valueAt(message, pointer)
      return {
        name,
        pointer,
        found,
        expected: expected[name],
        isRight: found !== undefined && (name === 'amount' || isSameFact(name, found, expected[name])),
        mayBeMissing: design.problems(without(message, pointer)).length === 0,
      }
    }),
    mistaken: !differs(of(1250n, 'USD'), of(1250n, 'VND'))
      ? 'currency'
      : !differs(of(9_007_199_254_740_993n, 'VND'), of(9_007_199_254_740_992n, 'VND'))
        ? 'digits'
        : isDeepStrictEqual(valueAt(together, design.fields.event_id), valueAt(other, design.fields.event_id))
          ? 'event'
          : undefined,
  }
}

export interface VersionsSeen {
  readonly older: readonly unknown[]
  readonly newer: unknown
  /** Versions of messages that were changed in nothing but what a version may change within itself. */
  readonly grown: unknown
  readonly changes: number
  readonly misjudged: readonly {
    readonly change: Change
    readonly said: unknown
    readonly expected: boolean
    /** What the change does to your own published schema: the first thing that can't be read any more. */
    readonly breaks: Misread | undefined
  }[]
  /** Changes that were made to the published schema and compared with it. */
  readonly compared: number
}

/** What breaks a consumer of yesterday or of tomorrow. */
const breaking: Readonly<Record<string, boolean>> = {
  'add-optional-field': false,
  'describe-better': false,
  'add-required-field': true,
  'make-required': true,
  'remove-field': true,
  'rename-field': true,
  'change-type': true,
  'change-unit': true,
  'change-meaning': true,
}

/** Asks for the version of old and new messages, and for each proposed change whether it calls for a new one. */
export async function versionsAsked(subject: SubjectUnderTest, random: Random): Promise<VersionsSeen> {
  const design = await load(subject)
  const [event] = payments(random)
  if (event === undefined) throw new Error('no payment was made up')
  const message = overTheWire(design.write(event))
  const kinds = Object.keys(breaking)
  const schema = attempt(() => design.jsonSchema())
  const changes = Array.from({ length: changesCount }, (_, at) => {
    const change = {
      kind: kinds[at % kinds.length] ?? '',
      field: fieldNames[random.integer(0, fieldNames.length - 1)] ?? 'amount',
    } as const
    return { change, misread: misreadAfter(schema, design.fields[change.field], change.kind) }
  })
  return {
    older: golden.map((each) => attempt(() => design.versionOf(each))),
    newer: attempt(() => design.versionOf(message)),
    grown: attempt(() => design.versionOf(grown(message))),
    changes: changes.length,
    misjudged: changes
      .map(({ change, misread }) => ({
        change,
        said: attempt(() => design.needsNewVersion(change)),
        expected: breaking[change.kind] === true,
        breaks: misread?.[0],
      }))
      .filter(({ said, expected }) => said !== expected),
    compared: changes.filter(({ misread }) => misread !== undefined).length,
  }
}

/** Makes the change to the published schema: what either side can't read then. Undefined for what no schema shows. */
function misreadAfter(schema: unknown, pointer: string, kind: string): Misread[] | undefined {
  const shown = schemaChanges.find((each): each is SchemaChange => each === kind)
  if (shown === undefined || schema instanceof Error) return undefined
  const changed = changeSchema(schema as Json, pointer, shown)
  if (changed === undefined) return undefined
  const { backward, forward } = compatibilityOf(changed.before, changed.after)
  return [...backward, ...forward]
}

export interface EvolutionSeen {
  readonly golden: number
  readonly misread: { readonly message: Json; readonly read: unknown; readonly expected: unknown } | undefined
  readonly grown: number
  readonly confusedBy: { readonly added: string; readonly read: unknown } | undefined
  readonly newStatus: unknown
  readonly dual: number
  /** An event as an old consumer would understand it, where that is another amount or payment. */
  readonly misunderstood: { readonly sent: PaymentCreated; readonly understood: unknown } | undefined
}

/** Reads what was written years ago and what will be written next year, and lets an old consumer read what is written now. */
export async function grownOlder(subject: SubjectUnderTest, random: Random): Promise<EvolutionSeen> {
  const design = await load(subject)
  const events = payments(random)
  const additions = events.slice(0, 12).flatMap((event) => {
    const message = overTheWire(design.write(event))
    return growths(message).map(({ added, grown }) => ({
      added,
      sent: event,
      read: attempt(() => design.read(JSON.stringify(grown))),
    }))
  })
  const oldest = golden.map((message) => ({
    message,
    read: attempt(() => design.read(JSON.stringify(message))),
    expected: meantBy(message),
  }))
  const [event] = events
  if (event === undefined) throw new Error('no payment was made up')
  const future = withValue(overTheWire(design.write(event)), design.fields.status, 'CREATED_BY_SCHEDULE')
  const old = events.map((sent) => ({
    sent,
    understood: attempt(() => understoodBefore(design.asFirstVersion(sent))),
  }))
  return {
    golden: golden.length,
    misread: oldest.find(({ read, expected }) => !isDeepStrictEqual(onlyFacts(read), expected)),
    grown: additions.length,
    confusedBy: additions.find(({ sent, read }) => !isDeepStrictEqual(onlyFacts(read), sent)),
    newStatus: attempt(() => design.read(JSON.stringify(future))),
    dual: old.filter(({ understood }) => understood !== undefined).length,
    misunderstood: old.find(({ sent, understood }) => !isUnderstood(sent, understood)),
  }
}

export interface RulesSeen {
  readonly spoilt: number
  readonly letOut: readonly Text[]
  readonly hopeless: number
  readonly takenIn: readonly { readonly what: Text; readonly read: unknown }[]
}

/** The spoilt messages as a Vietnamese reader knows them. */
const spoiltVi: Readonly<Record<string, string>> = {
  'a card number beside the amount': 'số thẻ nằm cạnh số tiền',
  "the customer's e-mail address": 'địa chỉ e-mail của khách',
  'an attribute that nobody declared': 'một thuộc tính không ai khai báo',
  'a time without a zone': 'thời điểm không có múi giờ',
  'a time in Hanoi': 'thời điểm theo giờ Hà Nội',
  'a date that does not exist': 'ngày không tồn tại',
  'a time in words': 'thời điểm viết bằng chữ',
  'an empty payment_id': 'payment_id rỗng',
  'an empty event_id': 'event_id rỗng',
  'a payment_id that is a number': 'payment_id là một con số',
  'an empty merchant_id': 'merchant_id rỗng',
  'a status that no creation has': 'status không thể có lúc vừa tạo (REFUNDED)',
  'a status in lower case': 'status viết thường',
  'no amount at all': 'số tiền là null',
  'an amount in words': 'số tiền viết bằng chữ',
  'an amount without a currency': 'số tiền không có đơn vị tiền tệ',
  'a list': 'một danh sách thay cho message',
  nothing: 'không có gì (null)',
  'half a message': 'nửa cái message',
  null: 'null',
  'no amount': 'message thiếu số tiền',
  'no payment_id': 'message thiếu payment_id',
  'an order event': 'một event của đơn hàng',
  'a first version with half a đồng': 'message phiên bản 1 có nửa đồng',
  'half a minor unit': 'nửa đơn vị nhỏ nhất',
  'a negative amount': 'số tiền âm',
  'an amount of 0': 'số tiền bằng 0',
  'an amount beyond 2^53 as a number': 'số tiền quá 2^53 viết dưới dạng number',
  'a currency that does not exist': 'đơn vị tiền tệ không tồn tại',
  'a currency in lower case': 'đơn vị tiền tệ viết thường',
  'no currency': 'thiếu đơn vị tiền tệ',
}

function named(what: string): Text {
  return text(what === 'a status that no creation has' ? `${what} (REFUNDED)` : what, spoiltVi[what] ?? what)
}

/** Spoils a good message in every way that has cost somebody money, once before it is sent and once on arrival. */
export async function spoilt(subject: SubjectUnderTest, random: Random): Promise<RulesSeen> {
  const design = await load(subject)
  const [event] = payments(random)
  if (event === undefined) throw new Error('no payment was made up')
  const message = overTheWire(design.write(event))
  const at = (name: FieldName, value: unknown): Json => withValue(message, design.fields[name], value)
  const parent = design.fields.payment_id.replace(/\/[^/]*$/, '')
  const bad: Readonly<Record<string, unknown>> = {
    'a card number beside the amount': withValue(message, `${parent}/card_number`, '4111111111111111'),
    "the customer's e-mail address": withValue(message, `${parent}/customer_email`, 'lan@example.com'),
    'an attribute that nobody declared': withValue(message, '/debug', true),
    'a time without a zone': at('timestamp', '2026-07-19 08:00:00'),
    'a time in Hanoi': at('timestamp', '2026-07-19T15:00:00.000+07:00'),
    'a date that does not exist': at('timestamp', '2026-02-30T08:00:00.000Z'),
    'a time in words': at('timestamp', 'Sun, 19 Jul 2026 08:00:00 GMT'),
    'an empty payment_id': at('payment_id', ''),
    'an empty event_id': at('event_id', ''),
    'a payment_id that is a number': at('payment_id', 418233),
    'an empty merchant_id': at('merchant_id', ''),
    'a status that no creation has': at('status', 'REFUNDED'),
    'a status in lower case': at('status', 'created'),
    'no amount at all': at('amount', null),
    'an amount in words': at('amount', 'forty-two thousand'),
    'an amount without a currency': at('amount', 42000),
    'a list': [message],
    nothing: null,
    ...Object.fromEntries(
      spoiltAmounts(message, design.fields.amount).map(({ what, spoilt }) => [what, spoilt]),
    ),
  }
  const hopeless: Readonly<Record<string, string>> = {
    'half a message': JSON.stringify(message).slice(0, -20),
    'a list': '[]',
    null: 'null',
    'no amount': JSON.stringify(without(message, design.fields.amount)),
    'no payment_id': JSON.stringify(without(message, design.fields.payment_id)),
    'an amount in words': JSON.stringify(at('amount', 'forty-two thousand')),
    'an order event': JSON.stringify({
      specversion: '1.0',
      id: '1',
      source: '/orders',
      type: 'order.placed',
      data: {},
    }),
    'a first version with half a đồng': JSON.stringify({ ...golden[0], amount: 420.5 }),
    ...Object.fromEntries(
      spoiltAmounts(message, design.fields.amount)
        .filter(({ isHopeless }) => isHopeless)
        .map(({ what, spoilt }) => [what, JSON.stringify(spoilt)]),
    ),
  }
  return {
    spoilt: Object.keys(bad).length,
    letOut: Object.entries(bad)
      .filter(([, each]) => design.problems(each).length === 0)
      .map(([what]) => named(what)),
    hopeless: Object.keys(hopeless).length,
    takenIn: Object.entries(hopeless)
      .map(([what, each]) => ({ what: named(what), read: attempt(() => design.read(each)) }))
      .filter(({ read }) => !(read instanceof Error)),
  }
}

/**
 * Whatever the amount looks like, its members can be spoilt: a number gets a fraction, a sign, nothing; a currency gets lost
 * or becomes one that nobody knows.
 */
function spoiltAmounts(
  message: Json,
  pointer: string,
): { what: string; spoilt: Json; isHopeless: boolean }[] {
  const amount = valueAt(message, pointer)
  const members: [string, unknown][] =
    typeof amount === 'object' && amount !== null
      ? Object.entries(amount).map(([name, value]) => [`${pointer}/${name}`, value])
      : [[pointer, amount]]
  return members.flatMap(([where, value]) => {
    const put = (what: string, other: unknown, isHopeless: boolean) => ({
      what,
      spoilt: withValue(message, where, other),
      isHopeless,
    })
    if (typeof value === 'number') {
      return [
        put('half a minor unit', value + 0.5, true),
        put('a negative amount', -value, false),
        put('an amount of 0', 0, false),
        put('an amount beyond 2^53 as a number', 2 ** 60, false),
      ]
    }
    if (typeof value !== 'string') return []
    const isCode = /^[A-Z]{3}$/.test(value)
    return isCode
      ? [
          put('a currency that does not exist', 'XYZ', true),
          put('a currency in lower case', value.toLowerCase(), false),
          { what: 'no currency', spoilt: without(message, where), isHopeless: true },
        ]
      : [put('a negative amount', `-${value}`, false), put('an amount in words', 'many', true)]
  })
}

/** A message as a later producer might write it within the same version: more members, at every level. */
function growths(message: Json): { added: string; grown: Json }[] {
  const paths = ['', ...objectsIn(message)]
  return [
    ...paths.map((path) => ({
      added: `${path}/added_in_2027`,
      grown: withValue(message, `${path}/added_in_2027`, { any: ['thing'] }),
    })),
    { added: 'traceparent', grown: grown(message) },
  ]
}

const grown = (message: Json): Json => ({
  ...message,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
})

/** What a message of the first version has always meant, whoever reads it. */
function meantBy(message: Json): PaymentCreated {
  return {
    eventId: String(message['event_id']),
    occurredAt: new Date(message['timestamp'] as string | number).toISOString(),
    paymentId: String(message['payment_id']),
    merchantId: String(message['merchant_id']),
    amount: { minor: BigInt(message['amount'] as number), currency: 'VND' },
    status: String(message['status']),
  }
}

/** The consumer of 2024, which still runs: it takes the amount for đồng, as it always was. */
function understoodBefore(message: Json | undefined): PaymentCreated | undefined {
  return message === undefined ? undefined : meantBy(overTheWire(message))
}

function isUnderstood(sent: PaymentCreated, understood: unknown): boolean {
  const canBeSaid = sent.amount.currency === 'VND' && sent.amount.minor <= BigInt(Number.MAX_SAFE_INTEGER)
  return canBeSaid ? isDeepStrictEqual(understood, sent) : understood === undefined
}

/** The facts of an event, whatever else its reader keeps. */
function onlyFacts(read: unknown): unknown {
  if (typeof read !== 'object' || read === null || read instanceof Error) return read
  const { eventId, occurredAt, paymentId, merchantId, amount, status } = read as PaymentCreated
  return {
    eventId,
    occurredAt,
    paymentId,
    merchantId,
    amount: { minor: amount?.minor, currency: amount?.currency },
    status,
  }
}

function isSameFact(name: FieldName, found: unknown, expected: string): boolean {
  if (name !== 'timestamp') return found === expected
  return typeof found === 'string' && Date.parse(found) === Date.parse(expected)
}

/** What a message turns into on its way through JSON. */
function overTheWire(message: Json): Json {
  return JSON.parse(JSON.stringify(message)) as Json
}

function whatJsonLoses(message: Json): string | undefined {
  const arrived = attempt(() => overTheWire(message))
  if (arrived instanceof Error) return arrived.message
  return isDeepStrictEqual(arrived, message) ? undefined : JSON.stringify(arrived)
}

/** What a call answers, or the error it throws. A TODO is no answer. */
function attempt<Value>(call: () => Value): Value | Error {
  try {
    return call()
  } catch (error) {
    if (error instanceof Error && /is still a TODO/.test(error.message)) throw error
    return error instanceof Error ? error : new Error(String(error))
  }
}
