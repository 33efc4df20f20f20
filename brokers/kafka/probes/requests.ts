/** Requests that probes make again and again, with what most of them leave alone already filled in. */

import { gzipSync } from 'node:zlib'
import { crc32c } from '../wire/crc32c.ts'
import { produce } from '../wire/messages/00-produce.ts'
import { fetch } from '../wire/messages/01-fetch.ts'
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import { deleteRecords } from '../wire/messages/21-delete-records.ts'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { BATCH_HEADER_BYTES, encodeBatch, type KafkaRecord } from '../wire/record-batch.ts'
import type { ProbeWorld } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

type BatchFields = Parameters<typeof encodeBatch>[1]

/** A batch with these values, written now. */
export function batchOf(
  values: readonly (string | null | Partial<KafkaRecord>)[],
  fields: BatchFields = {},
): Buffer {
  const records = values.map((value) =>
    typeof value === 'string' || value === null
      ? { key: Buffer.from('k'), value: value === null ? null : Buffer.from(value) }
      : value,
  )
  return encodeBatch(records, { baseTimestamp: Date.now(), ...fields })
}

export interface ProduceOptions {
  readonly version?: number
  readonly acks?: number
  readonly index?: number
  readonly transactionalId?: string | null
}

/** One partition's part; `records` in bytes as they are sent. */
export function produceRequest(name: string, records: Buffer | null, options: ProduceOptions = {}) {
  const { acks = -1, index = 0, transactionalId = null } = options
  return { transactionalId, acks, timeoutMs: 5_000, topics: [{ name, partitions: [{ index, records }] }] }
}

export function send(c: ProbeClient, name: string, records: Buffer | null, options: ProduceOptions = {}) {
  return c.call(produce, options.version ?? 8, produceRequest(name, records, options))
}

/** Without a note. */
export function fill(c: ProbeClient, name: string, records: Buffer, options: ProduceOptions = {}) {
  return c.ask(produce, options.version ?? 8, produceRequest(name, records, options))
}

export interface FetchOptions {
  readonly version?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly partitionBytes?: number
  readonly isolationLevel?: number
  readonly index?: number
  readonly leaderEpoch?: number
  readonly replicaId?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
}

export function fetchRequest(name: string, fetchOffset: number, options: FetchOptions = {}) {
  const { index = 0, partitionBytes = 1_000_000, leaderEpoch = -1 } = options
  return {
    replicaId: options.replicaId ?? -1,
    maxWaitMs: options.maxWaitMs ?? 0,
    minBytes: options.minBytes ?? 1,
    maxBytes: options.maxBytes ?? 1_000_000,
    isolationLevel: options.isolationLevel ?? 0,
    sessionId: options.sessionId ?? 0,
    sessionEpoch: options.sessionEpoch ?? -1,
    topics: [
      {
        name,
        partitions: [{ index, fetchOffset, maxBytes: partitionBytes, currentLeaderEpoch: leaderEpoch }],
      },
    ],
  }
}

export function read(c: ProbeClient, name: string, fetchOffset: number, options: FetchOptions = {}) {
  return c.call(fetch, options.version ?? 11, fetchRequest(name, fetchOffset, options))
}

export interface OffsetsOptions {
  readonly version?: number
  readonly isolationLevel?: number
  readonly index?: number
  readonly leaderEpoch?: number
}

export function offsetAt(c: ProbeClient, name: string, timestamp: number, options: OffsetsOptions = {}) {
  const { version = 7, isolationLevel = 0, index = 0, leaderEpoch = -1 } = options
  return c.call(listOffsets, version, {
    isolationLevel,
    topics: [{ name, partitions: [{ index, timestamp, currentLeaderEpoch: leaderEpoch }] }],
  })
}

/** With a true checksum again. */
export function changed(batch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(batch)
  change(bytes)
  bytes.writeUInt32BE(crc32c(bytes, 21), 17)
  return bytes
}

/** The records part as other bytes, with a codec. */
export function packed(batch: Buffer, codec: number, body: Buffer): Buffer {
  const bytes = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), body])
  return changed(bytes, (all) => {
    all.writeInt32BE(all.length - 12, 8)
    all.writeInt16BE(codec, 21)
  })
}

const GZIP = 1

export const gzipped = (batch: Buffer) => packed(batch, GZIP, gzipSync(batch.subarray(BATCH_HEADER_BYTES)))

/** Without a note. */
export async function newProducerId(c: ProbeClient): Promise<number> {
  const answer = await c.until(
    initProducerId,
    1,
    { transactionalId: null, transactionTimeoutMs: 60_000 },
    ({ errorCode }) => errorCode === 0,
  )
  return answer.producerId
}

/** Three batches: offsets 0-1, 2, 3-5. */
export async function threeBatches(
  c: ProbeClient,
  world: ProbeWorld,
  configs: Readonly<Record<string, string>> = {},
) {
  const name = await world.topic('t', { configs })
  for (const values of [['a', 'b'], ['c'], ['d', 'e', 'f']]) await fill(c, name, batchOf(values))
  return name
}

export const cutRecords = (c: ProbeClient, name: string, offset: number, index = 0) =>
  c.call(deleteRecords, 2, { topics: [{ name, partitions: [{ index, offset }] }], timeoutMs: 5_000 })
