/**
 * Frames (AMQP 0-9-1 section 4.2.3): cutting a stream into them, and writing them.
 *
 *      0      1         3             7                  size+7   size+8
 *     +------+---------+-------------+------------------+---------+
 *     | type | channel | size        | payload          | 0xCE    |
 *     +------+---------+-------------+------------------+---------+
 *      octet  short     long          size octets        octet
 *
 *     type 1 method    payload: class short | method short | fields
 *     type 2 header    payload: see properties.ts
 *     type 3 body      payload: a part of the message
 *     type 8 heartbeat payload: none, channel 0
 *
 * A stream begins with eight bytes that are no frame: `AMQP` 0 0 9 1.
 */
import type { ByteWriter } from '../../bytes.ts'

export const FRAME_METHOD = 1
export const FRAME_HEADER = 2
export const FRAME_BODY = 3
export const FRAME_HEARTBEAT = 8
export const FRAME_END = 0xce

/** Type, channel and size. */
export const FRAME_HEAD_BYTES = 7
/** A frame without payload: head and end byte. */
export const FRAME_OVERHEAD_BYTES = 8
/** RabbitMQ lets a frame be larger than negotiated by the size of an empty one. */
const SLACK_BYTES = FRAME_OVERHEAD_BYTES

export const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\u0009\u0001', 'latin1')
export const PROTOCOL_HEADER_BYTES = 8
const LETTER_A = 0x41

/**
 * A stream that is not AMQP: says in which frame (counted from 1) and at which byte of it.
 * `reason` is the term that RabbitMQ puts into its close text.
 */
export class FrameError extends Error {
  readonly frame: number
  readonly byte: number
  readonly reason: string
  readonly type: number
  readonly channel: number
  readonly payload: Buffer

  constructor(
    at: { frame: number; byte: number },
    reason: string,
    frame: { type: number; channel: number; payload: Buffer },
  ) {
    super(`${reason} (frame ${at.frame}, byte ${at.byte})`)
    this.name = 'FrameError'
    this.frame = at.frame
    this.byte = at.byte
    this.reason = reason
    this.type = frame.type
    this.channel = frame.channel
    this.payload = frame.payload
  }
}

/** Who gets the parts of a stream. `start` and `end` are the payload's bounds in `buffer`, which is never written again. */
export interface FrameSink {
  onProtocolHeader(header: Buffer): void
  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void
}

export interface FrameParserOptions {
  /**
   * `required`: the first eight bytes are a protocol header, right or wrong (a server reading its client).
   * `optional`: they are one if they begin with an A (a server refuses a client by sending one).
   */
  readonly protocolHeader: 'required' | 'optional'
  /** Largest payload taken; raise it when a limit has been negotiated. */
  payloadBytesMax: number
}

/**
 * Cuts chunks into frames as they come. A frame that lies in one chunk is handed over where it lies; one that spans
 * chunks is collected once, in a buffer of its exact size.
 */
export class FrameParser {
  payloadBytesMax: number
  /** Frames handed over so far; the protocol header is not one. */
  frames = 0
  readonly #sink: FrameSink
  readonly #protocolHeader: 'required' | 'optional'
  /** Collects the head of a frame, then the whole frame. */
  #partial: Buffer | undefined
  #filled = 0
  #isAtStart = true
  #isPaused = false
  /** What has come since `pause`. */
  #heldBack: Buffer[] = []
  #isStopped = false

  constructor(sink: FrameSink, options: FrameParserOptions) {
    this.#sink = sink
    this.#protocolHeader = options.protocolHeader
    this.payloadBytesMax = options.payloadBytesMax
  }

  /** Bytes held because their frame is not complete. */
  get pendingBytes(): number {
    return this.#filled
  }

  /** Hands nothing over any more, not even from the chunk being read. */
  stop(): void {
    this.#isStopped = true
    this.#partial = undefined
  }

  /** @throws FrameError when the stream is no AMQP. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#isStopped && !this.#isPaused) {
      at = this.#partial === undefined ? this.#takeWhole(chunk, at) : this.#fillPartial(chunk, at)
    }
    if (this.#isPaused) this.#heldBack.push(chunk.subarray(at))
  }

  /** Hands nothing over until `resume`, not even what follows in the chunk being read. */
  pause(): void {
    this.#isPaused = true
  }

