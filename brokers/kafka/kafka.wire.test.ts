/** The door: starting, stopping, killing, restarting; and what a client gets that speaks in an unexpected way. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../bytes.ts'
import { discardSpares, type Kafka, type KafkaOptions, prepareSpare, startKafka } from './kafka.ts'
import { readResponse, writeRequest } from './wire/codec.ts'
import { fetch } from './wire/messages/01-fetch.ts'
import { metadata } from './wire/messages/03-metadata.ts'
import { apiVersions } from './wire/messages/18-api-versions.ts'
import type { Message } from './wire/schema.ts'

const started: Kafka[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const cluster of started.splice(0)) await cluster.stop()
})
afterAll(discardSpares)

async function start(options: KafkaOptions = {}): Promise<Kafka> {
  const cluster = await startKafka(options)
  started.push(cluster)
  return cluster
}

const portOf = (cluster: Kafka) => Number(cluster.brokers[0]?.split(':').at(-1))

async function open(cluster: Kafka): Promise<Socket> {
  const socket = connect(portOf(cluster), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** A request as bytes; flexible versions are not built here. */
function request(m: Message, version: number, fields: Record<string, unknown>, correlationId = 1): Buffer {
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int16(m.key)
  writer.int16(version)
  writer.int32(correlationId)
  writer.int16(-1)
  if (includesVersion(m, version)) writeRequest(m, version, writer, fields)
  const bytes = writer.take()
  bytes.writeInt32BE(bytes.length - 4, 0)
  return bytes
}

const includesVersion = ({ versions: [first, last] }: Message, version: number) =>
  version >= first && version <= last

/** The next answers on this socket, without their sizes. */
async function answers(socket: Socket, count: number): Promise<ByteReader[]> {
  const found: ByteReader[] = []
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const size = bytes.readInt32BE(0)
      found.push(new ByteReader(bytes.subarray(4, 4 + size)))
      bytes = bytes.subarray(4 + size)
    }
    if (found.length >= count) break
  }
  return found
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a cluster', () => {
  test.each(['worker', 'child'] as const)(
    'starts in a %s, listens, and frees its port when stopped',
    async (runsIn) => {
      const cluster = await start({ runsIn })
      await open(cluster)

      await cluster.stop()

      const server = createServer().listen(portOf(cluster), '127.0.0.1')
      await once(server, 'listening')
      server.close()
    },
  )

  test('is killed without a trace and comes back at the same address, empty', async () => {
    await prepareSpare()
    const cluster = await start({ runsIn: 'child' })
    const { brokers, pid } = cluster
    const socket = await open(cluster)
    socket.write(request(metadata, 1, { topics: [{ name: 'made' }] }))
    await answers(socket, 1)
    expect((await cluster.inspect()).topics.map(({ name }) => name)).toEqual(['made'])

    await cluster.kill()
    expect(isAlive(pid as number)).toBe(false)
    await cluster.restart()

    expect(cluster.brokers).toEqual(brokers)
    expect((await cluster.inspect()).topics).toEqual([])
  })

  test('in a worker says that it cannot be killed alone', async () => {
    await expect((await start()).kill()).rejects.toThrow("start it with runsIn: 'child'")
  })

  test('says in one sentence what is wrong with an address or an option', async () => {
    const cluster = await start()
    await expect(startKafka({ ports: [portOf(cluster)] })).rejects.toThrow('is in use by another program')
    await expect(startKafka({ numPartitions: 0 })).rejects.toThrow('options of startKafka')
  })

  test('makes the same ids from the same seed', async () => {
    const ids = []
    for (const cluster of [await start({ seed: 7 }), await start({ seed: 7 })])
      ids.push((await cluster.inspect()).clusterId)
    expect(ids[0]).toBe(ids[1])
  })
})

describe('a client', () => {
  let cluster: Kafka
  beforeAll(async () => {
    cluster = await startKafka()
  })
  afterAll(() => cluster.stop())

  test('that asks in an unknown version of ApiVersions is told the versions in the oldest form', async () => {
    const socket = await open(cluster)
    socket.write(Buffer.from('0000000b0012006300000005ffff00', 'hex'))
    const [reader] = await answers(socket, 1)

    expect(reader?.int32()).toBe(5)
    const response = readResponse(apiVersions, 0, reader as ByteReader)
    expect(response.errorCode).toBe(35)
    expect(response.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }])
  })

  test.each([
    ['a version that is advertised and not served', 0, 2],
    ['a version below what is served', 2, 0],
    ['a version above what is served', 3, 99],
    ['a key that nobody has', 999, 0],
  ])('is cut off after %s', async (_, key, version) => {
    const socket = await open(cluster)
    socket.write(request({ ...metadata, key, versions: [-1, -1] }, version, {}))
    await once(socket, 'close')
  })

  test.each([
    ['an endless size', Buffer.from('7fffffff', 'hex')],
    ['a negative size', Buffer.from('ffffffff', 'hex')],
    ['a request that is too short', Buffer.from('0000000400030001', 'hex')],
    ['half a message', Buffer.from('0000000e00030001000000010000000000ff', 'hex')],
  ])('is cut off after %s, and the others are served on', async (_, bytes) => {
    const hostile = await open(cluster)
    const other = await open(cluster)

    hostile.resume().write(bytes)
    await once(hostile, 'close')

    other.write(request(metadata, 1, { topics: [] }))
    expect(await answers(other, 1)).toHaveLength(1)
  })

  test('is answered in the order of its requests, behind a fetch that waits', async () => {
    const socket = await open(cluster)
    socket.write(request(metadata, 1, { topics: [{ name: 't' }] }, 1))
    await answers(socket, 1)
    const waiting = {
      maxWaitMs: 100,
      minBytes: 1,
      isolationLevel: 0,
      topics: [{ name: 't', partitions: [{ index: 0, fetchOffset: 0, maxBytes: 1000 }] }],
    }
    const startedMs = performance.now()
    socket.write(Buffer.concat([request(fetch, 4, waiting, 2), request(metadata, 1, { topics: [] }, 3)]))

    const both = await answers(socket, 2)

    expect(both.map((reader) => reader.int32())).toEqual([2, 3])
    expect(performance.now() - startedMs).toBeGreaterThan(95)
  })

  test('may send its bytes one by one', async () => {
    const socket = await open(cluster)
    const bytes = request(metadata, 1, { topics: [] }, 9)
    for (const byte of bytes) socket.write(Buffer.from([byte]))
    const [reader] = await answers(socket, 1)
    expect(reader?.int32()).toBe(9)
  })
})
