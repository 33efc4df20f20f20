/** A request or a response of Kafka's protocol as it comes by: its bytes, and what they say. */
import {
  apiName,
  type BatchHeader,
  decodeRequest,
  decodeResponse,
  isControl,
  isTransactional,
  type RequestHead,
  readBatchHeader,
} from '#brokers/kafka/wire'
import { type About, aboutOf, type BatchSeen, contentsOf } from './kafka-about.ts'

/** What passes or falls together. */
export interface KafkaUnit {
  readonly head: RequestHead
  /** The API as Kafka spells it: `Produce`; a response has the name of its request. */
  readonly method: string
  /** Decoded fields; where the version is not known, none. A response has its request's group and transactional id as well. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The partitions concerned; a response that names none has its request's. */
  readonly about: readonly About[]
  /** Size and all. Exchanged where an address is rewritten. */
  raw: Buffer
}

const BATCH_HEAD_BYTES = 61

/** @param raw a whole frame, its size included @throws what the codec throws for bytes that are no request */
export function requestUnit(raw: Buffer): KafkaUnit {
  const { head, clientId, fields } = decodeRequest(raw.subarray(4))
  const seen = told(fields ?? {})
  return { head, method: apiName(head.key), fields: { ...seen, clientId }, about: aboutOf(seen), raw }
}

/** With the fields as they were, for whoever rewrites them. @throws what the codec throws for bytes that are no response */
export function responseUnit(
  request: KafkaUnit,
  raw: Buffer,
): { readonly unit: KafkaUnit; readonly decoded: Readonly<Record<string, unknown>> | undefined } {
  const { head } = request
  const decoded = decodeResponse(head, raw.subarray(4))
  const fields = { ...whose(request), ...told(decoded ?? {}) }
  const about = aboutOf(fields)
  return {
    unit: { head, method: apiName(head.key), fields, about: about.length > 0 ? about : request.about, raw },
    decoded,
  }
}

/** Whose request it was. */
function whose({ fields }: KafkaUnit): Record<string, unknown> {
  const names = ['groupId', 'memberId', 'transactionalId'].filter((name) => fields[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}

/** Bytes that nobody could read; they pass as they are. */
export function unreadableUnit(raw: Buffer, reason: string, head?: RequestHead): KafkaUnit {
  return {
    head: head ?? { key: -1, version: -1, correlationId: -1 },
    method: 'undecodable',
    fields: { reason },
    about: [],
    raw,
  }
}

/** Fields for people and for JSON: batches by what they hold, other bytes by their length, secrets not at all. */
function told(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toldValue(name, value)]))
}

function toldValue(name: string, value: unknown): unknown {
  if (Buffer.isBuffer(value)) {
    if (name === 'assignment') return assignmentIn(value)
    return name === 'records' ? batchesIn(value) : `${value.length} bytes`
  }
  if (Array.isArray(value)) return value.map((each) => toldValue(name, each))
  if (value !== null && typeof value === 'object') return told(value as Record<string, unknown>)
  return value
}

/** The partitions that a member of a consumer group is given, as the clients of all languages write them. */
function assignmentIn(bytes: Buffer): About[] | string {
  try {
    const about: About[] = []
    let at = 2
    const int32 = (): number => {
      at += 4
      return bytes.readInt32BE(at - 4)
    }
    for (let topics = bytes.length === 0 ? 0 : int32(); topics > 0; topics -= 1) {
      const size = bytes.readInt16BE(at)
      const topic = bytes.toString('utf8', at + 2, at + 2 + size)
      at += 2 + size
      for (let partitions = int32(); partitions > 0; partitions -= 1)
        about.push({ topic, partition: int32() })
    }
    return about
  } catch {
    return `${bytes.length} bytes`
  }
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
    ...contentsOf(header, bytes),
  }
}
