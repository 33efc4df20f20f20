/**
 * Texts as bytes and back. A name, a key or a header is any bytes to RabbitMQ, and nearly always UTF-8: bytes that are none
 * become the lone surrogates U+DC80 to U+DCFF (as Python's `surrogateescape` does, PEP 383), so that what was read is written
 * back byte for byte.
 */
import type { ByteReader, ByteWriter } from '../../bytes.ts'

const REPLACEMENT = '\ufffd'
const ESCAPES = 0xdc00

/** The next `count` bytes as a text. */
export function readText(reader: ByteReader, count: number): string {
  const text = reader.utf8(count)
  // Searched in nanoseconds where all is ASCII, which is stored as bytes.
  if (!text.includes(REPLACEMENT)) return text
  return textOf(reader.buffer.subarray(reader.position - count, reader.position))
}

/** Writes a text without its size; gives the number of bytes. */
export function writeText(writer: ByteWriter, text: string): number {
  if (text.isWellFormed()) return writer.utf8(text)
  const bytes = bytesOf(text)
  writer.bytes(bytes)
  return bytes.length
}

/** Bytes as a text. */
export function textOf(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const size = characterSize(bytes, at)
    text +=
      size === 0
        ? String.fromCharCode(ESCAPES + (bytes[at] as number))
        : bytes.toString('utf8', at, at + size)
    at += Math.max(size, 1)
  }
  return text
}

/** A text as bytes. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text)
  const parts = [...text].map((character) => {
    const code = character.codePointAt(0) as number
    const isEscape = code >= ESCAPES + 0x80 && code <= ESCAPES + 0xff
    return isEscape ? Buffer.from([code - ESCAPES]) : Buffer.from(character)
  })
  return Buffer.concat(parts)
}

/** How many bytes the character at `at` has; 0 if none begins there. */
function characterSize(bytes: Buffer, at: number): number {
  const size = sizeByFirst(bytes[at] as number)
  if (size <= 1) return size
  return at + size <= bytes.length && isOneCharacter(bytes.subarray(at, at + size)) ? size : 0
}

/** What the first byte of a character says of its size; 0 if it can't be a first one. */
function sizeByFirst(byte: number): number {
  if (byte < 0x80) return 1
  if (byte < 0xc2) return 0
  if (byte < 0xe0) return 2
  if (byte < 0xf0) return 3
  return byte < 0xf5 ? 4 : 0
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isOneCharacter(bytes: Buffer): boolean {
  try {
    return [...strict.decode(bytes)].length === 1
  } catch {
    return false
  }
}
