/**
 * The door to Kafka's protocol on the wire, for code that stands between a client and a broker or in a broker's place: a
 * decoder that turns what a client sends into requests, and an encoder for the answers to them.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { readRequest, writeResponse } from './codec.ts'
import { endResponse, FrameParser, readClientId, readRequestHead, startResponse } from './frame.ts'
import { messages } from './messages.ts'
import { includes } from './schema.ts'

/** A request in a version that is known here; `fields` is undefined in one that is not. */
export interface ClientRequest {
  readonly key: number
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  /** As the rows of its message file name them. Bytes are slices of what came in. */
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

const byKey = new Map(messages.map((message) => [message.key, message]))

/** The APIs that can be decoded, with their versions. */
export const apis: readonly {
  readonly key: number
  readonly name: string
  readonly versions: readonly [number, number]
}[] = messages.map(({ key, name, versions }) => ({ key, name, versions }))

/** A decoder for one connection: bytes in, whole requests out. @throws FrameSizeError, MessageError for other bytes */
export function requestDecoder(): (chunk: Buffer) => ClientRequest[] {
  const frames = new FrameParser()
  return (chunk) => frames.push(chunk).map(decode)
}

/** @throws Error for an API that is not known here */
export function encodeAnswer(request: ClientRequest, answer: Readonly<Record<string, unknown>>): Buffer {
  const message = byKey.get(request.key)
  if (message === undefined) throw new Error(`no API with the key ${request.key}`)
  const writer = new ByteWriter()
  const start = startResponse(writer, message, request)
  writeResponse(message, request.version, writer, answer)
  endResponse(writer, start)
  return writer.take()
}

function decode(frame: Buffer): ClientRequest {
  const reader = new ByteReader(frame)
  const head = readRequestHead(reader)
  const message = byKey.get(head.key)
  if (message === undefined || !includes(message.versions, head.version))
    return { ...head, clientId: null, fields: undefined }
  const clientId = readClientId(reader, message, head.version)
  return { ...head, clientId, fields: readRequest(message, head.version, reader) }
}
