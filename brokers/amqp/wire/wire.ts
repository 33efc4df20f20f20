/**
 * The door to AMQP 0-9-1 on the wire, for code that stands between a client and a broker: a decoder that turns the bytes
 * of either direction into frames and keeps each frame's raw bytes, and an encoder for single method frames.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import type { FieldTable } from './field-table.ts'
import {
  beginFrame,
  endFrame,
  FRAME_BODY,
  FRAME_HEAD_BYTES,
  FRAME_HEADER,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
  FrameError,
  FrameParser,
} from './frame.ts'
import { type Method, readMethod, writeMethod } from './method-codec.ts'
import { type MethodFields, type MethodName, methods } from './methods.ts'
import { type BasicProperties, readProperties } from './properties.ts'

export type { BasicProperties, FieldTable, Method, MethodFields, MethodName }
export { FrameError, methods }

/** What every part of a stream has: the bytes as they came, to be passed on untouched. */
interface Part {
  readonly raw: Buffer
}

/** The eight bytes that open a stream; a server sends them when it refuses a client's version. */
export interface ProtocolHeader extends Part {
  readonly kind: 'protocol-header'
}

/** A method frame. Narrow by `method`: `frame.method === 'basic.ack'` types `frame.fields`. */
export type MethodFrame = Method & Part & { readonly kind: 'method'; readonly channel: number }

/** A content header frame: follows `basic.publish`, `deliver`, `return` and `get-ok`. */
export interface ContentHeaderFrame extends Part {
  readonly kind: 'header'
  readonly channel: number
  /** Bytes of the body frames that follow, together. */
  readonly bodySize: number
  readonly properties: BasicProperties
}

export interface BodyFrame extends Part {
  readonly kind: 'body'
  readonly channel: number
  readonly payload: Buffer
}

export interface HeartbeatFrame extends Part {
  readonly kind: 'heartbeat'
}

export type Frame = ProtocolHeader | MethodFrame | ContentHeaderFrame | BodyFrame | HeartbeatFrame

export interface FrameDecoder {
  /**
   * The frames that the chunk completes, in order. The bytes of an incomplete one are kept for the next call.
   * @throws FrameError naming frame and byte; the decoder is of no use afterwards.
   */
  push(chunk: Buffer): Frame[]
  /** Bytes held back because their frame is not complete: 0 between frames. */
  readonly pendingBytes: number
}

/** A proxy doesn't enforce what its two sides negotiated; this only bounds what a broken stream can make it collect. */
const PAYLOAD_BYTES_MAX = 256 * 1024 * 1024

/** A decoder for one direction of one connection, from the first byte on. */
export function createFrameDecoder(options: { readonly payloadBytesMax?: number } = {}): FrameDecoder {
  let frames: Frame[] = []
  let count = 0
  const parser = new FrameParser(
    {
      onProtocolHeader: (raw) => void frames.push({ kind: 'protocol-header', raw }),
      onFrame: (type, channel, buffer, start, end) => {
        count++
        frames.push(decodeFrame(count, type, channel, buffer, start, end))
      },
    },
    { protocolHeader: 'optional', payloadBytesMax: options.payloadBytesMax ?? PAYLOAD_BYTES_MAX },
  )
  return {
    push(chunk) {
      frames = []
      parser.push(chunk)
      return frames
    },
    get pendingBytes() {
      return parser.pendingBytes
    },
  }
}

/** The bytes of one method frame. */
export function encodeMethodFrame<N extends MethodName>(
  channel: number,
  name: N,
  fields: MethodFields<N>,
): Buffer {
  const writer = new ByteWriter()
  const from = beginFrame(writer, FRAME_METHOD, channel)
  writeMethod(writer, name, fields)
  endFrame(writer, from)
  return writer.take()
}

function decodeFrame(
  count: number,
  type: number,
  channel: number,
  buffer: Buffer,
  start: number,
  end: number,
): Frame {
  const raw = buffer.subarray(start - FRAME_HEAD_BYTES, end + 1)
  const reader = new ByteReader(buffer, start, end)
  try {
    switch (type) {
      case FRAME_METHOD: {
        const { method, fields } = readMethod(reader)
        return { kind: 'method', raw, channel, method, fields } as MethodFrame
      }
      case FRAME_HEADER: {
        reader.skip(4)
        const bodySize = reader.uint64()
        return { kind: 'header', raw, channel, bodySize, properties: readProperties(reader) }
      }
      case FRAME_BODY:
        return { kind: 'body', raw, channel, payload: buffer.subarray(start, end) }
      case FRAME_HEARTBEAT:
        return { kind: 'heartbeat', raw }
      default:
        throw new RangeError(`no frame has the type ${type}`)
    }
  } catch (error) {
    const byte = reader.position - start + FRAME_HEAD_BYTES
    const payload = buffer.subarray(start, end)
    throw new FrameError({ frame: count, byte }, (error as Error).message, { type, channel, payload })
  }
}
