/**
 * What a cleaning of a log leaves of a batch: fewer records, none, or a time from which its tombstones may go. Base offset,
 * last offset and sequence stay, so offsets get gaps and the producer's sequence remains known.
 */
import zlib from 'node:zlib'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  codecOf,
  encodeBatch,
  GZIP,
  type KafkaRecord,
  LENGTH_END,
  seal,
  ZSTD,
} from './record-batch.ts'

const CODEC_MASK = 0b0111
const LOG_APPEND_TIME = 0b1000
/** The base timestamp is the time from which tombstones and markers of the batch may go (KIP-534). */
const HAS_DELETE_HORIZON = 0b100_0000
const NO_TIMESTAMP = -1

export function deleteHorizonOf({ attributes, baseTimestamp }: BatchHeader): number | undefined {
  return (attributes & HAS_DELETE_HORIZON) === 0 ? undefined : baseTimestamp
}

/** The batch with these of its records; `horizonMs` sets its delete horizon. */
export function rewrittenBatch(
  header: BatchHeader,
  records: readonly KafkaRecord[],
  horizonMs: number | undefined,
): Buffer {
  const baseTimestamp = horizonMs ?? header.baseTimestamp
  const times = records.map(({ timestampDelta }) => header.baseTimestamp + timestampDelta)
  const isAppendTime = (header.attributes & LOG_APPEND_TIME) !== 0
  const plain = encodeBatch(
    records.map((record, at) => ({ ...record, timestampDelta: (times[at] as number) - baseTimestamp })),
    {
      ...header,
      attributes: header.attributes | (horizonMs === undefined ? 0 : HAS_DELETE_HORIZON),
      baseTimestamp,
      maxTimestamp: isAppendTime ? header.maxTimestamp : Math.max(...times),
    },
  )
  const batch = compressed(plain, codecOf(header))
  batch.writeInt32BE(header.lastOffsetDelta, 23)
  seal(batch)
  return batch
}

/** The batch without records. */
export function emptiedBatch(bytes: Buffer, header: BatchHeader): Buffer {
  const batch = Buffer.from(bytes.subarray(0, BATCH_HEADER_BYTES))
  batch.writeInt32BE(BATCH_HEADER_BYTES - LENGTH_END, 8)
  batch.writeInt16BE(header.attributes & ~(CODEC_MASK | HAS_DELETE_HORIZON), 21)
  batch.writeBigInt64BE(BigInt(NO_TIMESTAMP), 27)
  batch.writeInt32BE(0, 57)
  seal(batch)
  return batch
}

function compressed(batch: Buffer, codec: number): Buffer {
  if (codec !== GZIP && codec !== ZSTD) return batch
  const records = batch.subarray(BATCH_HEADER_BYTES)
  const packed = codec === GZIP ? zlib.gzipSync(records) : zlib.zstdCompressSync(records)
  const whole = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), packed])
  whole.writeInt32BE(whole.length - LENGTH_END, 8)
  return whole
}
