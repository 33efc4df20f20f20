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
  for (let size = 1; size <= 4 && at + size <= bytes.length; size++) {
    if (isOneCharacter(bytes.subarray(at, at + size))) return size
  }
  return 0
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isOneCharacter(bytes: Buffer): boolean {
  try {
    return [...strict.decode(bytes)].length === 1
  } catch {
    return false
  }
}
