/** What a crash may have left of batches in a file, and what it can't have. */

import { crc32c } from '../../wire/crc32c.ts'
import { BATCH_HEADER_BYTES, readBatchHeader } from '../../wire/record-batch.ts'

const MAGIC_AT = 16
const CRC_AT = 17
const CRC_START = 21
const LENGTH_END = 12
/** Behind a broken batch, so much is looked through for a sound one. */
export const SEARCHED_BYTES = 64 * 1024 * 1024

/** How long the batch at `at` says that it is; undefined for what is no header of a batch. */
export function claimedBytes(buffer: Buffer, at: number): number | undefined {
  if (at + BATCH_HEADER_BYTES > buffer.length || buffer[at + MAGIC_AT] !== 2) return undefined
  const bytes = buffer.readInt32BE(at + 8) + LENGTH_END
  return bytes < BATCH_HEADER_BYTES ? undefined : bytes
}

/** Whether a whole batch with a true checksum lies at `at`. */
export function isSoundAt(buffer: Buffer, at: number): boolean {
  const bytes = claimedBytes(buffer, at)
  if (bytes === undefined || at + bytes > buffer.length) return false
  return crc32c(buffer, at + CRC_START, at + bytes) === buffer.readUInt32BE(at + CRC_AT)
}

/**
 * Where the first sound batch lies in `buffer` with an offset of `offsetMin` or more. What a crash tore off has nothing sound
 * behind it; damage in the middle has.
 */
export function findSound(buffer: Buffer, offsetMin: number): number | undefined {
  for (let at = buffer.indexOf(2, MAGIC_AT); at !== -1; at = buffer.indexOf(2, at + 1)) {
    const from = at - MAGIC_AT
    if (isPlausibleAt(buffer, from, offsetMin) && isSoundAt(buffer, from)) return from
  }
  return undefined
}

/** A checksum over whatever a wrong length says would take too long at every byte of a large rest. */
function isPlausibleAt(buffer: Buffer, at: number, offsetMin: number): boolean {
  const bytes = claimedBytes(buffer, at)
  if (bytes === undefined || at + bytes > buffer.length) return false
  const { baseOffset, attributes, lastOffsetDelta, count } = readBatchHeader(buffer, at)
  const isNear = baseOffset >= offsetMin && baseOffset <= offsetMin + buffer.length
  return isNear && attributes >= 0 && attributes < 0x80 && count <= lastOffsetDelta + 1 && count <= bytes
}
