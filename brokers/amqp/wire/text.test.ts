import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { bytesOf, readText, textOf, writeText } from './text.ts'

test('any bytes become a text and the same bytes again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (array) => {
      const bytes = Buffer.from(array)
      const text = readText(new ByteReader(bytes), bytes.length)
      const writer = new ByteWriter()
      expect(writeText(writer, text)).toBe(bytes.length)
      expect(writer.take()).toEqual(bytes)
      expect(bytesOf(textOf(bytes))).toEqual(bytes)
    }),
  )
})

test('UTF-8 is read as what it says, a written U+FFFD included', () => {
  for (const text of ['', 'orders', 'đơn hàng', '😀', 'a\ufffdb']) {
    expect(readText(new ByteReader(Buffer.from(text)), Buffer.byteLength(text))).toBe(text)
    expect(textOf(Buffer.from(text))).toBe(text)
  }
})

test('bytes that are no UTF-8 stand apart from the letters around them', () => {
  expect(textOf(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3]))).toBe('a\udcffé\udcc3')
})