  /** @throws FrameError as `push` does. */
  resume(): void {
    const heldBack = this.#heldBack
    this.#heldBack = []
    this.#isPaused = false
    for (const chunk of heldBack) this.push(chunk)
  }

  /** Takes one part that lies in the chunk as a whole, or starts collecting it; gives where the next part begins. */
  #takeWhole(chunk: Buffer, at: number): number {
    const left = chunk.length - at
    const needed = this.#neededFrom(chunk, at, left)
    if (left < needed) {
      this.#partial = Buffer.allocUnsafeSlow(needed)
      this.#filled = chunk.copy(this.#partial, 0, at)
      return chunk.length
    }
    this.#emit(chunk, at, needed)
    return at + needed
  }

  #fillPartial(chunk: Buffer, at: number): number {
    const partial = this.#partial as Buffer
    const copied = chunk.copy(partial, this.#filled, at)
    this.#filled += copied
    if (this.#filled < partial.length) return at + copied
    const needed = this.#neededFrom(partial, 0, partial.length)
    if (needed > partial.length) {
      // Only the head was known to be needed: now its size field is there.
      this.#partial = Buffer.allocUnsafeSlow(needed)
      partial.copy(this.#partial)
      return at + copied
    }
    this.#partial = undefined
    this.#filled = 0
    this.#emit(partial, 0, needed)
    return at + copied
  }

  /** How many bytes the part at `at` has, as far as can be told from the `left` bytes of it. */
  #neededFrom(buffer: Buffer, at: number, left: number): number {
    if (this.#isAtStart && (this.#protocolHeader === 'required' || buffer[at] === LETTER_A))
      return PROTOCOL_HEADER_BYTES
    if (left < FRAME_HEAD_BYTES) return FRAME_HEAD_BYTES
    const size = buffer.readUInt32BE(at + 3)
    if (size > this.payloadBytesMax + SLACK_BYTES) throw this.#tooLarge(buffer, at, size)
    return size + FRAME_OVERHEAD_BYTES
  }

  #emit(buffer: Buffer, at: number, size: number): void {
    if (this.#isAtStart) {
      this.#isAtStart = false
      if (this.#protocolHeader === 'required' || buffer[at] === LETTER_A) {
        this.#sink.onProtocolHeader(buffer.subarray(at, at + size))
        return
      }
    }
    const end = at + size - 1
    if (buffer[end] !== FRAME_END) throw this.#badEnd(buffer, at, end)
    this.frames++
    const channel = ((buffer[at + 1] as number) << 8) | (buffer[at + 2] as number)
    this.#sink.onFrame(buffer[at] as number, channel, buffer, at + FRAME_HEAD_BYTES, end)
  }

  #tooLarge(buffer: Buffer, at: number, size: number): FrameError {
    return new FrameError(
      { frame: this.frames + 1, byte: 3 },
      `{frame_too_large,${size},${this.payloadBytesMax}}`,
      {
        type: buffer[at] as number,
        channel: buffer.readUInt16BE(at + 1),
        payload: Buffer.alloc(0),
      },
    )
  }

  #badEnd(buffer: Buffer, at: number, end: number): FrameError {
    const place = { frame: this.frames + 1, byte: end - at }
    return new FrameError(place, `{invalid_frame_end_marker,${buffer[end]}}`, {
      type: buffer[at] as number,
      channel: buffer.readUInt16BE(at + 1),
      payload: buffer.subarray(at + FRAME_HEAD_BYTES, end),
    })
  }
}

/** Writes a frame's head; give the token to `endFrame` once the payload is written. */
export function beginFrame(writer: ByteWriter, type: number, channel: number): number {
  writer.uint8(type)
  writer.uint16(channel)
  writer.uint32(0)
  // Counted from the last take, since growing moves the bytes.
  return writer.length
}

export function endFrame(writer: ByteWriter, payloadFrom: number): void {
  const size = writer.length - payloadFrom
  writer.buffer.writeUInt32BE(size, writer.position - size - 4)
  writer.uint8(FRAME_END)
}
