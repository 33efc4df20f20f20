/** Record batches: what a producer may send, what is refused and with which error, and the checksum. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import {
  BATCH_HEADER_BYTES,
  BatchError,
  checkBatch,
  encodeBatch,
  oneBatch,
  readBatchHeader,
  recordsOf,
  setAppendTime,
  setPlace,
} from './record-batch.ts'

const bytesOrNull = fc.option(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  { nil: null },
)
const anyRecord = fc.record({
  timestampDelta: fc.maxSafeInteger(),
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.array(fc.record({ key: fc.string(), value: bytesOrNull }), { maxLength: 3 }),
})
const batch = () => encodeBatch([{ value: Buffer.from('a') }, { value: Buffer.from('b') }])

describe('a batch', () => {
  test('gives back the records it was made of', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 5 }), (records) => {
        const bytes = encodeBatch(records, { maxTimestamp: 5 })
        checkBatch(bytes)
        expect(recordsOf(bytes)).toEqual(records.map((one, offsetDelta) => ({ ...one, offsetDelta })))
      }),
    )
  })

  test('cut anywhere is corrupt', () => {
    const whole = batch()
    for (let size = 0; size < whole.length; size++) {
      expect(() => checkBatch(whole.subarray(0, size))).toThrow(BatchError)
    }
  })

  test('cut anywhere is none when it comes from a producer', () => {
    const whole = batch()
    for (let size = 0; size < whole.length; size++) {
      expect(errorName(whole.subarray(0, size))).toBe('invalidRecord')
    }
  })

  test('is taken without the bytes behind it that are none', () => {
    const whole = batch()
    expect(oneBatch(Buffer.concat([whole, whole.subarray(0, 30)]))).toEqual(whole)
  })

  test('with any byte behind the checksum changed is refused', () => {
    for (let at = 21; at < batch().length; at++) {
      const bytes = batch()
      bytes[at] = (bytes[at] as number) ^ 1
      expect(errorName(bytes)).toBe('corruptMessage')
    }
  })

  test('is placed without touching the checksum', () => {
    const bytes = batch()
    setPlace(bytes, { baseOffset: 2 ** 40 + 3, leaderEpoch: 9 })
    expect(checkBatch(bytes).baseOffset).toBe(2 ** 40 + 3)
  })

  test('takes the time of append with a new checksum', () => {
    const bytes = batch()
    setAppendTime(bytes, 1_700_000_000_000)
    expect(checkBatch(bytes).maxTimestamp).toBe(1_700_000_000_000)
  })

  test.each([
    ['two batches', Buffer.concat([batch(), batch()]), 'invalidRecord'],
    ['a control batch', encodeBatch([{}], { attributes: 0b10_0000 }), 'invalidRecord'],
    ['no record', encodeBatch([]), 'invalidRecord'],
    ['an old format', withMagic(1), 'invalidRecord'],
    [
      'gzip that is none',
      encodeBatch([{ value: Buffer.from('x') }], { attributes: 1 }),
      'unknownServerError',
    ],
    ['a codec that nobody has', encodeBatch([{}], { attributes: 5 }), 'unknownServerError'],
    ['an unknown format', withMagic(3), 'corruptMessage'],
  ])('%s is refused as %s', (_, bytes, name) => {
    expect(errorName(bytes)).toBe(name)
  })

  test('in gzip is looked into, in another compression kept as it is', () => {
    const plain = batch()
    const packed = gzipSync(plain.subarray(BATCH_HEADER_BYTES))
    const gzipped = rebuilt(plain, packed, 1)
    const opaque = rebuilt(plain, Buffer.from('not looked at'), 3)

    expect(checkBatch(gzipped).count).toBe(2)
    expect(recordsOf(gzipped).map((one) => String(one.value))).toEqual(['a', 'b'])
    expect(checkBatch(opaque).count).toBe(2)
  })
})

test('CRC-32C of the check string of the catalogue of CRC algorithms', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283)
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a91_36aa)
})

test('CRC-32C is the same wherever the bytes lie', () => {
  const bitByBit = (bytes: Uint8Array) => {
    let crc = -1
    for (const byte of bytes) {
      crc ^= byte
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
    }
    return ~crc >>> 0
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(9), fc.nat(9), (bytes, before, behind) => {
      const around = Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(behind, 7)])
      expect(crc32c(around, before, before + bytes.length)).toBe(bitByBit(bytes))
    }),
  )
})

function rebuilt(plain: Buffer, body: Buffer, codec: number): Buffer {
  const bytes = Buffer.concat([plain.subarray(0, BATCH_HEADER_BYTES), body])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt16BE(codec, 21)
  bytes.writeUInt32BE(crc32c(bytes, 21), 17)
  expect(readBatchHeader(bytes).bytes).toBe(bytes.length)
  return bytes
}

function withMagic(magic: number): Buffer {
  const bytes = batch()
  bytes[16] = magic
  return bytes
}

function errorName(bytes: Buffer): string {
  try {
    checkBatch(oneBatch(bytes))
  } catch (error) {
    if (error instanceof BatchError) return error.errorName
    throw error
  }
  return 'none'
}
