/** The codec: any message of any version comes back as it went, and a cut one says where. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { MessageError, readRequest, readResponse, writeRequest, writeResponse } from './codec.ts'
import { endResponse, FrameParser, startResponse } from './frame.ts'
import { fetch } from './messages/01-fetch.ts'
import { metadata } from './messages/03-metadata.ts'
import { heartbeat } from './messages/12-heartbeat.ts'
import { messages } from './messages.ts'
import {
  readUnsignedVarint,
  readVarint,
  readVarlong,
  writeUnsignedVarint,
  writeVarint,
  writeVarlong,
} from './primitives.ts'
import { includes, type Message, type Row, type Rows } from './schema.ts'
import { encodeResponse, encodeResponsePieces } from './wire.ts'

const walks = {
  request: {
    read: (m: Message, version: number, bytes: Buffer) => readRequest(m, version, new ByteReader(bytes)),
    write: (m: Message, version: number, fields: Record<string, unknown>) => {
      const writer = new ByteWriter(1)
      writeRequest(m, version, writer, fields)
      return writer.take()
    },
  },
  response: {
    read: (m: Message, version: number, bytes: Buffer) => readResponse(m, version, new ByteReader(bytes)),
    write: (m: Message, version: number, fields: Record<string, unknown>) => {
      const writer = new ByteWriter(1)
      writeResponse(m, version, writer, fields)
      return writer.take()
    },
  },
}
const directions = ['request', 'response'] as const
const everything = messages.flatMap((m) =>
  directions.flatMap((direction) => {
    const [first, last] = m.versions
    return Array.from({ length: last - first + 1 }, (_, index) => ({
      m,
      name: m.name,
      direction,
      version: first + index,
    }))
  }),
)

function anyFields(rows: Rows, version: number): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(rows).map(([name, row]) => [
    name,
    includes(row.versions, version) ? anyValue(row, version) : fc.constant(row.fallback),
  ])
  return fc.record(Object.fromEntries(entries), { noNullPrototype: true })
}

function anyValue(row: Row, version: number): fc.Arbitrary<unknown> {
  const value = anyPresent(row, version)
  return row.isNullable ? fc.option(value, { nil: null }) : value
}

function anyPresent(row: Row, version: number): fc.Arbitrary<unknown> {
  switch (row.kind) {
    case 'boolean':
      return fc.boolean()
    case 'int8':
      return fc.integer({ min: -128, max: 127 })
    case 'int16':
      return fc.integer({ min: -32_768, max: 32_767 })
    case 'int32':
      return fc.integer()
    case 'int64':
      return fc.maxSafeInteger()
    case 'uuid':
      return fc.uuid()
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 5 })
    case 'bytes':
    case 'records':
      return fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes))
    case 'array': {
      const element = row.element as Rows | Row
      const one =
        typeof element['kind'] === 'string'
          ? anyValue(element as Row, version)
          : anyFields(element as Rows, version)
      return fc.array(one, { maxLength: 2 })
    }
  }
}

describe('messages', () => {
  test('are written down in the order of their keys, each once', () => {
    const keys = messages.map((m) => m.key)
    expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b))
  })

  test.each(everything)('$name $direction v$version comes back as it went', ({ m, direction, version }) => {
    fc.assert(
      fc.property(anyFields(m[direction], version), (fields) => {
        const bytes = walks[direction].write(m, version, fields)
        expect(walks[direction].read(m, version, bytes)).toEqual(fields)
      }),
      { numRuns: 20 },
    )
  })

  test.each(everything)('$name $direction v$version cut short says where', ({ m, direction, version }) => {
    const [fields] = fc.sample(anyFields(m[direction], version), { seed: 7, numRuns: 1 })
    const bytes = walks[direction].write(m, version, fields as Record<string, unknown>)
    for (let size = 0; size < bytes.length; size++) {
      const error = errorOf(() => walks[direction].read(m, version, Buffer.from(bytes.subarray(0, size))))
      expect(error).toBeInstanceOf(MessageError)
      expect(error.message).toMatch(/^\/.+: .+ at byte \d+/)
    }
  })

  test('a mistake deep inside is told with its path', () => {
    const bytes = walks.response.write(metadata, 5, {
      brokers: [],
      clusterId: 'c',
      controllerId: 0,
      topics: [
        {
          errorCode: 0,
          name: 't',
          partitions: [{ errorCode: 0, index: 0, leaderId: 0, replicaNodes: [1], isrNodes: [1] }],
        },
      ],
    })
    const error = errorOf(() => walks.response.read(metadata, 5, bytes.subarray(0, -1)))
    expect(error.message).toBe('/topics/0/partitions/0/offlineReplicas: needs 4 bytes at byte 55, 3 left')
  })

  test('a made-up array size reserves no memory', () => {
    const bytes = Buffer.from('7fffffff', 'hex')
    expect(errorOf(() => walks.request.read(metadata, 1, bytes)).message).toBe(
      '/topics: needs 2147483647 bytes at byte 4, 0 left',
    )
  })

  test('an unknown tagged field is passed over', () => {
    const bytes = Buffer.concat([
      walks.request.write(heartbeat, 4, { groupId: 'g', generationId: 1, memberId: 'm' }).subarray(0, -1),
      Buffer.from([1, 9, 2, 0xaa, 0xbb]),
    ])
    expect(walks.request.read(heartbeat, 4, bytes)).toMatchObject({ groupId: 'g', memberId: 'm' })
  })

  test('a tagged field with its default is not written', () => {
    const plain = { maxWaitMs: 1, minBytes: 1, isolationLevel: 0, topics: [] }
    const without = walks.request.write(fetch, 12, plain)
    const withIt = walks.request.write(fetch, 12, { ...plain, clusterId: 'c' })
    expect(withIt.length - without.length).toBe('tag, size, length, c'.split(', ').length)
  })
})

describe('varints', () => {
  test('come back as they went', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), (small, large) => {
        const writer = new ByteWriter(1)
        writeVarint(writer, small)
        writeVarlong(writer, large)
        writeUnsignedVarint(writer, small >>> 0)
        const reader = new ByteReader(writer.take())
        expect([readVarint(reader), readVarlong(reader), readUnsignedVarint(reader)]).toEqual([
          small,
          large,
          small >>> 0,
        ])
      }),
    )
  })

  test('that never end are refused', () => {
    const endless = () => new ByteReader(Buffer.alloc(11, 0xff))
    expect(() => readVarint(endless())).toThrow('a varint of more than 32 bits at byte 0')
    expect(() => readVarlong(endless())).toThrow('a varint of more than 64 bits at byte 0')
  })
})

function errorOf(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

test('a response comes out the same in one piece and in pieces, whatever its records are as long as', () => {
  const head = { key: fetch.key, version: 11, correlationId: 7 }
  const response = (sizes: readonly number[]) => ({
    topics: sizes.map((size, index) => ({
      name: `t${index}`,
      partitions: [
        {
          index,
          errorCode: 0,
          highWatermark: 1,
          abortedTransactions: null,
          records: [Buffer.alloc(size, index), Buffer.alloc(3, 9)],
        },
      ],
    })),
  })
  const size = fc.oneof(fc.nat(20), fc.integer({ min: 4_000, max: 5_000 }), fc.constant(70_000))
  fc.assert(
    fc.property(fc.array(size, { maxLength: 5 }), (sizes) => {
      const pieces = encodeResponsePieces(head, response(sizes))
      expect(Buffer.concat(pieces).equals(encodeResponse(head, response(sizes)))).toBe(true)
      expect(pieces.length > 1).toBe(sizes.some((bytes) => bytes >= 4096))
    }),
  )
})

test('a writer that links goes on behind what was taken', () => {
  const writer = new ByteWriter(8, { mayLink: true })
  const frame = (fill: number) => {
    const start = startResponse(writer, heartbeat, { version: 0, correlationId: fill })
    writer.link(Buffer.alloc(5_000, fill))
    writer.uint8(fill)
    endResponse(writer, start)
  }
  const parser = new FrameParser()
  frame(1)
  frame(2)
  const first = writer.takePieces()
  frame(3)
  const frames = [...first, ...writer.takePieces()].flatMap((piece) => parser.push(piece))
  expect(frames.map((one) => [one.readInt32BE(0), one.length, one.at(-1)])).toEqual([
    [1, 5_005, 1],
    [2, 5_005, 2],
    [3, 5_005, 3],
  ])
})
