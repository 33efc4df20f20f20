/**
 * The control batch that ends a transaction on one partition (KIP-98): one record that consumers don't hand on, but which has
 * an offset like any other.
 *
 *   key:   version int16 = 0 | type int16: 0 abort, 1 commit
 *   value: version int16 = 0 | coordinator epoch int32
 */
import { ATTRIBUTES, type BatchHeader, encodeBatch, recordsOf } from './record-batch.ts'

const ABORT = 0
const COMMIT = 1

export interface Marker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isCommit: boolean
  readonly coordinatorEpoch: number
}

export function encodeMarker(marker: Marker, timestamp: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(marker.isCommit ? COMMIT : ABORT, 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(marker.coordinatorEpoch, 2)
  return encodeBatch([{ key, value }], {
    attributes: ATTRIBUTES.transactional | ATTRIBUTES.control,
    baseTimestamp: timestamp,
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
  })
}

/** What a control batch says; undefined if it does not end a transaction. */
export function readMarker(bytes: Buffer, header: BatchHeader): Marker | undefined {
  const record = recordsOf(bytes, header)[0]
  const type = record?.key?.readInt16BE(2)
  if (type !== ABORT && type !== COMMIT) return undefined
  const coordinatorEpoch = record?.value?.readInt32BE(2) ?? 0
  const { producerId, producerEpoch } = header
  return { producerId, producerEpoch, isCommit: type === COMMIT, coordinatorEpoch }
}
