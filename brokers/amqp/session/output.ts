/** What a connection has to send: frames gather in one buffer and leave with one write per turn. */
import type { Socket } from 'node:net'
import { ByteWriter } from '../../bytes.ts'
import {
  beginFrame,
  endFrame,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
  FRAME_OVERHEAD_BYTES,
} from '../wire/frame.ts'
import { writeMethod } from '../wire/method-codec.ts'
import type { MethodFields, MethodName } from '../wire/methods.ts'

/** Beyond this a connection counts as congested, and its consumers get nothing until it has drained. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** A part is closed at this size, so that the buffer behind it need not grow. */
const PART_BYTES = 48 * 1024
/** Bodies from this size on are sent from where they lie instead of being copied. */
const BORROWED_BYTES_MIN = 8 * 1024
const CLASS_BASIC = 60

export class Output {
  /** Payload limit of body frames. */
  payloadBytesMax: number
  readonly #socket: Socket
  readonly #writer = new ByteWriter(16 * 1024)
  #parts: Buffer[] = []
  #partsBytes = 0
  /** Whether a consumer was held back since the last drain. */
  #isHoldingBack = false

  constructor(socket: Socket, payloadBytesMax: number) {
    this.#socket = socket
    this.payloadBytesMax = payloadBytesMax
  }

  /** False while too much is unsent; `takeHeldBack` then tells whether to try again after a flush. */
  get hasRoom(): boolean {
    const unsent = this.#partsBytes + this.#writer.length + this.#socket.writableLength
    if (unsent < UNSENT_BYTES_MAX) return true
    this.#isHoldingBack = true
    return false
  }

  takeHeldBack(): boolean {
    const wasHeldBack = this.#isHoldingBack
    this.#isHoldingBack = false
    return wasHeldBack
  }

  bytes(raw: Buffer): void {
    this.#writer.bytes(raw)
  }

  method<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    if (this.#writer.length > PART_BYTES) this.#endPart()
    const from = beginFrame(this.#writer, FRAME_METHOD, channel)
    writeMethod(this.#writer, name, fields)
    endFrame(this.#writer, from)
  }

  /** Content header and body frames; `properties` are flags and property list as bytes. */
  content(channel: number, properties: Buffer, body: Buffer): void {
    const writer = this.#writer
    const from = beginFrame(writer, FRAME_HEADER, channel)
    writer.uint16(CLASS_BASIC)
    writer.uint16(0)
    writer.uint64(body.length)
    writer.bytes(properties)
    endFrame(writer, from)
    for (let at = 0; at < body.length; at += this.payloadBytesMax) {
      this.#bodyFrame(channel, body.subarray(at, at + this.payloadBytesMax))
    }
  }

  heartbeat(): void {
    endFrame(this.#writer, beginFrame(this.#writer, FRAME_HEARTBEAT, 0))
  }

  /** Hands everything to the socket; gives how many bytes that were. */
  flush(): number {
    this.#endPart()
    const parts = this.#parts
    const bytes = this.#partsBytes
    this.#parts = []
    this.#partsBytes = 0
    if (parts.length === 1) {
      this.#socket.write(parts[0] as Buffer)
    } else if (parts.length > 1) {
      this.#socket.cork()
      for (const part of parts) this.#socket.write(part)
      this.#socket.uncork()
    }
    return bytes
  }

  #bodyFrame(channel: number, payload: Buffer): void {
    const writer = this.#writer
    writer.uint8(FRAME_BODY)
    writer.uint16(channel)
    writer.uint32(payload.length)
    if (payload.length < BORROWED_BYTES_MIN) {
      writer.bytes(payload)
    } else {
      this.#endPart()
      this.#addPart(payload)
    }
    writer.uint8(FRAME_END)
  }

  #endPart(): void {
    if (this.#writer.length > 0) this.#addPart(this.#writer.take())
  }

  #addPart(part: Buffer): void {
    this.#parts.push(part)
    this.#partsBytes += part.length
  }
}

/** The payload limit that a negotiated frame_max leaves. */
export function payloadLimit(frameBytesMax: number): number {
  return frameBytesMax - FRAME_OVERHEAD_BYTES
}
