/**
 * A hundred thousand requests with something wrong in them: each is answered as its version demands, with errors that Kafka
 * has, or ends its connection; the broker has no mistake of its own to report, goes on serving everybody else, and keeps
 * nothing of it.
 *
 * The broker runs in this thread, so that whatever it reports is seen.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../eventually.ts'
import { createRandom, type Random } from '../random.ts'
import { scaled, seed } from '../soak.ts'
import { handlers } from './handlers/handlers.ts'
import { completeOptions } from './kafka.ts'
import { type RawClient, rawConnect, readAnswer, requestFrame } from './raw-client.ts'
import { KafkaServer } from './server.ts'
import { errorCodes } from './wire/error-code.ts'
import { FrameParser } from './wire/frame.ts'
import { apiVersions } from './wire/messages/18-api-versions.ts'
import { createTopics } from './wire/messages/19-create-topics.ts'
import { messages } from './wire/messages.ts'
import { encodeBatch } from './wire/record-batch.ts'
import { includes, type Message, type Row, type Rows } from './wire/schema.ts'

const INPUTS = scaled(100_000)
const CLIENTS = 16
/** Heaps are cleaned late, and some mutated requests are good ones: they leave topics, groups and records. */
const GROWTH_MEGABYTES_MAX = 200
/** How long what may wait is waited for. */
const PATIENCE_MS = 40
const ANSWER_MS_MAX = 20_000
/** Some requests wait by right: for records, for members, for followers. */
const MAY_WAIT = new Set([0, 1, 11, 14, 26])
const INPUT_ID = 0x0102_0304
const PROBE_ID = 0x0506_0708
/** What every input is followed by: a connection that answers it still works. */
const PROBE = requestFrame(apiVersions, 0, {}, { correlationId: PROBE_ID, clientId: null })

let server: KafkaServer
let port: number
let witness: RawClient
const reported = vi.spyOn(console, 'error').mockImplementation(() => {})

beforeAll(async () => {
  server = new KafkaServer(completeOptions({ autoCreateTopics: false, seed }))
  port = (await server.listen())[0] as number
  witness = await open()
})
afterAll(async () => {
  witness.cut()
  await server.stop()
})

/** Some inputs delete the topic that the others mean. One call after the other, since they share the witness. */
let restoring: Promise<unknown> = Promise.resolve()
function restoreTopic(): Promise<unknown> {
  const topics = [{ name: 'x', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }]
  restoring = restoring.then(() => witness.call(createTopics, 2, { topics, timeoutMs: 0 }))
  return restoring
}

const open = () => rawConnect({ host: '127.0.0.1', port })

/** A request as a client that means well might send it; every name in it is `x`, so that many of them hit something. */
function sampleOf(m: Message, version: number, random: Random): Buffer {
  const head = { correlationId: INPUT_ID, clientId: 'x' }
  return requestFrame(m, version, sampleFields(m.request, version, random), head)
}

function sampleFields(rows: Rows, version: number, random: Random): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([, row]) => includes(row.versions, version))
      .map(([name, row]) => [name, sampleValue(row, version, random)]),
  )
}

function sampleValue(row: Row, version: number, random: Random): unknown {
  if (row.isNullable && random.below(4) === 0) return null
  switch (row.kind) {
    case 'boolean':
      return random.below(2) === 0
    case 'int8':
      return [0, 0, 1, -1, 2][random.below(5)]
    case 'int16':
    case 'int32':
    case 'int64':
      return [0, 0, 1, -1, 6_000][random.below(5)]
    case 'uuid':
      return '00000000-0000-0000-0000-000000000001'
    case 'string':
      return ['x', 'x', 'x', ''][random.below(4)]
    case 'bytes':
      return Buffer.from('x')
    case 'records':
      return sampleBatch(random)
    case 'array':
      return Array.from({ length: random.below(3) }, () => sampleElement(row.element, version, random))
  }
}

function sampleElement(element: Rows | Row | undefined, version: number, random: Random): unknown {
  return typeof element?.['kind'] === 'string'
    ? sampleValue(element as Row, version, random)
    : sampleFields(element as Rows, version, random)
}

function sampleBatch(random: Random): Buffer {
  const records = Array.from({ length: 1 + random.below(3) }, () => ({ value: Buffer.from('x') }))
  if (random.below(2) === 0) return encodeBatch(records)
  const attributes = random.below(2) * 0b1_0000
  return encodeBatch(records, { producerId: 0, producerEpoch: 0, baseSequence: 0, attributes })
}

