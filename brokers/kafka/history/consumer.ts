/** Consumers that read each partition on and on, and that commit where they are; and what clients do with what they get. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readMarker } from '../wire/marker.ts'
import { fetch } from '../wire/messages/01-fetch.ts'
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { isControl, isTransactional, readBatchHeader, recordsOf } from '../wire/record-batch.ts'
import { type ClusterClient, CODES } from './cluster-client.ts'
import type { Outcome, SeenRecord } from './history.ts'
import type { Stage } from './run.ts'
import { BACKOFF_MS } from './write.ts'

const OFFSET_OUT_OF_RANGE = 1

/** Reads until `stage.isOver`, committed records only or all. */
export async function consumer(stage: Stage, { isCommitted }: { isCommitted: boolean }): Promise<void> {
  const { name, client, recorder, random, topic, partitions } = stage
  const positions: number[] = Array(partitions).fill(0)
  while (!stage.isOver()) {
    const partition = random.below(partitions)
    const from = positions[partition] as number
    const invokedAt = recorder.begin()
    const found = await readOnce(client, { topic, partition, from, isCommitted })
    if (found === undefined) {
      client.forget()
      await sleep(BACKOFF_MS)
      continue
    }
    recorder.end(invokedAt, { kind: 'read', process: name, partition, isCommitted, from, ...found })
    positions[partition] = found.upTo
    if (isCommitted && random.below(4) === 0) await commitOffset(stage, partition, found.upTo)
    if (isCommitted && random.below(8) === 0) await fetchOffset(stage, name, partition)
  }
}

export interface Stretch {
  readonly upTo: number
  readonly records: readonly SeenRecord[]
  readonly isOutOfRange: boolean
}

/** One fetch; undefined if it was not answered as it should. */
export async function readOnce(
  client: ClusterClient,
  asked: { topic: string; partition: number; from: number; isCommitted: boolean },
): Promise<Stretch | undefined> {
  const { topic, partition, from, isCommitted } = asked
  const response = await client.askLeader(partition, fetch, 11, {
    maxWaitMs: 20,
    minBytes: 1,
    isolationLevel: isCommitted ? 1 : 0,
    topics: [{ name: topic, partitions: [{ index: partition, fetchOffset: from, maxBytes: 1_000_000 }] }],
  })
  const found = response?.topics[0]?.partitions[0]
  if (found?.errorCode === OFFSET_OUT_OF_RANGE) return { upTo: from, records: [], isOutOfRange: true }
  if (found?.errorCode !== 0) return undefined
  return readable(found.records ?? Buffer.alloc(0), { from, aborted: found.abortedTransactions ?? [] })
}

/** What a client hands on: no control batches, nothing of aborted transactions, nothing before the offset asked for. */
function readable(
  bytes: Buffer,
  { from, aborted }: { from: number; aborted: readonly { producerId: number; firstOffset: number }[] },
): Stretch {
  const begun = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<number>()
  const records: SeenRecord[] = []
  let upTo = from
  for (let at = 0; at < bytes.length; ) {
    const header = readBatchHeader(bytes, at)
    const batch = bytes.subarray(at, at + header.bytes)
    const lastOffset = header.baseOffset + header.lastOffsetDelta
    while ((begun[0]?.firstOffset ?? Infinity) <= lastOffset)
      open.add((begun.shift() as (typeof begun)[0]).producerId)
    if (isControl(header)) {
      if (readMarker(batch, header)?.isCommit === false) open.delete(header.producerId)
    } else if (!(isTransactional(header) && open.has(header.producerId))) {
      for (const { offsetDelta, value } of recordsOf(batch, header)) {
        const offset = header.baseOffset + offsetDelta
        if (offset >= from) records.push({ offset, value: String(value) })
      }
    }
    upTo = lastOffset + 1
    at += header.bytes
  }
  return { upTo, records, isOutOfRange: false }
}

async function commitOffset(stage: Stage, partition: number, offset: number): Promise<void> {
  const { name, client, recorder, topic } = stage
  const invokedAt = recorder.begin()
  const answer = await client.askCoordinator({ group: name }, offsetCommit, 5, {
    groupId: name,
    generationId: -1,
    memberId: '',
    topics: [
      { name: topic, partitions: [{ index: partition, committedOffset: offset, committedMetadata: null }] },
    ],
  })
  const outcome = outcomeOf(answer?.topics[0]?.partitions[0]?.errorCode)
  recorder.end(invokedAt, { kind: 'offset-commit', process: name, group: name, partition, offset, outcome })
}

function outcomeOf(errorCode: number | undefined): Outcome {
  if (errorCode === 0) return 'ok'
  return errorCode === undefined || CODES.uncertain.has(errorCode) ? 'unknown' : 'failed'
}

/** Asks for a group's offset, and for stable ones only. */
export async function fetchOffset(stage: Stage, group: string, partition = 0): Promise<void> {
  const { name, client, recorder, topic } = stage
  const invokedAt = recorder.begin()
  const answer = await client.askCoordinator({ group }, offsetFetch, 7, {
    groupId: group,
    topics: [{ name: topic, partitions: [partition] }],
    requireStable: true,
  })
  const found = answer?.errorCode === 0 ? answer.topics[0]?.partitions[0] : undefined
  if (found?.errorCode !== 0) return
  const offset = found.committedOffset
  recorder.end(invokedAt, { kind: 'offset-fetch', process: name, group, partition, offset })
}
