/**
 * A hundred thousand frames with something wrong in them: each gets an answer or ends its connection, the answer is one of
 * the protocol's, the broker goes on serving everybody else, and keeps nothing of it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { createRandom, type Random } from '../../random.ts'
import { residentMegabytes, scaled, seed } from '../../soak.ts'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { frameBytes, type RawClient, rawChannel } from '../raw-client.ts'
import { recordedMethods } from '../wire/fixtures/amqplib-frames.ts'
import { FRAME_BODY, FRAME_HEADER } from '../wire/frame.ts'
import { encodeProperties } from '../wire/properties.ts'
import { replyCodes } from '../wire/reply-code.ts'
import { encodeMethodFrame } from '../wire/wire.ts'

const INPUTS = scaled(100_000)
const CLIENTS = 16
/** What the broker may have grown by in the end: heaps are cleaned late, and some mutated declarations are good ones. */
const GROWTH_MEGABYTES_MAX = 100
/** A frame that says it is longer than it is makes the broker wait for the rest. So it gets a rest, which can't be right. */
const PATIENCE_MS = 60
const REST = Buffer.alloc(150_000)
const ANSWER_MS_MAX = 20_000
/** The channel that is used for nothing but to ask whether the connection still works. */
const PROBED = 2

let broker: RabbitMQ
let witness: RawClient
beforeAll(async () => {
  broker = await startRabbitMQ({ runsIn: 'child', seed })
  witness = await rawChannel(broker)
})
afterAll(async () => {
  witness.cut()
  await broker.stop()
})

interface Parts {
  readonly type: number
  readonly channel: number
  readonly payload: Buffer
}

/** Inputs as a client that means well sends them: single methods, and publishes of three frames. */
const inputs: readonly (readonly Parts[])[] = [
  ...recordedMethods.map(({ hex }) => partsOf(Buffer.from(hex, 'hex'))),
  partsOf(
    encodeMethodFrame(1, 'queue.declare', {
      queue: 'q',
      passive: false,
      durable: false,
      exclusive: true,
      autoDelete: false,
      nowait: false,
      arguments: { 'x-max-length': 10 },
    }),
  ),
  partsOf(encodeMethodFrame(1, 'basic.get', { queue: 'q', noAck: false })),
  partsOf(encodeMethodFrame(1, 'basic.ack', { deliveryTag: 0, multiple: true })),
  publishOf({ deliveryMode: 2, headers: { a: 1, b: ['x', true] }, expiration: '100' }),
  publishOf({ correlationId: 'c', replyTo: 'amq.rabbitmq.reply-to', timestamp: 1, userId: 'guest' }),
  [{ type: 8, channel: 0, payload: Buffer.alloc(0) }],
]

function partsOf(frame: Buffer): [Parts] {
  const channel = frame.readUInt16BE(1) === 0 ? 0 : 1
  return [{ type: frame.readUInt8(), channel, payload: frame.subarray(7, -1) }]
}

function publishOf(properties: Parameters<typeof encodeProperties>[0]): Parts[] {
  const fields = { exchange: '', routingKey: 'q', mandatory: false, immediate: false }
  const head = Buffer.alloc(12)
  head.writeUInt16BE(60)
  head.writeUInt32BE(4, 8)
  return [
    ...partsOf(encodeMethodFrame(1, 'basic.publish', fields)),
    { type: FRAME_HEADER, channel: 1, payload: Buffer.concat([head, encodeProperties(properties)]) },
    { type: FRAME_BODY, channel: 1, payload: Buffer.from('body') },
  ]
}

/** Half of the inputs are wrong inside a frame, where the frame itself is right; the others anywhere. */
function mutated(random: Random): Buffer {
  const parts = inputs[random.below(inputs.length)] as readonly Parts[]
  const wrongPart = random.below(2) === 0 ? random.below(parts.length) : -1
  const frames = parts.map(({ type, channel, payload }, index) =>
    frameBytes(type, channel, index === wrongPart ? changed(payload, random) : payload),
  )
  const bytes = Buffer.concat(frames)
  return wrongPart === -1 ? changed(bytes, random) : bytes
}

/** One to three changes, each to a byte, a bit, or the length. */
function changed(from: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(from)
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
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

const known = new Set<number>(Object.values(replyCodes).map(({ code }) => code))
const closes = new Map<string, number>()
const wrong: string[] = []

function judge(
  kind: 'connection' | 'channel',
  fields: { replyCode: number; replyText: string },
  input: Buffer,
): void {
  const key = `${kind} ${fields.replyCode}`
  closes.set(key, (closes.get(key) ?? 0) + 1)
  const reply = Object.values(replyCodes).find(({ code }) => code === fields.replyCode)
  const isRight = known.has(fields.replyCode) && (kind === 'connection' || reply?.closes === 'channel')
  // A bug of ours says of itself that it is one.
  if (isRight && !fields.replyText.includes('broker bug')) return
  wrong.push(`${input.toString('hex')}: ${key} ${fields.replyText}`)
}

async function openClient(): Promise<RawClient> {
  const client = await rawChannel(broker)
  await client.call(PROBED, 'channel.open')
  return client
}

/** Sends one input and sees what becomes of its connection; gives whether that can be used again. */
async function provoke(client: RawClient, input: Buffer): Promise<boolean> {
  client.write(input)
  client.send(PROBED, 'basic.qos')
  const rest = setTimeout(() => client.write(REST), PATIENCE_MS)
  const late = setTimeout(() => {
    wrong.push(`${input.toString('hex')}: no answer in ${ANSWER_MS_MAX} ms`)
    client.cut()
  }, ANSWER_MS_MAX)
  try {
    for (;;) {
      const frame = await client.next()
      if (frame === undefined) return false
      if (frame.kind !== 'method') continue
      if (frame.channel === PROBED && frame.method === 'basic.qos-ok') return true
      if (frame.method === 'connection.close') {
        judge('connection', frame.fields, input)
        return false
      }
      if (frame.method !== 'channel.close') continue
      judge('channel', frame.fields, input)
      client.send(frame.channel, 'channel.close-ok')
      client.send(frame.channel, 'channel.open')
      // What was asked on a channel that has closed is not answered.
      if (frame.channel === PROBED) return false
    }
  } finally {
    clearTimeout(rest)
    clearTimeout(late)
  }
}

async function isServing(): Promise<boolean> {
  return (await witness.call(1, 'basic.qos')).method === 'basic.qos-ok'
}

test(`${INPUTS} mutated inputs (MQ_SEED=${seed})`, async () => {
  let sent = 0
  let warmMegabytes = 0
  async function run(random: Random): Promise<void> {
    let client = await openClient()
    while (sent < INPUTS) {
      if (++sent === Math.ceil(INPUTS / 10)) warmMegabytes = residentMegabytes(broker.pid)
      if (await provoke(client, mutated(random))) continue
      client.cut()
      client = await openClient()
    }
    client.cut()
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => run(createRandom(seed * CLIENTS + index))))

  expect(wrong).toEqual([])
  expect(await isServing()).toBe(true)
  // Otherwise the inputs were no test. Only codes that a thousand inputs meet many times: rarer ones would be luck.
  for (const code of [501, 503, 504]) expect(closes.get(`connection ${code}`), `${code}`).toBeGreaterThan(0)
  for (const code of [404, 406]) expect(closes.get(`channel ${code}`), `${code}`).toBeGreaterThan(0)
  await eventually(
    'only the witness is connected',
    async () => (await broker.inspect('/')).connections.length === 1,
  )
  expect(residentMegabytes(broker.pid) - warmMegabytes).toBeLessThan(GROWTH_MEGABYTES_MAX)
})