/** Half of the inputs are wrong inside a frame whose size is right; the others anywhere. */
function mutated(random: Random): Buffer {
  const { message, versions } = handlers[random.below(handlers.length)] as (typeof handlers)[number]
  const frame = sampleOf(message, versions[0] + random.below(versions[1] - versions[0] + 1), random)
  if (random.below(2) === 0) return changed(frame, random)
  const body = changed(frame.subarray(4), random)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

/** Up to three changes, each to a byte, a bit, or the length; none leaves values that don't go together. */
function changed(from: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(from)
  for (let changes = random.below(4); changes > 0; changes--) {
    const at = random.below(Math.max(1, bytes.length))
    const kind = random.below(6)
    if (kind <= 2) bytes[at] = random.below(256)
    else if (kind === 3) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    else if (kind === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))])
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.alloc(1 + random.below(4), at),
        bytes.subarray(at),
      ])
  }
  return bytes
}

const known = new Map<number, string>(Object.values(errorCodes).map(({ code, name }) => [code, name]))
const seen = new Map<string, number>()
const wrong: string[] = []
const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)

/** The answer to an input can be read in the version that was asked for, and has no errors that Kafka has not. */
function judge(frame: Buffer, input: Buffer): void {
  const key = input.readInt16BE(4)
  const version = input.readInt16BE(6)
  const message = messages.find((one) => one.key === key)
  try {
    if (message === undefined) throw new Error(`an answer to key ${key}`)
    const isVersionUnknown = key === 18 && (version < 0 || version > 4)
    const answer = readAnswer(message, isVersionUnknown ? 0 : version, frame)
    for (const code of codesIn(answer)) {
      // -1 is Kafka's own answer to some nonsense; a mistake of ours would be reported.
      if (!known.has(code)) wrong.push(`${input.toString('hex')}: error ${code}`)
      count(known.get(code) ?? String(code))
    }
  } catch (error) {
    wrong.push(`${input.toString('hex')}: ${error}`)
  }
}

function codesIn(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(codesIn)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return []
  return Object.entries(value).flatMap(([name, field]) =>
    name === 'errorCode' ? [field as number] : codesIn(field),
  )
}

/** Whether the broker may owe nothing: a frame is longer than what came, has the probe inside it, or waits by right. */
function mayWait(bytes: Buffer): boolean {
  try {
    const frames = new FrameParser().push(bytes)
    const endsWithProbe = frames.at(-1)?.equals(PROBE.subarray(4)) === true
    return !endsWithProbe || frames.some((frame) => MAY_WAIT.has(frame.readInt16BE(0)))
  } catch {
    return false
  }
}

/** Sends one input and sees what becomes of its connection; gives whether that can be used again. */
async function provoke(client: RawClient, input: Buffer): Promise<boolean> {
  const bytes = Buffer.concat([input, PROBE])
  client.socket.write(bytes)
  let hasGivenUp = false
  const patience = setTimeout(() => {
    hasGivenUp = mayWait(bytes)
    if (hasGivenUp) client.cut()
  }, PATIENCE_MS)
  const late = setTimeout(() => {
    wrong.push(`${input.toString('hex')}: no answer in ${ANSWER_MS_MAX} ms`)
    client.cut()
  }, ANSWER_MS_MAX)
  try {
    for (;;) {
      const frame = await client.next()
      if (frame === undefined) count(hasGivenUp ? 'waited for' : 'closed')
      if (frame === undefined) return false
      const correlationId = frame.readInt32BE(0)
      if (correlationId === PROBE_ID) return true
      if (correlationId === INPUT_ID) judge(frame, input)
    }
  } finally {
    clearTimeout(patience)
    clearTimeout(late)
  }
}

const residentMegabytes = () => process.memoryUsage.rss() / 1024 / 1024

test(`${INPUTS} mutated requests (MQ_SEED=${seed})`, async () => {
  let sent = 0
  let warmMegabytes = 0
  async function run(random: Random): Promise<void> {
    let client = await open()
    while (sent < INPUTS) {
      if (++sent === Math.ceil(INPUTS / 10)) warmMegabytes = residentMegabytes()
      if (sent % 50 === 1) await restoreTopic()
      if (await provoke(client, mutated(random))) continue
      client.cut()
      client = await open()
    }
    client.cut()
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => run(createRandom(seed * CLIENTS + index))))

  expect(reported.mock.calls.map((call) => call.map(String).join(' ')).slice(0, 3)).toEqual([])
  expect(wrong.slice(0, 10)).toEqual([])
  expect((await witness.call(apiVersions, 0, {}))?.errorCode).toBe(0)
  // Otherwise the inputs were no test. Only what a thousand inputs meet many times: the rest would be luck.
  for (const what of ['closed', 'NONE', 'UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_REQUEST', 'CORRUPT_MESSAGE'])
    expect(seen.get(what), what).toBeGreaterThan(0)
  await eventually('only the witness is connected', () => server.connections === 1)
  expect(residentMegabytes() - warmMegabytes).toBeLessThan(GROWTH_MEGABYTES_MAX)
})
