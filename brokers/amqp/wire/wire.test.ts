/** The wire door against bytes recorded from amqplib: read, written back, cut at every byte, split anywhere. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { decodeTable, encodeTable, Timestamp, wireTypeOf } from './field-table.ts'
import { recordedMethods, recordedProperties } from './fixtures/amqplib-frames.ts'
import { readMethod, writeMethod } from './method-codec.ts'
import { type FieldType, type MethodFields, type MethodName, methodNames, methods } from './methods.ts'
import { CONTENT_HEADER_BYTES, decodeProperties, encodeProperties, propertyRows } from './properties.ts'
import { createFrameDecoder, encodeMethodFrame, type Frame, FrameError } from './wire.ts'

const protocolHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])

describe('methods', () => {
  test('every method that amqplib knows has a row, and no other', () => {
    expect(recordedMethods.map((one) => one.method).sort()).toEqual([...methodNames].sort())
    expect(methodNames).toHaveLength(66)
  })

  test.each(recordedMethods)(
    "$method is read from amqplib's bytes and written as the same bytes",
    ({ method, fields, hex }) => {
      const [frame] = createFrameDecoder().push(Buffer.from(hex, 'hex'))

      expect(frame).toMatchObject({ kind: 'method', channel: 7, method, fields })
      expect((frame as Frame).raw.toString('hex')).toBe(hex)
      expect(encodeMethodFrame(7, method, fields as never).toString('hex')).toBe(hex)
    },
  )

  test.each(recordedMethods)(
    '$method cut short inside its payload is an error that names frame and byte',
    ({ hex }) => {
      const whole = Buffer.from(hex, 'hex')
      const payload = whole.subarray(7, -1)
      for (let size = 0; size < payload.length; size++) {
        const cut = frameOf(1, payload.subarray(0, size))

        const error = errorOf(() => createFrameDecoder().push(cut))

        expect(error).toBeInstanceOf(FrameError)
        expect(error.message).toMatch(/\(frame 1, byte \d+\)$/)
      }
    },
  )

  test('any fields of any method come back as they went', () => {
    fc.assert(
      fc.property(fc.constantFrom(...methodNames).chain(anyMethod), ([name, fields]) => {
        const writer = new ByteWriter(1)
        writeMethod(writer, name, fields)
        const bytes = writer.take()
        const reader = new ByteReader(bytes)
        expect(readMethod(reader)).toEqual({ method: name, fields })
        expect(reader.left).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('properties', () => {
  const bytes = Buffer.from(recordedProperties.hex, 'hex')

  test("are read from amqplib's bytes and written as the same bytes", () => {
    const [frame] = createFrameDecoder().push(bytes)

    expect(frame).toMatchObject({
      kind: 'header',
      channel: 7,
      bodySize: 1024,
      properties: recordedProperties.properties,
    })
    const list = bytes.subarray(7 + CONTENT_HEADER_BYTES, -1)
    expect(encodeProperties(recordedProperties.properties)).toEqual(Buffer.from(list))
  })

  test('cut at every byte are an error that names frame and byte', () => {
    const payload = bytes.subarray(7, -1)
    for (let size = 0; size < payload.length; size++) {
      const error = errorOf(() => createFrameDecoder().push(frameOf(2, payload.subarray(0, size))))
      expect(error.message).toMatch(/\(frame 1, byte \d+\)$/)
    }
  })

  test('any of them come back as they went', () => {
    const value = {
      shortstr: anyShortString,
      octet: fc.nat(255),
      timestamp: fc.nat(),
      table: anyTable(1),
    } as const
    const all = Object.fromEntries(Object.entries(propertyRows).map(([name, type]) => [name, value[type]]))
    fc.assert(
      fc.property(fc.record(all, { requiredKeys: [] }), (properties) => {
        expect(decodeProperties(encodeProperties(properties))).toEqual(properties)
      }),
    )
  })
})

describe('field tables', () => {
  test('keep the type letters that they came with', () => {
    // `a` as a 32-bit 1, `b` as an unsigned 16-bit 2, `c` as a time: amqplib would write the first as 8 bits.
    const bytes = Buffer.from(
      '00000017' + '0161' + '49' + '00000001' + '0162' + '75' + '0002' + '0163' + '54' + '000000000000000a',
      'hex',
    )

    const table = decodeTable(bytes)

    expect(table).toEqual({ a: 1, b: 2, c: new Timestamp(10) })
    expect([wireTypeOf(table, 'a'), wireTypeOf(table, 'b'), wireTypeOf(table, 'c')]).toEqual([
      'signedint',
      'unsignedshort',
      'timestamp',
    ])
    expect(encodeTable(table)).toEqual(bytes)
  })

  test('any table comes back as it went', () => {
    fc.assert(
      fc.property(anyTable(2), (table) => {
        expect(decodeTable(encodeTable(table))).toEqual(table)
      }),
    )
  })

  test('a name such as __proto__ stays a name', () => {
    const name = Buffer.from('__proto__').toString('hex')
    const table = decodeTable(Buffer.from(`0000000c09${name}6205`, 'hex'))
    expect(Object.keys(table)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('a stream', () => {
  const stream = Buffer.concat([
    protocolHeader,
    ...recordedMethods.map((one) => Buffer.from(one.hex, 'hex')),
    Buffer.from(recordedProperties.hex, 'hex'),
    frameOf(3, Buffer.alloc(1024, 'x')),
    Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce]),
  ])
  const whole = createFrameDecoder().push(stream)

  test('of one piece gives all its frames, whose raw bytes are the stream', () => {
    expect(whole.map((frame) => frame.kind)).toEqual([
      'protocol-header',
      ...recordedMethods.map(() => 'method'),
      'header',
      'body',
      'heartbeat',
    ])
    expect(Buffer.concat(whole.map((frame) => frame.raw))).toEqual(stream)
  })

  test('split anywhere gives the same frames', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
        const decoder = createFrameDecoder()
        const bounds = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const frames = bounds
          .slice(1)
          .flatMap((end, index) => decoder.push(stream.subarray(bounds[index], end)))
        expect(frames).toEqual(whole)
        expect(decoder.pendingBytes).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  test('given byte by byte gives the same frames', () => {
    const decoder = createFrameDecoder()
    expect([...stream].flatMap((byte) => decoder.push(Buffer.from([byte])))).toEqual(whole)
  })

  test('without a protocol header is read, too: a server sends none', () => {
    expect(createFrameDecoder().push(stream.subarray(8))).toHaveLength(whole.length - 1)
  })

  test('with a wrong end byte is an error that names frame and byte', () => {
    const bad = Buffer.from(frameOf(3, Buffer.from('abc')))
    bad[10] = 205
    const error = errorOf(() =>
      createFrameDecoder().push(Buffer.concat([Buffer.from(recordedMethods[0]?.hex ?? '', 'hex'), bad])),
    )
    expect(error.message).toBe('{invalid_frame_end_marker,205} (frame 2, byte 10)')
  })

  test('with a frame above the limit is an error before the frame is collected', () => {
    const head = Buffer.from([3, 0, 1, 0, 0x20, 0, 0])
    const error = errorOf(() => createFrameDecoder({ payloadBytesMax: 131_064 }).push(head))
    expect(error.message).toBe('{frame_too_large,2097152,131064} (frame 1, byte 3)')
  })
})

const anyShortString = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((text) => Buffer.byteLength(text) < 256)

function anyTable(depth: number): fc.Arbitrary<Record<string, never>> {
  const leaf = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.constant(null),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.nat().map((seconds) => new Timestamp(seconds)),
  )
  const value = depth === 0 ? leaf : fc.oneof(leaf, fc.array(leaf), anyTable(depth - 1))
  return fc.dictionary(anyShortString, value, { noNullPrototype: true }) as fc.Arbitrary<
    Record<string, never>
  >
}

function anyField(type: FieldType): fc.Arbitrary<unknown> {
  switch (type) {
    case 'octet':
      return fc.nat(255)
    case 'short':
      return fc.nat(65_535)
    case 'long':
      return fc.nat(4_294_967_295)
    case 'longlong':
      return fc.maxSafeNat()
    case 'bit':
      return fc.boolean()
    case 'shortstr':
      return anyShortString
    case 'longstr':
      return fc.uint8Array().map((bytes) => Buffer.from(bytes))
    default:
      return anyTable(1)
  }
}

function anyMethod(name: MethodName): fc.Arbitrary<[MethodName, MethodFields<MethodName>]> {
  const rows = Object.entries(methods[name].fields).filter(([, type]) => !type.startsWith('reserved'))
  const fields = fc.record(Object.fromEntries(rows.map(([field, type]) => [field, anyField(type)])))
  return fields.map((value) => [name, value as MethodFields<MethodName>])
}

function frameOf(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 0, 7, 0, 0, 0, 0])
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([0xce])])
}

function errorOf(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
