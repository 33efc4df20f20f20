/**
 * Record batches of format 2 (KIP-98; protocol guide, "Record Batch"): the unit in which records travel and are kept.
 *
 *   0  base offset int64            21  attributes int16             51  producer epoch int16
 *   8  batch length int32           23  last offset delta int32      53  base sequence int32
 *   12 partition leader epoch int32 27  base timestamp int64         57  records count int32
 *   16 magic int8 = 2               35  max timestamp int64          61  records
 *   17 crc uint32                   43  producer id int64
 *
 * The length counts from byte 12 on. The CRC-32C covers everything from byte 21 on, so base offset and leader epoch can be
 * set without touching it. Attributes: bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon.
 */
import zlib from 'node:zlib'
import { ByteReader, ByteWriter, TruncatedError } from '../../bytes.ts'
import { crc32c } from './crc32c.ts'
import type { ErrorName } from './error-code.ts'
import {
  int64At,
  MalformedError,
  putInt64,
  readVarint,
  readVarlong,
  writeInt64,
  writeVarint,
  writeVarlong,
} from './primitives.ts'

export const BATCH_HEADER_BYTES = 61
/** Base offset and length: what stands in front of the bytes that the length counts. */
export const LENGTH_END = 12
const CRC_START = 21
const ATTRIBUTES_AT = 21

const MAGIC = 2

const CODEC_MASK = 0b0111
export const GZIP = 1
export const ZSTD = 4
/** Node has it from 22.15 on. */
const hasZstd = 'zstdDecompressSync' in zlib
const LOG_APPEND_TIME = 0b1000
/** The bits that a transaction sets. */
export const ATTRIBUTES = { transactional: 0b1_0000, control: 0b10_0000 } as const

export interface BatchHeader {
  readonly baseOffset: number
  /** Of the whole batch. */
  readonly bytes: number
  /** Of the leader that appended it. */
  readonly leaderEpoch: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  /** -1: the producer is neither idempotent nor transactional. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly count: number
}

export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface KafkaRecord {
  readonly offsetDelta: number
  readonly timestampDelta: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** One record of a batch, and why it is refused. */
export interface RecordError {
  readonly batchIndex: number
  readonly message: string
}

/** What is wrong with a batch that a producer sent, as the error that Kafka answers. */
export class BatchError extends Error {
  readonly errorName: ErrorName
  /** Those that single records are to blame for; the message is told to the client, too. */
  readonly recordErrors: readonly RecordError[]
  /** Kafka sees it only when the batch has come to its log. */
  readonly isOfLog: boolean

