/**
 * Frames and headers (protocol guide, "Requests"): what stands around every message.
 *
 *   request    size int32 | key int16 | version int16 | correlation id int32 | client id nullable string | tags² | message
 *   response   size int32 | correlation id int32 | tags¹ | message
 *
 * ² in flexible versions. ¹ in flexible versions too, except for ApiVersions: a client reads that answer before it knows
 * what the broker speaks.
 */
import type { ByteReader, ByteWriter } from '../../bytes.ts'
import { isFlexible, skipTags } from './codec.ts'
import { writeUnsignedVarint } from './primitives.ts'
import type { Message } from './schema.ts'

/** As Kafka's socket.request.max.bytes. */
export const FRAME_BYTES_MAX = 104_857_600

export interface RequestHead {
  readonly key: number
  readonly version: number
  readonly correlationId: number
}

/** The fields whose form every version shares. */
export function readRequestHead(reader: ByteReader): RequestHead {
  return { key: reader.int16(), version: reader.int16(), correlationId: reader.int32() }
}

/** What follows the head; its form depends on the version. */
export function readClientId(reader: ByteReader, message: Message, version: number): string | null {
  const length = reader.int16()
  const clientId = length < 0 ? null : reader.utf8(length)
  if (isFlexible(message, version)) skipTags(reader)
  return clientId
}

/** Where a response begins, counted from the writer's last `take()`. */
export interface ResponseStart {
  /** In the slab. */
  readonly at: number
  /** With what was linked. */
  readonly length: number
}

/** Leaves room for the size, which `endResponse` fills in. */
export function startResponse(
  writer: ByteWriter,
  message: Message,
  head: Pick<RequestHead, 'version' | 'correlationId'>,
): ResponseStart {
  const start = { at: writer.written, length: writer.length }
  writer.int32(0)
  writer.int32(head.correlationId)
  if (isFlexible(message, head.version) && message.key !== API_VERSIONS) writeUnsignedVarint(writer, 0)
  return start
}

/** Fills in the size. */
export function endResponse(writer: ByteWriter, { at, length }: ResponseStart): void {
  writer.putInt32(at, writer.length - length - 4)
}

/** The one API whose versions a client tries without knowing. */
export const API_VERSIONS = 18

/** Cuts a stream of bytes into frames; a frame is a slice of what came in, copied only when it came in pieces. */
export class FrameParser {
  #pieces: Buffer[] = []
  #held = 0
  #needed = 4

  /** Adds bytes; whole frames, without their size, come out in order. @throws FrameSizeError */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    this.#pieces.push(chunk)
    this.#held += chunk.length
    if (this.#held < this.#needed) return frames
    const bytes = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces, this.#held)
    let at = 0
    this.#needed = 4
    while (bytes.length - at >= 4) {
      const size = bytes.readInt32BE(at)
      if (size < 0 || size > FRAME_BYTES_MAX) throw new FrameSizeError(size)
      if (bytes.length - at - 4 < size) {
        this.#needed = size + 4
        break
      }
      frames.push(bytes.subarray(at + 4, at + 4 + size))
      at += 4 + size
    }
    this.#held = bytes.length - at
    this.#pieces = this.#held === 0 ? [] : [bytes.subarray(at)]
    return frames
  }
}

export class FrameSizeError extends Error {
  constructor(size: number) {
    super(`a request of ${size} bytes: at least 0 and at most ${FRAME_BYTES_MAX} are allowed`)
    this.name = 'FrameSizeError'
  }
}
