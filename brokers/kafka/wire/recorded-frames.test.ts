/**
 * What real clients and a real Kafka said to each other: read whole, written back as the same bytes, and located when cut.
 * `node brokers/engines/local/record-frames.ts` records anew.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { MessageError, readRequest, readResponse, writeRequest, writeResponse } from './codec.ts'
import { API_VERSIONS } from './frame.ts'
import { messages } from './messages.ts'
import type { Message } from './schema.ts'

interface Recorded {
  readonly client: string
  readonly name: string
  readonly key: number
  readonly version: number
  readonly request: string
  readonly response: string
}

const recorded = JSON.parse(
  readFileSync(new URL('./fixtures/recorded-frames.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

const messageOf = (key: number) => messages.find((one) => one.key === key) as Message

/** How each direction is read and written. */
const walks = {
  request: {
    read: (m: Message, version: number, reader: ByteReader) => readRequest(m, version, reader),
    write: (m: Message, version: number, writer: ByteWriter, fields: Record<string, unknown>) =>
      writeRequest(m, version, writer, fields),
  },
  response: {
    read: (m: Message, version: number, reader: ByteReader) => readResponse(m, version, reader),
    write: (m: Message, version: number, writer: ByteWriter, fields: Record<string, unknown>) =>
      writeResponse(m, version, writer, fields),
  },
} as const

const clients = ['kafkajs 2.2.4', 'kcat', 'Java client 4.3.1']
/** What every one of them needs to write, read and be in a group; Java's tools are gone before their first heartbeat. */
const keysOfAll = [0, 1, 2, 3, 8, 9, 10, 11, 13, 14, 18]

test.each(clients)('%s was recorded in everything that it needs', (client) => {
  const keys = new Set(recorded.filter((one) => one.client.startsWith(client)).map(({ key }) => key))
  expect([...keys]).toEqual(expect.arrayContaining(keysOfAll))
})

describe.each(['request', 'response'] as const)('a recorded %s', (direction) => {
  const { read, write } = walks[direction]

  test.each(recorded)('of $name v$version ($client) is read whole and written as the same bytes', (one) => {
    const m = messageOf(one.key)
    const bytes = Buffer.from(one[direction], 'hex')
    const reader = new ByteReader(bytes)
    const fields = read(m, one.version, reader)

    expect(reader.left).toBe(0)
    const writer = new ByteWriter(1)
    write(m, one.version, writer, fields as Record<string, unknown>)
    expect(writer.take().toString('hex')).toBe(one[direction])
  })

  test.each(recorded)('of $name v$version ($client) cut anywhere says where', (one) => {
    const m = messageOf(one.key)
    const bytes = Buffer.from(one[direction], 'hex')
    for (let size = 0; size < bytes.length; size++) {
      expect(() => read(m, one.version, new ByteReader(bytes, 0, size))).toThrow(MessageError)
    }
  })
})

test('ApiVersions is among them, in the version that clients open with', () => {
  const versions = recorded.filter(({ key }) => key === API_VERSIONS).map(({ version }) => version)
  expect(Math.max(...versions)).toBeGreaterThanOrEqual(3)
})
