/** Bytes that no client would send: the broker answers or cuts, and goes on serving everybody else. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { frameBytes, type RawClient, rawChannel, rawSocket } from '../raw-client.ts'
import { recordedMethods } from '../wire/fixtures/amqplib-frames.ts'

let broker: RabbitMQ
let witness: RawClient
beforeAll(async () => {
  broker = await startRabbitMQ()
  witness = await rawChannel(broker)
})
afterAll(async () => {
  witness.cut()
  await broker.stop()
})

async function isServing(): Promise<boolean> {
  return (await witness.call(1, 'basic.qos')).method === 'basic.qos-ok'
}

test('any recorded method with any byte changed, on an open channel', async () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), index: fc.nat(recordedMethods.length - 1) })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const client = await rawChannel(broker)
      for (const { at, to, index } of changes) {
        const bytes = Buffer.from(recordedMethods[index]?.hex ?? '', 'hex')
        // The size stays: a wrong one only makes the broker wait for more.
        const place = at % bytes.length
        if (place < 3 || place > 6) bytes[place] = to
        client.write(bytes)
      }
      expect(await isServing()).toBe(true)
      client.cut()
    }),
    { numRuns: 150 },
  )
})

test('any payload in any kind of frame', async () => {
  const frame = fc.record({
    type: fc.constantFrom(1, 2, 3, 8, 77),
    channel: fc.constantFrom(0, 1, 2),
    payload: fc.uint8Array({ maxLength: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
      const client = await rawChannel(broker)
      for (const { type, channel, payload } of frames)
        client.write(frameBytes(type, channel, Buffer.from(payload)))
      expect(await isServing()).toBe(true)
      client.cut()
    }),
    { numRuns: 150 },
  )
})

test('any bytes instead of a protocol header', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (bytes) => {
      const client = await rawSocket(broker)
      client.write(Buffer.from(bytes))
      expect(await isServing()).toBe(true)
      client.cut()
    }),
    { numRuns: 50 },
  )
})

test('nothing of all these connections is left', async () => {
  await eventually(
    'only the witness is connected',
    async () => (await broker.inspect('/')).connections.length === 1,
  )
})
