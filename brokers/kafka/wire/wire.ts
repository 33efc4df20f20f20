/**
 * The door to Kafka's protocol on the wire, for code that stands between a client and a broker, or speaks to one itself: cuts
 * a stream into frames, reads and writes requests and responses as plain fields.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { readRequest, readResponse, writeRequest, writeResponse } from './codec.ts'
import { errorCodes } from './error-code.ts'
import {
  API_VERSIONS,
  endResponse,
  FrameParser,
  FrameSizeError,
  type RequestHead,
  readClientId,
  readRequestHead,
  startResponse,
} from './frame.ts'
import { messages } from './messages.ts'
import {
  type BatchHeader,
  codecOf,
  isControl,
  isTransactional,
  readBatchHeader,
  recordsOf,
} from './record-batch.ts'
import { includes, type Message } from './schema.ts'

export type { BatchHeader, RequestHead }
export { codecOf, FrameParser, FrameSizeError, isControl, isTransactional, readBatchHeader, recordsOf }

type Fields = Readonly<Record<string, unknown>>

const byKey: ReadonlyMap<number, Message> = new Map(messages.map((message) => [message.key, message]))

/** First and last version of an API that can be read and written here; undefined for one that is not known. */
export function knownVersions(key: number): readonly [first: number, last: number] | undefined {
  return byKey.get(key)?.versions
}

/** As Kafka spells it, such as `Produce`; `API 71` for one that is not known. */
export function apiName(key: number): string {
  return byKey.get(key)?.name ?? `API ${key}`
}

/** As Kafka spells it, such as `NOT_LEADER_OR_FOLLOWER`; `ERROR 109` for one that is not known here. */
export function errorNameOf(code: number): string {
  return Object.values(errorCodes).find((error) => error.code === code)?.name ?? `ERROR ${code}`
}

export interface DecodedRequest {
  readonly head: RequestHead
  readonly clientId: string
  /** Undefined in a version, or of an API, that is not known here. */
  readonly fields: Fields | undefined
}

/** @param frame without its size @throws MessageError, TruncatedError or MalformedError for bytes that are no request */
export function decodeRequest(frame: Buffer): DecodedRequest {
  const reader = new ByteReader(frame)
  const head = readRequestHead(reader)
  const message = byKey.get(head.key)
  if (message === undefined || !includes(message.versions, head.version))
    return { head, clientId: '', fields: undefined }
  const clientId = readClientId(reader, message, head.version) ?? ''
  return { head, clientId, fields: readRequest(message, head.version, reader) }
}

/** The fields of the answer to a request; undefined where that is not known. @throws as `decodeRequest` */
export function decodeResponse(head: RequestHead, frame: Buffer): Fields | undefined {
  const message = byKey.get(head.key)
  if (message === undefined || !includes(message.versions, head.version)) return undefined
  const reader = new ByteReader(frame)
  // What stands before the message is as long as what our own writer puts there.
  const aside = new ByteWriter()
  startResponse(aside, message, head)
  reader.skip(aside.length - 4)
  return readResponse(message, head.version, reader)
}

/** A whole frame with its size. @throws RangeError for an API that is not known */
export function encodeResponse(head: RequestHead, fields: Fields): Buffer {
  const writer = new ByteWriter()
  writeWhole(writer, head, fields)
  return writer.take()
}

/** The same in pieces: long records are handed on without a copy, so nobody may change them. @throws as `encodeResponse` */
export function encodeResponsePieces(head: RequestHead, fields: Fields): Buffer[] {
  const writer = new ByteWriter(256, { mayLink: true })
  writeWhole(writer, head, fields)
  return writer.takePieces()
}

function writeWhole(writer: ByteWriter, head: RequestHead, fields: Fields): void {
  const message = known(head.key)
  const start = startResponse(writer, message, head)
  writeResponse(message, head.version, writer, fields as never)
  endResponse(writer, start)
}

/** A whole frame of a classic version, with its size. @throws RangeError for an API that is not known */
export function encodeRequest(head: RequestHead, clientId: string, fields: Fields): Buffer {
  const message = known(head.key)
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int16(head.key)
  writer.int16(head.version)
  writer.int32(head.correlationId)
  writer.int16(Buffer.byteLength(clientId))
  writer.bytes(Buffer.from(clientId))
  writeRequest(message, head.version, writer, fields as never)
  const frame = writer.take()
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

/** A question that every broker answers at once, whatever it was asked before. */
export function harmlessRequest(correlationId: number): Buffer {
  return encodeRequest({ key: API_VERSIONS, version: 0, correlationId }, 'lab', {})
}

function known(key: number): Message {
  const message = byKey.get(key)
  if (message === undefined) throw new RangeError(`${apiName(key)} is not known here`)
  return message
}
