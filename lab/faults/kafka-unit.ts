/** A request or a response of Kafka's protocol as it comes by: its bytes, and what they say. */
import {
  apiName,
  type BatchHeader,
  codecOf,
  decodeRequest,
  decodeResponse,
  isControl,
  isTransactional,
  type RequestHead,
  readBatchHeader,
  recordsOf,
} from '#brokers/kafka/wire'

/** What passes or falls together. */
export interface KafkaUnit {
  readonly head: RequestHead
  /** The API as Kafka spells it: `Produce`; a response has the name of its request. */
  readonly method: string
  /** Decoded fields; where the version is not known, none. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Size and all. Exchanged where an address is rewritten. */
  raw: Buffer
}

/** One batch of records as it is told of: enough for a trace, without its bytes. */
export interface BatchSeen {
  readonly bytes: number
  readonly count: number
  readonly baseOffset: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** The first keys, as text; empty where the batch is large or can't be looked into. */
  readonly keys: readonly (string | null)[]
}

const keysMax = 20
const lookedIntoBytesMax = 16_384
const GZIP = 1
const BATCH_HEAD_BYTES = 61

/** @param raw a whole frame, its size included @throws what the codec throws for bytes that are no request */
export function requestUnit(raw: Buffer): KafkaUnit {
  const { head, clientId, fields } = decodeRequest(raw.subarray(4))
  return { head, method: apiName(head.key), fields: { ...told(fields ?? {}), clientId }, raw }
}

/** With the fields as they were, for whoever rewrites them. @throws what the codec throws for bytes that are no response */
export function responseUnit(
  head: RequestHead,
  raw: Buffer,
): { readonly unit: KafkaUnit; readonly decoded: Readonly<Record<string, unknown>> | undefined } {
  const decoded = decodeResponse(head, raw.subarray(4))
  return { unit: { head, method: apiName(head.key), fields: told(decoded ?? {}), raw }, decoded }
}

/** Bytes that nobody could read; they pass as they are. */
export function unreadableUnit(raw: Buffer, reason: string, head?: RequestHead): KafkaUnit {
  return {
    head: head ?? { key: -1, version: -1, correlationId: -1 },
    method: 'undecodable',
    fields: { reason },
    raw,
  }
}

/** Fields for people and for JSON: batches by what they hold, other bytes by their length, secrets not at all. */
function told(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toldValue(name, value)]))
}

function toldValue(name: string, value: unknown): unknown {
  if (Buffer.isBuffer(value)) return name === 'records' ? batchesIn(value) : `${value.length} bytes`
  if (Array.isArray(value)) return value.map((each) => toldValue(name, each))
  if (value !== null && typeof value === 'object') return told(value as Record<string, unknown>)
  return value
}

function batchesIn(records: Buffer): BatchSeen[] {
  const batches: BatchSeen[] = []
  let at = 0
  // The last one may have been cut short by a limit.
  while (records.length - at >= BATCH_HEAD_BYTES) {
    const header = readBatchHeader(records, at)
    if (header.bytes < BATCH_HEAD_BYTES || header.bytes > records.length - at) break
    batches.push(batchSeen(header, records.subarray(at, at + header.bytes)))
    at += header.bytes
  }
  return batches
}

function batchSeen(header: BatchHeader, bytes: Buffer): BatchSeen {
  const { count, baseOffset, producerId, producerEpoch, baseSequence } = header
  return {
    bytes: header.bytes,
    count,
    baseOffset,
    producerId,
    producerEpoch,
    baseSequence,
    isTransactional: isTransactional(header),
    isControl: isControl(header),
    keys: keysIn(header, bytes),
  }
}

function keysIn(header: BatchHeader, bytes: Buffer): (string | null)[] {
  if (header.bytes > lookedIntoBytesMax || codecOf(header) > GZIP || isControl(header)) return []
  try {
    const records = recordsOf(bytes, { ...header, bytes: bytes.length })
    return records.slice(0, keysMax).map(({ key }) => key?.toString() ?? null)
  } catch {
    // Whether it is wrong is for the broker to say.
    return []
  }
}
