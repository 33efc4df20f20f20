/** Frames for tests, as bytes and as decoded units. */

import type { Frame, MethodFields, MethodName } from '#brokers/amqp/wire'
import { createFrameDecoder, encodeMethodFrame } from '#brokers/amqp/wire'
import type { FrameUnit } from './frame-unit.ts'
import { UnitAssembler } from './frame-unit.ts'

const frameEnd = 0xce
const basicClass = 60
const messageIdFlag = 1 << 7

/**
 * The frames of a method with a message: method, content header with a messageId, body in pieces of
 * `pieceBytes`.
 */
export function encodeContent<N extends MethodName>(
  channel: number,
  content: { method: N; fields: MethodFields<N>; messageId?: string; body?: Buffer; pieceBytes?: number },
): Buffer {
  const { messageId, body = Buffer.alloc(0), pieceBytes = 4_000 } = content
  const id = messageId === undefined ? [] : [Buffer.from([messageId.length]), Buffer.from(messageId)]
  const head = Buffer.alloc(14)
  head.writeUInt16BE(basicClass, 0)
  head.writeBigUInt64BE(BigInt(body.length), 4)
  head.writeUInt16BE(messageId === undefined ? 0 : messageIdFlag, 12)
  const frames = [
    encodeMethodFrame(channel, content.method, content.fields),
    encodeFrame(2, channel, Buffer.concat([head, ...id])),
  ]
  for (let at = 0; at < body.length; at += pieceBytes) {
    frames.push(encodeFrame(3, channel, body.subarray(at, at + pieceBytes)))
  }
  return Buffer.concat(frames)
}

export function encodeFrame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7)
  head[0] = type
  head.writeUInt16BE(channel, 1)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([frameEnd])])
}

export const heartbeat = encodeFrame(8, 0, Buffer.alloc(0))

export function publish(channel: number, messageId?: string, body?: Buffer): Buffer {
  const fields = { exchange: '', routingKey: 'q', mandatory: false, immediate: false }
  return encodeContent(channel, {
    method: 'basic.publish',
    fields,
    ...(messageId !== undefined && { messageId }),
    ...(body !== undefined && { body }),
  })
}

export function deliver(channel: number, deliveryTag: number, messageId?: string): Buffer {
  const fields = { consumerTag: 'c', deliveryTag, redelivered: false, exchange: '', routingKey: 'q' }
  return encodeContent(channel, {
    method: 'basic.deliver',
    fields,
    ...(messageId !== undefined && { messageId }),
  })
}

export function ack(channel: number, deliveryTag: number, multiple = false): Buffer {
  return encodeMethodFrame(channel, 'basic.ack', { deliveryTag, multiple })
}

export function decode(bytes: Buffer): Frame[] {
  return createFrameDecoder().push(bytes)
}

/** The units in the bytes, each once. */
export function unitsOf(bytes: Buffer): FrameUnit[] {
  const assembler = new UnitAssembler(4_096)
  return [...new Set(decode(bytes).map((frame) => assembler.take(frame).unit))]
}