  constructor(
    errorName: ErrorName,
    message: string,
    { recordErrors = [], isOfLog = true }: { recordErrors?: readonly RecordError[]; isOfLog?: boolean } = {},
  ) {
    super(message)
    this.name = 'BatchError'
    this.errorName = errorName
    this.recordErrors = recordErrors
    this.isOfLog = isOfLog
  }
}

export const isTransactional = ({ attributes }: BatchHeader) => (attributes & ATTRIBUTES.transactional) !== 0
/** Whether a batch that has not been checked yet says that it is part of a transaction. */
export const isTransactionalBatch = (batch: Buffer) =>
  batch.length >= BATCH_HEADER_BYTES && (batch.readInt16BE(ATTRIBUTES_AT) & ATTRIBUTES.transactional) !== 0
export const isControl = ({ attributes }: BatchHeader) => (attributes & ATTRIBUTES.control) !== 0
export const codecOf = ({ attributes }: BatchHeader) => attributes & CODEC_MASK

export function readBatchHeader(buffer: Buffer, at = 0): BatchHeader {
  return {
    baseOffset: int64At(buffer, at),
    bytes: buffer.readInt32BE(at + 8) + LENGTH_END,
    leaderEpoch: buffer.readInt32BE(at + 12),
    attributes: buffer.readInt16BE(at + 21),
    lastOffsetDelta: buffer.readInt32BE(at + 23),
    baseTimestamp: int64At(buffer, at + 27),
    maxTimestamp: int64At(buffer, at + 35),
    producerId: int64At(buffer, at + 43),
    producerEpoch: buffer.readInt16BE(at + 51),
    baseSequence: buffer.readInt32BE(at + 53),
    count: buffer.readInt32BE(at + 57),
  }
}

/**
 * The one batch that a producer sends for a partition. What is left behind it, less than a batch, is dropped, as Kafka does it.
 * @throws BatchError unless there is one whole batch of format 2
 */
export function oneBatch(buffer: Buffer): Buffer {
  const notOne = (what: string, errorName: ErrorName = 'invalidRecord') =>
    new BatchError(errorName, what, { isOfLog: false })
  const size = sizeAt(buffer, 0)
  if (size === undefined) throw notOne('no whole batch')
  const magic = buffer.readInt8(16)
  if (magic > MAGIC || magic < 0) throw notOne(`Invalid magic found in record: ${magic}`, 'corruptMessage')
  if (magic < MAGIC) throw notOne(`magic ${magic}: this version takes format 2 only`)
  if (size < BATCH_HEADER_BYTES) throw notOne(`a batch of ${size} bytes`, 'corruptMessage')
  if (sizeAt(buffer, size) !== undefined) throw notOne('more than one batch for one partition')
  return size === buffer.length ? buffer : buffer.subarray(0, size)
}

/** Of the batch that begins there; undefined if it is not whole. */
function sizeAt(buffer: Buffer, at: number): number | undefined {
  if (buffer.length - at < LENGTH_END + 5) return undefined
  const size = buffer.readInt32BE(at + 8) + LENGTH_END
  return size <= buffer.length - at ? size : undefined
}

/**
 * Checks what a producer sent for one partition: a true checksum, and counts that fit.
 * Batches compressed with snappy or lz4 are kept as they are: what is inside them is not looked at.
 * @throws BatchError
 */
export function checkBatch(buffer: Buffer): BatchHeader {
  if (buffer.length < BATCH_HEADER_BYTES)
    throw new BatchError('corruptMessage', `a batch of ${buffer.length} bytes is shorter than its header`)
  const header = readBatchHeader(buffer)
  if (header.bytes !== buffer.length)
    throw new BatchError('corruptMessage', `a batch of ${header.bytes} bytes, of which ${buffer.length} came`)
  if (crc32c(buffer, CRC_START) !== buffer.readUInt32BE(17))
    throw new BatchError('corruptMessage', 'the checksum is wrong', { isOfLog: false })
  if (isControl(header)) throw new BatchError('invalidRecord', 'clients may not write control batches')
  if (header.count <= 0 || header.lastOffsetDelta !== header.count - 1)
    throw new BatchError(
      'invalidRecord',
      `${header.count} records with last offset delta ${header.lastOffsetDelta}`,
    )
  if (header.producerId >= 0 && header.baseSequence < 0)
    throw new BatchError('invalidRecord', `producer ${header.producerId} without a sequence`)
  if (codecOf(header) > ZSTD) throw new BatchError('unknownServerError', `no codec ${codecOf(header)}`)
  if (!isReadable(header)) return header
  // As Kafka does it, the times of the records count, whatever the producer says about them.
  const latest = checkRecords(buffer, header)
  return (header.attributes & LOG_APPEND_TIME) === 0 ? { ...header, maxTimestamp: latest } : header
}

/** Gives the latest time among the records. @throws BatchError */
function checkRecords(buffer: Buffer, header: BatchHeader): number {
  let latest = -1
  try {
    const reader = readerOf(buffer, header)
    for (let index = 0; index < header.count; index++) {
      const timestamp = header.baseTimestamp + passRecord(reader)
      if (timestamp > latest) latest = timestamp
    }
    refuseRest(reader)
  } catch (error) {
    // What can't be unpacked is a mistake of Kafka's own to Kafka.
    const isPacked = !(error instanceof TruncatedError || error instanceof MalformedError)
    throw new BatchError(
      isPacked ? 'unknownServerError' : 'invalidRecord',
      error instanceof Error ? error.message : String(error),
    )
  }
  return latest
}

/** Whether its records can be read: they are plain, or compressed in a way that Node undoes. */
export function isReadable(header: BatchHeader): boolean {
  const codec = codecOf(header)
  return codec <= GZIP || (codec === ZSTD && hasZstd)
}

/** The records of a readable batch. @throws TruncatedError, MalformedError, or what zlib throws */
export function recordsOf(buffer: Buffer, header = readBatchHeader(buffer)): KafkaRecord[] {
  const reader = readerOf(buffer, header)
  const records: KafkaRecord[] = []
  for (let index = 0; index < header.count; index++) records.push(readRecord(reader))
  refuseRest(reader)
  return records
}

/** Of the records, unpacked if they have to be. */
function readerOf(buffer: Buffer, header: BatchHeader): ByteReader {
  const packed = buffer.subarray(BATCH_HEADER_BYTES, header.bytes)
  return new ByteReader(unpacked(packed, codecOf(header)))
}

/** @throws MalformedError */
function refuseRest(reader: ByteReader): void {
  if (reader.left > 0) throw new MalformedError(reader.position, 'bytes behind the last record')
}

function unpacked(bytes: Buffer, codec: number): Buffer {
  if (codec === GZIP) return zlib.gunzipSync(bytes)
  return codec === ZSTD ? zlib.zstdDecompressSync(bytes) : bytes
}

function readRecord(reader: ByteReader): KafkaRecord {
  const size = readVarint(reader)
  const end = reader.position + size
  reader.int8()
  const timestampDelta = readVarlong(reader)
  const offsetDelta = readVarint(reader)
  const key = readVarBytes(reader)
  const value = readVarBytes(reader)
  const headers: RecordHeader[] = []
  for (let left = readVarint(reader); left > 0; left--) {
    headers.push({ key: readVarBytes(reader)?.toString() ?? '', value: readVarBytes(reader) })
  }
  if (reader.position !== end) throw new MalformedError(reader.position, `a record that should end at ${end}`)
  return { timestampDelta, offsetDelta, key, value, headers }
}

/** Checks a record as `readRecord` does, without making anything of it, and gives its timestamp delta. */
function passRecord(reader: ByteReader): number {
  const size = readVarint(reader)
  const end = reader.position + size
  reader.int8()
  const timestampDelta = readVarlong(reader)
  readVarint(reader)
  passVarBytes(reader)
  passVarBytes(reader)
  for (let left = readVarint(reader); left > 0; left--) {
    passVarBytes(reader)
    passVarBytes(reader)
  }
  if (reader.position !== end) throw new MalformedError(reader.position, `a record that should end at ${end}`)
  return timestampDelta
}

function passVarBytes(reader: ByteReader): void {
  const at = reader.position
  const size = readVarint(reader)
  if (size < -1) throw new MalformedError(at, `a length of ${size}`)
  if (size > 0) reader.skip(size)
}

function readVarBytes(reader: ByteReader): Buffer | null {
  const at = reader.position
  const size = readVarint(reader)
  if (size < -1) throw new MalformedError(at, `a length of ${size}`)
  return size === -1 ? null : reader.bytes(size)
}

/** A batch with these records; what is left out is what a plain producer writes. */
export function encodeBatch(
  records: readonly Partial<KafkaRecord>[],
  fields: Partial<Omit<BatchHeader, 'bytes' | 'lastOffsetDelta' | 'count'>> = {},
): Buffer {
  const writer = new ByteWriter()
  const baseTimestamp = fields.baseTimestamp ?? 0
  const maxDelta = Math.max(0, ...records.map((record) => record.timestampDelta ?? 0))
  writeInt64(writer, fields.baseOffset ?? 0)
  writer.int32(0)
  writer.int32(fields.leaderEpoch ?? 0)
  writer.int8(2)
  writer.uint32(0)
  writer.int16(fields.attributes ?? 0)
  writer.int32(records.length - 1)
  writeInt64(writer, baseTimestamp)
  writeInt64(writer, fields.maxTimestamp ?? baseTimestamp + maxDelta)
  writeInt64(writer, fields.producerId ?? -1)
  writer.int16(fields.producerEpoch ?? -1)
  writer.int32(fields.baseSequence ?? -1)
  writer.int32(records.length)
  for (const [index, record] of records.entries()) writeRecord(writer, { offsetDelta: index, ...record })
  const batch = writer.take()
  batch.writeInt32BE(batch.length - LENGTH_END, 8)
  seal(batch)
  return batch
}

function writeRecord(writer: ByteWriter, record: Partial<KafkaRecord>): void {
  const aside = new ByteWriter()
  const { key = null, value = null, headers = [] } = record
  aside.int8(0)
  writeVarlong(aside, record.timestampDelta ?? 0)
  writeVarint(aside, record.offsetDelta ?? 0)
  writeVarBytes(aside, key)
  writeVarBytes(aside, value)
  writeVarint(aside, headers.length)
  for (const header of headers) {
    writeVarBytes(aside, Buffer.from(header.key))
    writeVarBytes(aside, header.value)
  }
  const body = aside.take()
  writeVarint(writer, body.length)
  writer.bytes(body)
}

function writeVarBytes(writer: ByteWriter, bytes: Buffer | null): void {
  writeVarint(writer, bytes === null ? -1 : bytes.length)
  if (bytes !== null) writer.bytes(bytes)
}

/** What the leader sets at append; the checksum does not cover it. */
export function setPlace(batch: Buffer, place: { baseOffset: number; leaderEpoch: number }): void {
  putInt64(batch, 0, place.baseOffset)
  batch.writeInt32BE(place.leaderEpoch, 12)
}

/** The latest time among the records, where a producer said something else. */
export function setMaxTimestamp(batch: Buffer, timestamp: number): void {
  if (int64At(batch, 35) === timestamp) return
  putInt64(batch, 35, timestamp)
  seal(batch)
}

/** With message.timestamp.type=LogAppendTime the broker's time replaces the producer's. */
export function setAppendTime(batch: Buffer, timestamp: number): void {
  batch.writeInt16BE(batch.readInt16BE(21) | LOG_APPEND_TIME, 21)
  putInt64(batch, 35, timestamp)
  seal(batch)
}

/** Sets the checksum. */
export function seal(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch, CRC_START), 17)
}
